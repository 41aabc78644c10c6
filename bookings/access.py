"""The tokens of pages and mails: made from a stored nonce, found by their digest, never stored themselves."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings

from bookings.core import links
from bookings.models import Booking, Enquiry, Link
from bookings.refusals import Gone, NotFound
from workflows.models import Run

UNKNOWN = "This link leads nowhere. Please open it again from the mail we sent you."
OUTDATED = "This link belongs to an earlier time of the meeting. Please use the one in our latest mail."
SUPERSEDED = "You have sent the form again since. Please use the newer link."


def url(path: str) -> str:
    """An absolute address of this installation, for mails and invites."""
    return settings.BASE_URL.rstrip("/") + path


def run_token(run_id: int, now: datetime) -> str:
    return _token(Link.Purpose.RUN, run_id, 0, now)


def manage_token(booking: Booking, now: datetime) -> str:
    return _token(Link.Purpose.MANAGE, booking.pk, 0, now)


def revision_token(booking: Booking, now: datetime) -> str:
    return _token(Link.Purpose.REVISION, booking.pk, booking.revision, now)


def outcome_token(booking: Booking, now: datetime) -> str:
    return _token(Link.Purpose.OUTCOME, booking.pk, 0, now)


def enquiry_by_token(token: str) -> Enquiry:
    """The enquiry a booking link belongs to. Raises NotFound; Gone once a newer enquiry took its place."""
    link = _find(token, (Link.Purpose.RUN,))
    enquiry = (
        Enquiry.objects.select_related("run", "run__version", "run__version__workflow", "lead", "form")
        .filter(run=link.ident)
        .first()
    )
    if enquiry is None or enquiry.run is None:
        raise NotFound(UNKNOWN)
    if enquiry.run.state == Run.State.SUPERSEDED:
        raise Gone(SUPERSEDED)
    return enquiry


def booking_by_token(
    token: str, purposes: tuple[str, ...] = (Link.Purpose.MANAGE, Link.Purpose.REVISION)
) -> Booking:
    """The booking a link belongs to. Raises NotFound; Gone for a reminder's link of an earlier revision."""
    link = _find(token, purposes)
    booking = (
        Booking.objects.select_related("rep", "pool", "meeting_type", "lead", "enquiry", "enquiry__run")
        .filter(pk=link.ident)
        .first()
    )
    if booking is None:
        raise NotFound(UNKNOWN)
    if link.purpose == Link.Purpose.REVISION and link.revision != booking.revision:
        raise Gone(OUTDATED)
    return booking


def booking_by_outcome_token(token: str) -> Booking:
    """The booking whose outcome a rep's mailed link marks. Raises NotFound."""
    return booking_by_token(token, (Link.Purpose.OUTCOME,))


def _find(token: str, purposes: tuple[str, ...]) -> Link:
    """Unknown, for another purpose, or with one bit flipped: the same answer, NotFound."""
    if not links.looks_like_token(token):
        raise NotFound(UNKNOWN)
    link = Link.objects.filter(digest=links.digest(token), purpose__in=purposes).first()
    if link is None:
        raise NotFound(UNKNOWN)
    return link


def issue(booking: Booking, now: datetime) -> None:
    """The manage link of a booking that has just been made, in its transaction: everybody asks for it next."""
    _write({"purpose": Link.Purpose.MANAGE, "ident": booking.pk, "revision": 0}, now)


def _token(purpose: str, ident: int, revision: int, now: datetime) -> str:
    which = {"purpose": purpose, "ident": ident, "revision": revision}
    link = Link.objects.filter(**which).first()
    if link is None:
        _write(which, now)
        link = Link.objects.get(**which)
    return links.token(_key(), purpose, ident, revision, bytes.fromhex(link.nonce))


def _write(which: dict[str, Any], now: datetime) -> None:
    """The link is there afterwards; the first who writes it chooses its nonce."""
    nonce = secrets.token_bytes(links.NONCE_BYTES)
    token = links.token(_key(), which["purpose"], which["ident"], which["revision"], nonce)
    link = Link(**which, nonce=nonce.hex(), digest=links.digest(token), made_at=now)
    Link.objects.bulk_create([link], ignore_conflicts=True)


def _key() -> bytes:
    return hashlib.sha256(b"ordinus links\0" + settings.SECRET_KEY.encode()).digest()
