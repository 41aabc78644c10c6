"""How often a thing may be done: counts in the database, so that the limits hold without Redis."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from bookings.models import RateCount
from bookings.refusals import TooMany

MINUTE, HOUR = 60, 3600
KEPT = timedelta(days=2)

_COUNT = f"""
    INSERT INTO {RateCount._meta.db_table} ("key", "window", "count") VALUES (%s, %s, 1)
    ON CONFLICT ("key", "window") DO UPDATE SET "count" = {RateCount._meta.db_table}."count" + 1
    RETURNING "count"
"""


def check(key: str, *, limit: int, per_seconds: int, now: datetime) -> None:
    """Count one more of `key`; raises TooMany when it is more than `limit` in this window of time.

    Windows are fixed and begin at multiples of `per_seconds` since the epoch. Refused tries count too. The
    key is stored as a digest only, since it may hold a network address.
    """
    if not is_on():
        return
    window = int(now.timestamp()) // per_seconds * per_seconds
    name = hashlib.sha256(f"{key}/{per_seconds}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [name, window])
        (count,) = cursor.fetchone()
    if count > limit:
        wait = max(1, window + per_seconds - int(now.timestamp()))
        raise TooMany("That was a little too often. Please wait a moment and try again.", retry_after=wait)


def purge(now: datetime) -> int:
    """Forget the counts of windows that began more than two days ago; tells how many."""
    oldest = int((now - KEPT).timestamp())
    return RateCount.objects.filter(window__lt=oldest).delete()[0]


def is_on() -> bool:
    return getattr(settings, "ORDINUS_RATE_LIMITS", True) not in (False, "off")


def client_address(request: HttpRequest) -> str:
    """The network address a request counts under; of IPv6 the /64, which one customer has as a whole.

    X-Forwarded-For is believed only with TRUST_PROXY_HEADERS on, and then its last entry alone: the one our
    own proxy wrote, while the caller could have written the others.
    """
    address = str(request.META.get("REMOTE_ADDR") or "")
    if getattr(settings, "TRUST_PROXY_HEADERS", False):
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
