from __future__ import annotations

import pytest

from bookings import attendance
from bookings.tests.organisation import NOW, build
from routing.models import LedgerEntry
from workflows.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_every_turn_in_the_ledger_names_its_booking() -> None:
    organisation = build()
    booking = organisation.book(organisation.submit())
    assert list(LedgerEntry.objects.values_list("kind", "booking")) == [("turn", booking.pk)]


def test_the_source_of_a_signal_is_kept_as_a_code_and_never_as_free_text() -> None:
    organisation = build()
    booking = organisation.book(organisation.submit())
    attendance.record(
        booking,
        signal="attended",
        party="guest",
        source="Grace's own laptop",
        at=booking.start_at,
        now=NOW,
        actor="system",
    )
    event = AuditEvent.objects.get(verb="attendance.signalled")
    assert event.data["source"] == "graces-own-laptop"
    assert booking.signals.get().source == "Grace's own laptop"
