"""`manage.py demo`: the demo organisation, its logins, and on request a believable past."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max
from django.utils import timezone

from bookings.models import BookingForm
from bookings.simulating import Simulation
from ordinus.management.commands.welcome import DEMO_PASSWORD
from routing.models import Pool, Rep
from workflows.models import Heartbeat, Run

FILE = "demo.yaml"
FORM = "demo-request"
REP = "ana@acme.example"
HISTORY = "demo-history"
LEADS, DAYS, SEED = 90, 60, 2026


class Command(BaseCommand):
    help = "Fill an empty database with the demo organisation. What is there already is left as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--history",
            action="store_true",
            help="Also simulate the last 60 days, once; an interrupted history is continued.",
        )

    def handle(self, *, history: bool, **options: Any) -> None:
        if not Pool.objects.exists():
            call_command("apply", str(settings.BASE_DIR / FILE), stdout=StringIO())
        self._logins()
        if history:
            self._history()

    def _logins(self) -> None:
        """Made on the first time only: a login that was removed or given another password stays so."""
        users = get_user_model().objects
        if users.exists():
            return
        users.create_superuser("admin", "admin@acme.example", DEMO_PASSWORD, first_name="Admin")
        rep = Rep.objects.filter(email=REP).first()
        if rep is not None:
            first, _, last = rep.name.partition(" ")
            rep.user = users.create_user(REP, REP, DEMO_PASSWORD, first_name=first, last_name=last)
            rep.save(update_fields=["user"])

    def _history(self) -> None:
        """Once, and only for the demo: a company's own leads are never mixed with made-up ones."""
        form = BookingForm.objects.filter(slug=FORM).first()
        if form is None or Heartbeat.objects.filter(name=HISTORY).exists():
            return
        if Run.objects.exclude(is_synthetic=True).exists() and Run.objects.count() > 20:
            raise CommandError("There are leads of your own already.")
        now = timezone.now()
        start, leads = self._where_it_stopped(now)
        days = max((now - start).days, 1)
        Simulation(form, leads=leads, start=start, days=days, seed=SEED + leads, clock=now).play()
        Heartbeat.objects.create(name=HISTORY, at=now)

    def _where_it_stopped(self, now: datetime) -> tuple[datetime, int]:
        """From when, and with how many more leads: all of it, or the rest of a history that was interrupted."""
        begin = (now - timedelta(days=DAYS)).replace(minute=0, second=0, microsecond=0)
        past = Run.objects.filter(is_synthetic=True)
        newest = past.aggregate(newest=Max("started_at"))["newest"]
        return max(newest or begin, begin), max(LEADS - past.count(), 1)
