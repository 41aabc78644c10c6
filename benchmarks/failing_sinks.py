"""What failing sinks cost a guest: `make bench-sinks`.

The demo organisation, on databases of its own. Its sinks are three servers beside it: one answers 500, one takes a
request and never answers, one answers 429. Rounds come in pairs, one with these sinks on and one with none, in turning
order; a worker of its own sweeps once a second in both, and a round begins when it has swept what the one before left.
Measured are the form (POST) and the press on a start (POST), by the clock, by this process's own processor time and by
the queries they make. A ratio is the median of the pairs' own ratios.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from benchmarks import databases
from benchmarks.measuring import median_ratio, milliseconds, table

ROOT = Path(__file__).resolve().parent.parent
SINKS = {"broken": 500, "mute": None, "busy": 429}
PARTS = ("form", "press")
RECEIVERS = """
from http.server import ThreadingHTTPServer
from benchmarks.failing_sinks import Trouble

server = ThreadingHTTPServer(("127.0.0.1", 0), Trouble)
print(server.server_port, flush=True)
server.serve_forever()
"""
WORKER = """
import time
import django

django.setup()
from django.utils import timezone
from workflows.sweeping import sweep

while True:
    sweep(timezone.now(), timezone.now())
    print("swept", flush=True)
    time.sleep(1)
"""


class Trouble(BaseHTTPRequestHandler):
    """Answers by the path: a status, or nothing at all."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status = SINKS[self.path.strip("/")]
        if status is None:
            time.sleep(60)
            return
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "30")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *about: Any) -> None:
        """Silent: what is measured is elsewhere."""


@contextmanager
def beside(script: str) -> Iterator[Any]:
    """The lines that another process prints while it runs."""
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout
    finally:
        process.terminate()
        process.wait()


def main() -> int:
    arguments = argparse.ArgumentParser(prog="make bench-sinks", description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=12, help="pairs of them")
    arguments.add_argument("--leads", type=int, default=6, help="in each round")
    arguments.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.here:
        measure(asked.rounds, asked.leads)
        return 0
    print(
        f"Python {sys.version.split()[0]}, {os.cpu_count()} cores; the worker has the same priority as this process."
    )
    command = [sys.executable, "-m", "benchmarks.failing_sinks", "--here", "--rounds", str(asked.rounds)]
    failed = 0
    with databases.environments() as environments:
        for name, environment in environments.items():
            print(f"\n## {name}\n", flush=True)
            environment |= {"ORDINUS_PRIVATE_HOSTS": "127.0.0.1", "LOG_LEVEL": "CRITICAL"}
            failed |= subprocess.run(
                [*command, "--leads", str(asked.leads)], cwd=ROOT, env=environment
            ).returncode
    return failed


def measure(rounds: int, leads: int) -> None:
    """Set up, let leads come by turns, and print."""
    with beside(RECEIVERS) as ports:
        _set_up(int(ports.readline()))
        queries = _queries()
        with beside(WORKER) as sweeps:
            took = _by_turns(rounds, leads, sweeps)
    _report(took, queries)


def _set_up(port: int) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    from workflows.models import Sink

    with open(os.devnull, "w") as nowhere:
        call_command("migrate", stdout=nowhere)
        call_command("apply", str(ROOT / "demo.yaml"), stdout=nowhere)
    Sink.objects.all().update(is_enabled=False)
    for slug in SINKS:
        url = f"http://127.0.0.1:{port}/{slug}"
        Sink.objects.create(slug=slug, kind="webhook", config={"url": url}, events=["*"], is_enabled=False)


def _switch(failing: bool) -> None:
    from workflows.models import Sink

    Sink.objects.filter(slug__in=SINKS).update(is_enabled=failing)


def _queries() -> dict[tuple[str, bool], int]:
    """How many each part makes, counted before anything is timed."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counted = {}
    for place, failing in enumerate((False, False, True)):  # the first warms up
        _switch(failing)
        for part, send in zip(PARTS, _lead(f"counted-{place}"), strict=True):
            with CaptureQueriesContext(connection) as queries:
                send()
            counted[part, failing] = len(queries)
    return counted


def _by_turns(rounds: int, leads: int, sweeps: Any) -> dict[tuple[str, bool], list[tuple[float, float]]]:
    """By part and whether sinks fail: seconds by the clock and of processor, a pair for each round."""
    took: dict[tuple[str, bool], list[tuple[float, float]]] = defaultdict(list)
    for turn in range(rounds + 1):
        for failing in (True, False) if turn % 2 else (False, True):
            _switch(failing)
            for _ in range(2):
                sweeps.readline()
            spent = {part: [0.0, 0.0] for part in PARTS}
            for number in range(leads):
                for part, send in zip(PARTS, _lead(f"guest-{turn}-{failing:d}-{number}"), strict=True):
                    began, busy = time.perf_counter(), time.process_time()
                    send()
                    spent[part][0] += (time.perf_counter() - began) / leads
                    spent[part][1] += (time.process_time() - busy) / leads
            for part, (clock, processor) in spent.items():
                if turn:  # the first pair warms up
                    took[part, failing].append((clock, processor))
    return took


def _lead(name: str) -> Iterator[Any]:
    """The form and the press of one guest, each to be sent when it comes."""
    from rest_framework.test import APIClient

    client = APIClient()

    def post(path: str, body: dict[str, Any]) -> Any:
        response = client.post(f"/api/v1/{path}", body, format="json")
        assert response.status_code == 201, response.content
        return response.json()

    kept: dict[str, Any] = {}
    answers = {"name": "A Guest", "email": f"{name}@bench.example", "employees": 40, "country": "DE"}
    body = {"answers": answers, "time_zone": "Europe/Berlin"}
    yield lambda: kept.update(post("forms/demo-request/leads/", body))
    path = f"leads/{kept['token']}"
    first = datetime.now(UTC).date()
    shown = client.get(f"/api/v1/{path}/slots/?from={first}&to={first + timedelta(days=30)}").json()["slots"]
    start = shown[sum(map(ord, name)) % len(shown)]["start"]
    yield lambda: post(f"{path}/bookings/", {"start": start})


def _report(
    took: dict[tuple[str, bool], list[tuple[float, float]]], queries: dict[tuple[str, bool], int]
) -> None:
    from workflows.models import Delivery, DeliveryAttempt, Sink

    heads = ("of a guest", "queries", "without, ms", "failing, ms", "ratio",
             "without, processor", "failing, processor", "ratio of processor")  # fmt: skip
    rows = []
    for part in PARTS:
        row = [part, f"{queries[part, False]} and {queries[part, True]}"]
        for which in (0, 1):
            without, failing = ([each[which] for each in took[part, on]] for on in (False, True))
            row += [milliseconds(statistics.median(each)) for each in (without, failing)]
            row.append(f"{median_ratio(failing, without):.2f}")
        rows.append(row)
    print(table(heads, rows))
    circuits = dict(Sink.objects.filter(slug__in=SINKS).values_list("slug", "circuit"))
    attempts = DeliveryAttempt.objects.count()
    print(
        f"\n{Delivery.objects.count()} deliveries written, {attempts} attempts failed; at the end the circuits were "
        + ", ".join(f"{slug}: {circuit}" for slug, circuit in circuits.items())
        + "."
    )


if __name__ == "__main__":
    sys.exit(main())
