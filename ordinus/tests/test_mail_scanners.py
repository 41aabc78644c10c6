"""Mail scanners: whatever opens every link of every mail changes no booking, and the links still work."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from bookings.models import AttendanceSignal, Booking, Message
from ordinus.tests.consistency import check_everything
from ordinus.tests.journeys import Journey
from routing.models import Assignment, Membership
from workflows.models import AuditEvent, Run, Timer

ROUNDS = 3
LOOKS = {"slots.shown", "reschedule.clicked", "rebook.clicked", "cancel.clicked"}
ANSWERS_TO_A_LOOK = {200, 302, 409, 410}


def links_of_every_mail(journey: Journey) -> list[str]:
    """The path of each link to us in text, HTML and invite of everything that was sent."""
    found: list[str] = []
    for message in Message.objects.filter(run=journey.run_id, state=Message.State.SENT):
        invite = message.invite.replace("\r\n ", "")
        for body in (message.text, message.html, invite):
            found += re.findall(rf"{re.escape(settings.BASE_URL)}(/[^\s\"<>\\]*)", body)
    return sorted(set(found))


def state() -> list[object]:
    """Everything that a look must leave as it is; that a page was seen is remembered beside it."""
    return [
        list(Booking.objects.order_by("pk").values_list("status", "start_at", "rep", "revision", "outcome")),
        list(Run.objects.order_by("pk").values_list("state", "stage", "visit", "presses")),
        list(Timer.objects.order_by("pk").values_list("state", "due_at")),
        list(Message.objects.order_by("pk").values_list("state", "attempt")),
        list(Assignment.objects.order_by("pk").values_list("state", "has_turn")),
        list(Membership.objects.order_by("pk").values_list("balance")),
        AttendanceSignal.objects.count(),
    ]


def scan(journey: Journey) -> list[str]:
    """Open all there is, several times; what was recorded are looks, each once."""
    links, before, events = links_of_every_mail(journey), state(), AuditEvent.objects.count()
    for link in links:
        for opened in (journey.browser.head, journey.browser.get):
            for _ in range(ROUNDS):
                assert opened(link).status_code in ANSWERS_TO_A_LOOK, link
    assert state() == before
    news = list(AuditEvent.objects.order_by("id").values_list("verb", flat=True)[events:])
    assert len(news) == len(set(news)) and set(news) <= LOOKS
    check_everything()
    return links


@pytest.fixture
def reminded(journey: Journey) -> Journey:
    """Booked, and one reminder was sent."""
    journey.submit()
    journey.book("2026-03-06 10:00")
    journey.at("2026-03-05 10:00")
    return journey


def test_scanning_a_bookings_mails_changes_nothing_and_the_guest_still_moves_and_cancels(
    reminded: Journey,
) -> None:
    links = scan(reminded)
    pages = {link.strip("/").split("/")[-1] for link in links if link.startswith("/m/")}
    assert {"reschedule", "cancel", "join"} <= pages
    reminded.move("2026-03-10 10:00")
    reminded.sweep()
    scan(reminded)
    cancel = reminded.link("confirmation", "m/[^/]+/cancel/")
    assert reminded.browser.post(cancel).status_code == 303
    assert reminded.booking.status == "cancelled"


def test_scanning_during_the_meeting_is_no_attendance(reminded: Journey) -> None:
    reminded.at("2026-03-06 10:05")
    scan(reminded)
    assert reminded.booking.status == "confirmed"
    reminded.join()
    assert AttendanceSignal.objects.count() == 1


def test_scanning_the_offers_after_a_no_show_takes_no_time_and_the_link_still_books(
    reminded: Journey,
) -> None:
    reminded.at("2026-03-06 11:00")
    scan(reminded)
    assert reminded.place == "no-show active"
    assert reminded.book("2026-03-10 10:00")["status"] == "confirmed"


def test_scanning_the_reps_mails_marks_no_outcome(reminded: Journey) -> None:
    reminded.at("2026-03-06 10:05")
    reminded.signal("attended")
    reminded.sweep()
    assert any(link.startswith("/o/") for link in scan(reminded))
    assert reminded.place == "handoff active"
    assert reminded.mark("not_a_fit")["status"] == "attended"


def test_scanning_a_cancellations_mails_leaves_it_to_the_guest_to_take_it_back(reminded: Journey) -> None:
    reminded.cancel()
    reminded.sweep()
    scan(reminded)
    assert reminded.booking.status == "cancelled"
    assert reminded.restore()["status"] == "confirmed"
