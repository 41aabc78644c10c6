"""Mail scanners open every link, often many times, and run its scripts: a look may change nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from bookings import access
from bookings.models import AttendanceSignal, Booking, Message
from bookings.tests.views.conftest import NOW
from routing.models import Assignment, LedgerEntry
from workflows.models import AuditEvent, Run, Timer

ROUNDS = 50
SEEN = {"slots.shown", "reschedule.clicked", "cancel.clicked"}


def _state() -> dict[str, list[Any]]:
    # `carried` remembers that a page was seen, as the events below do.
    kept = {"clicked_revision", "carried"}
    models = (Booking, AttendanceSignal, Assignment, LedgerEntry, Message, Run, Timer)
    names = {model: [field.attname for field in model._meta.fields] for model in models}
    return {
        model.__name__: list(model.objects.order_by("pk").values(*(n for n in names[model] if n not in kept)))
        for model in models
    }


@pytest.fixture
def links(booking: Booking) -> list[str]:
    """All that mails and invites link to, in a reminder too."""
    manage, revision = access.manage_token(booking, NOW), access.revision_token(booking, NOW)
    pages = ("", "reschedule/", "cancel/", "restore/", "join/", "invite.ics")
    return [
        *(f"/m/{token}/{page}" for token in (manage, revision) for page in pages),
        f"/b/{access.run_token(booking.enquiry.run_id, NOW)}/",
        f"/o/{access.outcome_token(booking, NOW)}/",
    ]


def _open_all(links: list[str], opened: Callable[[str], Any], rounds: int) -> None:
    for link in links:
        for _ in range(rounds):
            assert opened(link).status_code in (200, 302, 409)


def test_heads_of_all_links_leave_no_trace_at_all(client: Client, booking: Booking, links: list[str]) -> None:
    before, events = _state(), AuditEvent.objects.count()
    _open_all(links, client.head, ROUNDS // 5)
    assert _state() == before
    assert AuditEvent.objects.count() == events


def test_fifty_looks_at_each_link_change_no_booking_and_record_a_look_once(
    client: Client, booking: Booking, links: list[str]
) -> None:
    before, events = _state(), AuditEvent.objects.count()
    _open_all(links, client.get, ROUNDS)
    assert _state() == before
    new = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)[events:])
    assert sorted(new) == sorted(set(new))
    assert set(new) <= SEEN


def test_after_all_that_looking_the_link_still_works(
    client: Client, booking: Booking, links: list[str]
) -> None:
    _open_all(links, client.get, 3)
    manage = links[0]
    assert client.post(f"{manage}cancel/").status_code == 303
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CANCELLED


def test_during_the_meeting_too_a_look_at_the_join_page_is_no_attendance(
    client: Client, booking: Booking, links: list[str], clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.start_at)
    before = _state()
    _open_all([link for link in links if "cancel" not in link and "reschedule" not in link], client.get, 5)
    assert _state() == before


def test_no_page_has_a_form_that_sends_itself(client: Client, links: list[str]) -> None:
    for link in links:
        page = client.get(link).content.decode(errors="replace").lower()
        assert "http-equiv" not in page
        assert "onload" not in page and ".submit()" not in page
