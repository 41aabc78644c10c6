"""`erase_lead`: remove a person's data everywhere."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bookings import erasing
from bookings.core.answers import normalise_email
from bookings.models import Lead

LARGEST = 2**63 - 1


class Command(BaseCommand):
    help = "Remove a person's data everywhere. The audit trail stays, and still verifies and replays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lead", metavar="LEAD", help="The lead's number or e-mail address.")

    def handle(self, *, lead: str, **options: Any) -> None:
        found = self._find(lead.strip())
        if found.erased_at:
            self.stdout.write(
                f"Lead {found.pk} was erased on {found.erased_at:%Y-%m-%d}; nothing is left to do."
            )
            return
        counts = erasing.erase(found, now=timezone.now(), actor="system")
        self.stdout.write(f"Lead {found.pk} is erased. Rows removed or emptied:")
        for name, count in counts.items():
            self.stdout.write(f"{name.replace('_', ' ')}: {count}")

    def _find(self, text: str) -> Lead:
        """The lead of a number or an address. Raises CommandError, which does not repeat the address."""
        if text.isdecimal():
            found = Lead.objects.filter(pk=int(text)).first() if int(text) <= LARGEST else None
            if found is None:
                raise CommandError(f"There is no lead {text}.")
            return found
        try:
            address = normalise_email(text)
        except ValueError:
            raise CommandError("Give a lead's number or e-mail address.") from None
        found = Lead.objects.filter(email=address).first()
        if found is None:
            raise CommandError("There is no lead with this e-mail address. Was the lead erased before?")
        return found
