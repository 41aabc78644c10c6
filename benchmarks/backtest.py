"""How long a back-test of ten thousand leads takes: `make bench-backtest`.

The example organisation on a database of its own, with leads in 24 time zones and of as many sizes of company as
there are leads. The draft lowers the bar of a segment, so that some of them move. Measured is the command
`backtest` as it is typed, over the recorded leads and over a CSV file of as many lines. Printed are the medians.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import statistics
import tempfile
import time
from pathlib import Path

ZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Helsinki", "Europe/Istanbul", "Africa/Cairo",
    "Africa/Lagos", "Africa/Nairobi", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka",
    "Asia/Bangkok", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland", "America/New_York",
    "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Sao_Paulo", "America/Bogota",
)  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--leads", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=3)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), chosen.leads, chosen.rounds)


def measure(folder: Path, leads: int, rounds: int) -> None:
    """Set up, try the draft on both kinds of leads by turns, and print."""
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'bench.sqlite3'}")
    os.environ |= {"DJANGO_SETTINGS_MODULE": "ordinus.settings", "DEBUG": "off", "SECRET_KEY": "bench" * 10,
                   "BASE_URL": "http://localhost", "LOG_LEVEL": "CRITICAL", "ENV_FILE": ""}  # fmt: skip
    _set_up(leads)
    path = folder / "leads.csv"
    _write_file(path, leads)
    recorded, file = [], []
    for _ in range(rounds):
        recorded.append(_seconds())
        file.append(_seconds(csv=str(path)))
    print(f"{leads} recorded leads: {statistics.median(recorded):.1f} s, median of {rounds}")
    print(f"{leads} lines of CSV:   {statistics.median(file):.1f} s, median of {rounds}")


def _set_up(leads: int) -> None:
    import django
    from django.core.management import call_command
    from django.utils import timezone

    django.setup()
    call_command("migrate", verbosity=0)
    from bookings.tests.backtesting.many import record_like
    from bookings.tests.backtesting.trying import lower_the_bar
    from bookings.tests.organisation import build

    acme = build(timezone.now())
    record_like(acme.submit(), leads - 1, ZONES)
    lower_the_bar(100)


def _write_file(path: Path, leads: int) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "email", "employees", "country", "time_zone"])
        for number in range(leads):
            zone = ZONES[number % len(ZONES)]
            writer.writerow([f"Lead {number}", f"lead{number}@file.example", number + 1, "DE", zone])


def _seconds(**options: str) -> float:
    from django.core.management import call_command

    began = time.perf_counter()
    call_command("backtest", "inbound-demo", stdout=io.StringIO(), stderr=io.StringIO(), **options)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
