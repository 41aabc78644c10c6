"""Missed: won back, or lost after the last offer or the last day."""

from __future__ import annotations

from ordinus.tests.journeys import (
    BOOKS,
    MEETS,
    MISSES,
    REMINDED,
    REMINDERS,
    TOLD,
    TOLD_MAILS,
    Journey,
    utc,
    words,
)

OFFERED = words("rebook.offered message.sent")
REBOOKS = [
    *words("slots.shown rebook.clicked*2 rebook_requested>routing routing.decided routed>offer"),
    *BOOKS[1:],
    *TOLD,
]


def test_a_guest_who_missed_the_meeting_is_won_back(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-06 10:00")
    journey.at("2026-03-06 11:00")
    assert journey.place == "no-show active"
    assert journey.booking.status == "no_show"
    assert journey.balances("general") == {"ana": 0.0, "ben": 0.0}, "a guest's no-show gives the turn back"
    assert journey.waiting_for == {"rebook_expires": "2026-03-20 11:00"}
    assert journey.link("rebook_offer", "b/[^/]+/") == f"/b/{journey.token}/"
    first = journey.booking
    journey.book("2026-03-10 10:00")
    journey.sweep()
    assert journey.booking.pk != first.pk and journey.booking.uid != first.uid
    journey.at("2026-03-10 10:10")
    journey.signal("attended")
    journey.sweep()
    assert journey.place == "handoff active"
    assert journey.tale == [
        *MEETS,
        *MISSES,
        "lead.tagged",
        *OFFERED,
        *REBOOKS,
        *REMINDED * 3,
        *words("attendance.signalled attended>handoff message.sent"),
    ]
    assert journey.mails == [
        *TOLD_MAILS,
        *REMINDERS,
        "attendance_request rep",
        "rebook_offer guest",
        *TOLD_MAILS,
        *REMINDERS,
        "outcome_request rep",
    ]
    assert journey.balances("general") == {"ana": -0.5, "ben": 0.5}


def test_after_two_offers_the_third_no_show_ends_it_without_mail(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-06 10:00")
    journey.at("2026-03-06 11:00")
    journey.book("2026-03-10 10:00")
    journey.at("2026-03-10 11:00")
    assert journey.place == "no-show active"
    journey.book("2026-03-13 14:00")
    journey.at("2026-03-13 15:00")
    assert journey.place == "lost completed"
    assert journey.run.carried["no_shows"] == 3
    assert journey.tale == [
        *MEETS,
        *MISSES,
        "lead.tagged",
        *OFFERED,
        *[*REBOOKS, *REMINDED * 3, *MISSES, *OFFERED],
        *[*REBOOKS, *REMINDED * 3, *MISSES, *words("expired>lost run.completed")],
    ]
    assert journey.mails.count("rebook_offer guest") == 2
    assert set(journey.balances("general").values()) == {0.0}


def test_an_offer_to_rebook_that_nobody_takes_expires(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-06 10:00")
    journey.at("2026-03-20 11:00")
    assert journey.place == "lost completed"
    assert journey.tale == [
        *MEETS,
        *MISSES,
        "lead.tagged",
        *OFFERED,
        *words("expired>lost run.completed"),
    ]
    again = {"start": utc("2026-03-24 10:00")}
    assert journey.refused(f"/leads/{journey.token}/bookings/", again) == (410, "gone")
    assert journey.waiting_for == {}


def test_a_rep_who_says_so_makes_it_a_no_show_at_once(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-06 10:00")
    journey.at("2026-03-06 10:10")
    journey.signal("no_show")
    assert journey.place == "no-show active"
    assert journey.since("attendance.signalled") == words(
        "attendance.signalled no_show>no-show lead.tagged rebook.offered"
    )


def test_a_guest_who_was_there_after_all_takes_the_attended_branch(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-06 10:00")
    journey.at("2026-03-06 12:00")
    assert journey.place == "no-show active"
    journey.signal("attended", at=utc("2026-03-06 10:20"))
    journey.sweep()
    assert journey.place == "handoff active"
    assert journey.booking.status == "attended"
    assert journey.tale == [
        *MEETS,
        *MISSES,
        "lead.tagged",
        *OFFERED,
        *words("attendance.signalled no_show.reversed reversed>handoff message.sent"),
    ]
    assert journey.balances("general") == {"ana": -0.5, "ben": 0.5}, "the turn is charged again"
    assert journey.run.carried["no_shows"] == 0
    assert list(journey.waiting_for) == ["ask_outcome", "outcome_expires"]
