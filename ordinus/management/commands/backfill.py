"""`backfill`: tell a sink what happened before it was there."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from workflows import backfilling
from workflows.models import Backfill, Sink


class Command(BaseCommand):
    help = (
        "Tell a sink what happened before it was there, from the audit: each fact once, in its order. Workers (or "
        "tick) send at the pace that is set; run it again to go on, or with --status to see how far it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sink", help="The sink's short name.")
        parser.add_argument(
            "--since", help="First day, such as 2026-09-01 (UTC; default: from the first fact)."
        )
        parser.add_argument("--until", help="First day that is left out (default: all up to now).")
        parser.add_argument(
            "--events", help="Verbs with commas between them (default: those the sink takes)."
        )
        parser.add_argument(
            "--per-minute", type=int, default=600, help="How many go out a minute (default 600)."
        )
        parser.add_argument("--status", action="store_true", help="Only print how far the last one is.")

    def handle(
        self,
        *,
        sink: str,
        since: str | None,
        until: str | None,
        events: str | None,
        per_minute: int,
        status: bool,
        **options: Any,
    ) -> None:
        found = self._find(sink)
        last = found.backfills.first()
        if status:
            self._print(last)
            return
        under_way = found.backfills.under_way().first()
        now = timezone.now()
        if under_way is None:
            try:
                under_way = backfilling.start(
                    found, now=now, actor="system", since=_day(since), until=_day(until), per_minute=per_minute,
                    events=[verb.strip() for verb in (events or "").split(",") if verb.strip()],
                )  # fmt: skip
            except backfilling.Refused as refusal:
                raise CommandError(str(refusal)) from None
        while backfilling.collect(under_way.pk, now, now):
            under_way.refresh_from_db()
            if self.stdout.isatty():
                self.stdout.write(f"\r{under_way.seen} of {under_way.total} facts collected", ending="")
        under_way.refresh_from_db()
        self._print(under_way)

    def _find(self, slug: str) -> Sink:
        sink = Sink.objects.filter(slug=slug).first()
        if sink is None:
            known = ", ".join(Sink.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no sink “{slug}”. Sinks: {known}.")
        return sink

    def _print(self, backfill: Backfill | None) -> None:
        if backfill is None:
            self.stdout.write("No backfill of this sink has been started.")
            return
        counts = backfilling.progress(backfill)
        self.stdout.write(
            f"{backfill.seen} of {backfill.total} facts collected, {counts['before']} told before; "
            f"{counts['sent']} delivered, {counts['waiting']} waiting, {counts['dead']} given up"
        )


def _day(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
    except ValueError:
        raise CommandError(f"“{text}” is no day. Write one such as 2026-09-01.") from None
