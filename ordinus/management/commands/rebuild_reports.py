"""`rebuild_reports`: make the roll-ups that reports read anew from the trace, or check them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from bookings import rolling_up
from workflows.models import Run

EVERY = 10_000


class Command(BaseCommand):
    help = (
        "Make the roll-ups that reports read anew from the audit trail. They are kept true with every event, so "
        "this is for the first time after an upgrade, or after a restore."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="Only name the runs whose roll-up differs; exit 1 if any does.",
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        count = Run.objects.count()
        if check:
            differing = list(rolling_up.check())
            for number in differing:
                self.stdout.write(f"run {number}: its roll-up is not what its events tell")
            self.stdout.write(f"{count} {_runs(count)} checked, {len(differing)} differ")
            if differing:
                sys.exit(1)
            return
        wrong = rolling_up.rebuild(lambda done: self._tell(done, count))
        self.stdout.write(f"{count} {_runs(count)} read, {wrong} roll-ups written")

    def _tell(self, done: int, count: int) -> None:
        if done % EVERY == 0:
            self.stderr.write(f"{done} of {count} runs")


def _runs(count: int) -> str:
    return "run" if count == 1 else "runs"
