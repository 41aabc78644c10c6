"""`make bench-scale`: a database of its own on a PostgreSQL server, filled, measured, and dropped.

The server is the one of DATABASE_URL (its database itself is left alone). Filling 200,000 leads with five
million events takes some minutes and about 5 GB. What is printed is a table in Markdown, of medians and 95th
percentiles.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

DATABASE = "ordinus_scale"
SIMULATED, SIMULATED_DAYS, SEED = 100, 45, 7
ANCHOR_EVERY = 20_000


def main() -> int:
    chosen = _arguments()
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        print(
            "Say in DATABASE_URL which PostgreSQL server to use, such as postgres://postgres@localhost:5432/postgres"
        )
        return 1
    scale = urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}"))
    os.environ |= {
        "DATABASE_URL": scale, "DJANGO_SETTINGS_MODULE": "ordinus.settings", "SECRET_KEY": "of the benchmark alone",
        "BASE_URL": "http://testserver", "ALLOWED_HOSTS": "testserver", "LOG_LEVEL": "CRITICAL", "ENV_FILE": "",
    }  # fmt: skip
    with psycopg.connect(url, autocommit=True) as server:
        is_there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if not is_there:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        try:
            _run(chosen)
        finally:
            from django.db import connections

            connections.close_all()
            if not chosen.keep:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
    return 0


def _run(chosen: Any) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks.scale import cloning, measuring, patterns
    from workflows.models import AuditEvent, Run

    until = cloning.now()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("demo")
    if not Run.objects.exists():
        start = (until - timedelta(days=SIMULATED_DAYS + 30)).date().isoformat()
        call_command(
            "simulate", leads=SIMULATED, days=SIMULATED_DAYS, seed=SEED, start=start, stdout=sys.stderr
        )
    if not Run.objects.filter(pk__gte=patterns.FIRST).exists():
        _fill(chosen, until)
    print(f"{Run.objects.count():,} runs, {AuditEvent.objects.count():,} events over {chosen.days} days\n")
    print(
        "| what | median | 95 % | this process | promised | of |\n| --- | ---: | ---: | ---: | ---: | ---: |"
    )
    newest = AuditEvent.objects.order_by("-at").values_list("at", flat=True)[0]
    for found in measuring.measure(newest + timedelta(seconds=1), chosen.times, chosen.verifications, SEED):
        mark = "" if found.holds else " (missed)"
        sign = "≥" if found.unit == "events/s" else "≤"
        print(
            f"| {found.what} | {found.median:,.0f} {found.unit}{mark} | {found.worst:,.0f} | {found.own:,.0f} | "
            f"{sign} {found.limit:,.0f} | {found.times} |",
            flush=True,
        )


def _fill(chosen: Any, until: datetime) -> None:
    """Anchored now and then, as beat would have done."""
    from benchmarks.scale import cloning
    from workflows import anchoring

    began, anchored = time.perf_counter(), 0

    def tell(done: int) -> None:
        nonlocal anchored
        print(f"\r{done} leads", end="", file=sys.stderr, flush=True)
        if done - anchored >= ANCHOR_EVERY or done == chosen.leads:
            anchoring.anchor(cloning.now())
            anchored = done

    cloning.fill(chosen.leads, chosen.booked, until, chosen.days, SEED, tell)
    print(f"\rfilled in {time.perf_counter() - began:.0f} s", file=sys.stderr)


def _arguments() -> Any:
    arguments = argparse.ArgumentParser(
        description="Measure reports, stories and verification on years of leads."
    )
    arguments.add_argument("--leads", type=int, default=200_000)
    arguments.add_argument(
        "--booked", type=float, default=0.25, help="the share of leads that book a meeting"
    )
    arguments.add_argument("--days", type=int, default=365, help="over how many days they are spread")
    arguments.add_argument("--times", type=int, default=40, help="each page is asked for")
    arguments.add_argument("--verifications", type=int, default=3, help="of the whole trace")
    arguments.add_argument(
        "--keep", action="store_true", help="keep the database, and measure it again next time"
    )
    return arguments.parse_args()


if __name__ == "__main__":
    sys.exit(main())
