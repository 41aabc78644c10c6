"""`simulate`: synthetic leads through the real engine on a virtual clock."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bookings.models import BookingForm
from bookings.simulating import Simulation

WIDTH = 40


class Command(BaseCommand):
    help = "Send synthetic leads through the real engine on a virtual clock. Same seed, same result."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--leads", type=int, default=120, help="How many people (default 120).")
        parser.add_argument("--days", type=int, default=60, help="Over how many days (default 60).")
        parser.add_argument("--seed", type=int, default=1, help="Another seed, other people (default 1).")
        parser.add_argument("--start", help="First day, such as 2026-09-01 (default: so that it ends now).")
        parser.add_argument("--form", help="The form they fill in (default: the first one).")

    def handle(
        self, *, leads: int, days: int, seed: int, start: str | None, form: str | None, **options: Any
    ) -> None:
        if leads < 1 or days < 1:
            raise CommandError("--leads and --days must be at least 1.")
        now = timezone.now()
        simulation = Simulation(
            self._form(form),
            leads=leads,
            start=self._start(start, now, days),
            days=days,
            seed=seed,
            clock=now,
        )
        counts = simulation.play(self._progress(leads))
        if self.stdout.isatty():
            self.stdout.write("")
        for name, count in sorted(counts.items()):
            self.stdout.write(f"{name}: {count}")

    def _form(self, slug: str | None) -> BookingForm:
        forms = BookingForm.objects.filter(retired_at=None, workflow__published__isnull=False).order_by("pk")
        found = forms.filter(slug=slug).first() if slug else forms.first()
        if found is None:
            known = ", ".join(forms.values_list("slug", flat=True)) or "none yet; apply a configuration first"
            raise CommandError(f"There is no form {slug or ''} that takes leads. Forms: {known}.")
        return found

    def _start(self, text: str | None, now: datetime, days: int) -> datetime:
        if text is None:
            return now.replace(second=0, microsecond=0) - timedelta(days=days)
        try:
            return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
        except ValueError:
            raise CommandError(f"--start is a date such as 2026-09-01, not “{text}”.") from None

    def _progress(self, leads: int):  # type: ignore[no-untyped-def]
        def show(done: int) -> None:
            if self.stdout.isatty():
                filled = min(done * WIDTH // leads, WIDTH)
                self.stdout.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {done} leads", ending="")

        return show
