"""Booked and attended: the shortest way from the form to an outcome."""

from __future__ import annotations

from ordinus.tests.journeys import MEETS, REMINDERS, TOLD_MAILS, Journey, words


def test_a_guest_books_comes_and_becomes_an_opportunity(journey: Journey) -> None:
    answer = journey.submit()
    assert (answer["status"], answer["segment"], answer["pool"]) == ("qualified", "everyone-else", "general")
    booking = journey.book("2026-03-06 10:00")
    assert (booking["status"], booking["rep"]["name"]) == ("confirmed", "Ana")
    journey.at("2026-03-06 10:05")
    assert journey.signal("attended")["status"] == "attended"
    journey.sweep()
    journey.mark("qualified_opportunity")
    assert journey.place == "won completed"
    assert journey.tale == [
        *MEETS,
        *words("attendance.signalled attended>handoff message.sent"),
        *words("outcome.recorded qualified_opportunity>won run.completed"),
    ]
    assert journey.mails == [*TOLD_MAILS, *REMINDERS, "outcome_request rep"]
    assert journey.balances("general") == {"ana": -0.5, "ben": 0.5}
    assert journey.booking.outcome == "qualified_opportunity"
    assert journey.waiting_for == {}


def test_reminders_keep_the_guests_clock_and_the_rest_waits_for_the_end(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-31 10:00")  # the clocks go forward on the 29th
    assert journey.waiting_for == {
        "reminder 3d": "2026-03-28 10:00",
        "reminder 1d": "2026-03-30 10:00",
        "reminder 2h": "2026-03-31 08:00",
        "meeting_ends": "2026-03-31 10:30",
        "ask_rep": "2026-03-31 10:30",
        "presume_no_show": "2026-03-31 11:00",
    }


def test_who_joins_has_attended_when_the_meeting_ends(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-06 10:00")
    journey.at("2026-03-06 10:02")
    journey.join()
    assert journey.place == "meeting active"
    assert journey.booking.status == "confirmed"
    journey.at("2026-03-06 10:30")
    assert journey.place == "handoff active"
    assert journey.tale == [*MEETS, *words("attendance.signalled attended>handoff message.sent")]
    assert journey.mails[-1] == "outcome_request rep"
    assert journey.waiting_for == {
        "ask_outcome": "2026-03-07 10:30",
        "outcome_expires": "2026-03-20 10:30",
    }


def test_a_rep_marks_the_outcome_behind_the_mailed_link(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-06 10:00")
    journey.at("2026-03-06 10:05")
    journey.signal("attended")
    journey.sweep()
    page = journey.link("outcome_request", "o/[^/]+/")
    assert journey.browser.get(page).status_code == 200
    assert journey.browser.post(page, {"mark": "not_a_fit"}).status_code == 303
    assert journey.place == "lost completed"
    assert journey.actors("outcome.recorded") == [f"rep:{journey.booking.rep_id}"]


def test_an_outcome_can_be_taken_back_and_marked_anew(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-06 10:00")
    journey.at("2026-03-06 10:05")
    journey.signal("attended")
    journey.sweep()
    journey.mark("closed_won")
    assert journey.place == "success-offer active"
    journey.unmark()
    assert journey.place == "handoff active"
    assert list(journey.waiting_for) == ["ask_outcome", "outcome_expires"]
    journey.mark("not_a_fit")
    assert journey.since("outcome.withdrawn") == words(
        "outcome.withdrawn >handoff outcome.recorded not_a_fit>lost run.completed"
    )
    journey.sweep()
    assert journey.mails[-1] == "outcome_request rep", "the offer to meet customer success was withdrawn"
