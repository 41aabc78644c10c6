"""An invite to start from, and the lines of a file as its bytes say them."""

from __future__ import annotations

from datetime import UTC, datetime

from bookings.core.ics import Invite, uid_for

INVITE = Invite(
    uid=uid_for(b"n" * 16),
    sequence=0,
    start=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    end=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    summary="Product demo: Grace Hopper and Ana Silva",
    description="Join: https://book.acme.example/m/abc/join/\nMove: https://book.acme.example/m/abc/reschedule/",
    location="https://book.acme.example/m/abc/join/",
    organizer_email="bookings@acme.example",
    organizer_name="Acme",
    attendees=(("grace@navy.example", "Grace Hopper"), ("ana@acme.example", "Ana Silva")),
    created_at=datetime(2026, 11, 1, 12, 0, 0, 123456, tzinfo=UTC),
)


def unfolded(ics: bytes) -> list[str]:
    """Content lines with folds undone (RFC 5545, 3.1)."""
    return ics.replace(b"\r\n ", b"").decode().split("\r\n")
