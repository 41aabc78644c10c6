"""`tick`: one sweep. What Celery Beat triggers; enough, from cron, to run without Celery."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bookings import housekeeping, retaining
from workflows.anchoring import anchor
from workflows.core.chain import instant_text
from workflows.sweeping import sweep

SINGULAR = {"timers": "timer", "messages": "message", "deliveries": "delivery", "calendars": "calendar"}
EXAMPLE = "2026-01-31T09:00:00Z"


class Command(BaseCommand):
    help = (
        "Do everything that is due: timers, messages, deliveries, calendars, until nothing is; then tidy up and seal "
        "the trace."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at",
            metavar="ISO",
            help=f"Do what is due at this instant instead of now, such as {EXAMPLE}; without a zone it is UTC.",
        )
        parser.add_argument("--max", type=int, metavar="N", help="Do at most so many things.")

    def handle(self, *, at: str | None, max: int | None, **options: Any) -> None:
        clock = timezone.now()
        instant = instant_of(at) if at else clock
        if max is not None and max < 0:
            raise CommandError(f"--max is {max}; it must be 0 or more.")
        done = sweep(instant, clock, max)
        housekeeping.tidy(clock)
        let_go = retaining.let_go(instant)
        sealed = anchor(clock)
        forgotten = f"; personal data of {counted(let_go, 'enquiry', 'enquiries')} removed" if let_go else ""
        chains = f"; sealed {counted(sealed.heads, 'chain')}" if sealed else ""
        self.stdout.write(f"{instant_text(instant)}: {in_words(done)}{forgotten}{chains}.")


def instant_of(text: str) -> datetime:
    """The instant that an ISO 8601 text names. Raises CommandError with a sentence for any other text."""
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CommandError(f"--at is '{text}', which is no instant; write one such as {EXAMPLE}.") from error


def in_words(done: Mapping[str, int]) -> str:
    """The counts, those of the four known kinds first, all of them even when they are 0."""
    names = [*SINGULAR, *sorted(done.keys() - SINGULAR.keys())]
    return ", ".join(counted(done.get(name, 0), SINGULAR.get(name, name), name) for name in names)


def counted(count: int, singular: str, plural: str = "") -> str:
    return f"{count} {singular if count == 1 else plural or singular + 's'}"
