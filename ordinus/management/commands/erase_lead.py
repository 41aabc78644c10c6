"""`erase_lead`: remove a person's data everywhere."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from bookings import erasing
from ordinus.management.people import find


class Command(BaseCommand):
    help = "Remove a person's data everywhere. The audit trail stays, and still verifies and replays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lead", metavar="LEAD", help="The lead's number or e-mail address.")

    def handle(self, *, lead: str, **options: Any) -> None:
        found = find(lead.strip())
        if found.erased_at:
            self.stdout.write(
                f"Lead {found.pk} was erased on {found.erased_at:%Y-%m-%d}; nothing is left to do."
            )
            return
        counts = erasing.erase(found, now=timezone.now(), actor="system")
        self.stdout.write(f"Lead {found.pk} is erased. Rows removed or emptied:")
        for name, count in counts.items():
            self.stdout.write(f"{name.replace('_', ' ')}: {count}")
