"""Finding the lead that a command is told of."""

from __future__ import annotations

from django.core.management.base import CommandError

from bookings.core.answers import normalise_email
from bookings.models import Lead

LARGEST = 2**63 - 1


def find(text: str) -> Lead:
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
