"""After the meeting: a second one, customer success, or an outcome that nobody marks."""

from __future__ import annotations

from ordinus.tests.journeys import BOOKS, MEETS, REMINDED, REMINDERS, TOLD, TOLD_MAILS, Journey, words

ATTENDS = words("attendance.signalled attended>handoff")


def attended(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-06 10:00")
    journey.at("2026-03-06 10:05")
    journey.signal("attended")


def test_a_follow_up_is_offered_by_mail_and_routed_again(journey: Journey) -> None:
    attended(journey)
    journey.mark("follow_up")
    journey.sweep()
    assert journey.place == "follow-up-offer active"
    assert journey.link("offer", "b/[^/]+/") == f"/b/{journey.token}/"
    journey.book("2026-03-13 10:00")
    journey.at("2026-03-13 10:05")
    journey.signal("attended")
    journey.mark("not_a_fit")
    assert journey.place == "lost completed"
    assert journey.tale == [
        *MEETS,
        *ATTENDS,
        *words("outcome.recorded follow_up>routing-again routing.decided routed>follow-up-offer"),
        "message.sent*2",
        *BOOKS,
        *TOLD,
        *REMINDED * 3,
        *ATTENDS,
        *words("outcome.recorded not_a_fit>lost run.completed"),
    ]
    assert journey.mails[5:8] == ["outcome_request rep", "offer guest", TOLD_MAILS[0]]
    assert journey.balances("general") == {"ana": 0.0, "ben": 0.0}, "one turn each"


def test_a_deal_is_handed_over_to_customer_success(journey: Journey) -> None:
    attended(journey)
    journey.mark("closed_won")
    journey.sweep()
    assert journey.place == "success-offer active"
    assert journey.book("2026-03-13 10:00")["rep"]["email"] == "cy@acme.example"
    journey.at("2026-03-13 10:10")
    journey.signal("attended")
    assert journey.place == "won completed"
    assert journey.tale == [
        *MEETS,
        *ATTENDS,
        *words("outcome.recorded closed_won>success-routing routing.decided routed>success-offer"),
        "message.sent*2",
        *BOOKS,
        *TOLD,
        *REMINDED * 3,
        *words("attendance.signalled attended>won run.completed"),
    ]
    assert journey.mails == [
        *TOLD_MAILS,
        *REMINDERS,
        "outcome_request rep",
        "offer guest",
        *TOLD_MAILS,
        *REMINDERS,
    ]
    assert journey.waiting_for == {}


def test_a_meeting_with_customer_success_moves_and_is_cancelled_without_losing_the_deal(
    journey: Journey,
) -> None:
    attended(journey)
    journey.mark("closed_won")
    journey.book("2026-03-13 10:00")
    assert journey.move("2026-03-13 11:00")["rep"]["email"] == "cy@acme.example"
    assert "reschedule_requested>success-routing" in journey.tale
    journey.sweep()
    assert journey.mails[-2:] == ["confirmation guest REQUEST 1", "rep_notice rep REQUEST 1"]
    assert journey.mails.count("offer guest") == 1, "an offer passed by a press sends no mail"
    journey.cancel()
    assert journey.place == "won completed"


def test_an_outcome_that_nobody_marks_is_asked_twice_and_given_to_staff(journey: Journey) -> None:
    attended(journey)
    journey.sweep()
    assert journey.waiting_for == {
        "ask_outcome": "2026-03-07 10:05",
        "outcome_expires": "2026-03-20 10:05",
    }
    journey.at("2026-03-20 10:05")
    assert journey.place == "lost completed"
    assert journey.tale == [
        *MEETS,
        *ATTENDS,
        *words("message.sent message.sent unmarked>triage done>lost run.completed message.sent"),
    ]
    assert journey.mails[-3:] == ["outcome_request rep"] * 2 + ["notification staff"]
    assert journey.waiting_for == {}
