"""`make bench`: slots, draws and bookings, each on databases of its own, as tables of medians."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from benchmarks import databases

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 8
PARTS = ("slots", "draws", "bookings")


def main() -> int:
    arguments = argparse.ArgumentParser(prog="make bench", description=__doc__)
    arguments.add_argument("parts", nargs="*", choices=[[], *PARTS], help="Only these; without any, all.")
    arguments.add_argument("--rounds", type=int, default=9, help="How often each is measured.")
    asked = arguments.parse_args()
    parts = asked.parts or PARTS
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, medians of {asked.rounds} rounds.")
    failed = 0
    for part in parts:
        # A booking's answer to the rest of the world is PostgreSQL: SQLite lets one client write at a time.
        with databases.environments(with_sqlite=part != "bookings") as environments:
            for name, environment in environments.items():
                print(f"\n## {part.capitalize()}, {name}\n", flush=True)
                failed |= _run(part, asked.rounds, environment)
    return failed


def _run(part: str, rounds: int, environment: dict[str, str]) -> int:
    numbers = [str(CLIENTS), str(min(rounds, 5))] if part == "bookings" else [str(rounds)]
    command = [sys.executable, "-m", f"benchmarks.{part}", *numbers]
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
