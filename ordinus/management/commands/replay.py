"""`replay`: rebuild runs from their AuditEvents alone and compare them with the database."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from bookings.redeciding import Redecided, redecide
from bookings.replaying import differences
from workflows import engine
from workflows.models import AuditEvent, Run


class Command(BaseCommand):
    help = (
        "Rebuild runs from their AuditEvents alone and print where the database differs. Exit 1 if it does."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("run", nargs="?", type=int, help="The number of a run.")
        which.add_argument("--all", action="store_true", help="Every run.")
        parser.add_argument(
            "--decisions",
            action="store_true",
            help="Also decide again, from the recorded inputs: qualification, routing, draw, branch.",
        )

    def handle(self, *, run: int | None, all: bool, decisions: bool = False, **options: Any) -> None:
        runs = Run.objects.order_by("pk") if all else Run.objects.filter(pk=run or 0)
        if not all and not runs.exists():
            raise CommandError(f"There is no run {run}.")
        differing = 0
        again = Redecided()
        for number in runs.values_list("pk", flat=True):
            found = self._differences(number)
            if decisions:
                redecided = redecide(number)
                again.add(redecided)
                found += redecided.differences
            differing += bool(found)
            for sentence in found:
                self.stdout.write(f"run {number}: {sentence}")
        orphans = self._orphans() if all else []
        for number in orphans:
            self.stdout.write(f"run {number}: it has events, but the database has no such run")
        count = runs.count()
        self.stdout.write(
            f"{count} {'run' if count == 1 else 'runs'} replayed, {differing + len(orphans)} differ"
        )
        if decisions:
            self.stdout.write(told(again))
        if differing or orphans:
            sys.exit(1)

    def _differences(self, number: int) -> list[str]:
        """Held still while it is compared: nobody appends to a run without its lock."""
        with transaction.atomic():
            return differences(engine.lock(number))

    def _orphans(self) -> list[int]:
        told = AuditEvent.objects.exclude(run=0).order_by("run").values_list("run", flat=True).distinct()
        held = set(Run.objects.values_list("pk", flat=True))
        return [number for number in told if number not in held]


def told(again: Redecided) -> str:
    number = "1 decision" if again.decided == 1 else f"{again.decided} decisions"
    text = f"{number} made again from what was recorded, {len(again.differences)} otherwise"
    return f"{text}; of {again.without_evidence} the inputs are erased" if again.without_evidence else text
