"""`sink`: test the connection of a sink, hold it against what it was told, or move look-ups to it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from workflows import drifting, switching
from workflows.models import Sink
from workflows.sinks.base import Misconfigured, adapter_of


class Command(BaseCommand):
    help = (
        "check: can it be reached as it is set up? drift: what does it hold otherwise than it was told last "
        "(--write-again tells it once more)? ask: move look-ups to it, from the next lead on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=("check", "drift", "ask"))
        parser.add_argument("sink", help="The sink's short name.")
        parser.add_argument("--write-again", action="store_true", help="With drift: tell what differs again.")

    def handle(self, *, act: str, sink: str, write_again: bool, **options: Any) -> None:
        found = Sink.objects.filter(slug=sink).first()
        if found is None:
            known = ", ".join(Sink.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no sink “{sink}”. Sinks: {known}.")
        if act == "check":
            self._check(found)
        elif act == "ask":
            self._ask(found)
        else:
            self._drift(found, write_again)

    def _check(self, sink: Sink) -> None:
        try:
            finding = adapter_of(sink).check()
        except Misconfigured as error:
            raise CommandError(error.sentence) from None
        if not finding.ok:
            raise CommandError(finding.sentence)
        self.stdout.write(finding.sentence)

    def _ask(self, sink: Sink) -> None:
        try:
            before = switching.switch_look_ups(sink, now=timezone.now(), actor="system")
        except switching.CannotSwitch as refusal:
            raise CommandError(str(refusal)) from None
        instead = "".join(f" “{each}” is no longer asked." for each in before)
        self.stdout.write(f"“{sink}” answers from now on.{instead}")

    def _drift(self, sink: Sink, write_again: bool) -> None:
        report = drifting.compare(sink)
        for each in report.drifted:
            fields = ", ".join(sorted(field.field for field in each.drifted))
            self.stdout.write(f"lead {each.delivery.lead}, run {each.delivery.run}: {fields}")
        compared = len(report.compared)
        self.stdout.write(f"{compared} compared, {len(report.drifted)} otherwise than told")
        if report.problem:
            raise CommandError(f"The comparison ended early: {report.problem}")
        if write_again:
            numbers = [each.delivery.pk for each in report.drifted]
            count = drifting.write_again(sink, numbers, now=timezone.now())
            self.stdout.write(f"{count} will be written again at once")
