"""The answer names whoever did it: a rep, staff, another system, and not the meeting's rep for each of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bookings.story.answer import answer
from bookings.tests.story.tale import MEETING, NAMES, ON, Happened, ends, enters, leaves, tale

AT_MEETING = [
    enters("offer", "offer"),
    Happened("booking.made", MEETING, actor="lead"),
    leaves("offer", "booked"),
    enters("meeting", "meeting"),
]
HELD = [*AT_MEETING, leaves("meeting", "attended"), enters("handoff", "handoff")]
STOOD = f"the meeting with Ana Silva on {ON}"


def marked(outcome: str, actor: str) -> list[Happened]:
    left = leaves("handoff", outcome)
    left.actor = actor
    return [Happened("outcome.recorded", {"outcome": outcome}, "handoff", actor), left]


def corrected(outcome: str, actor: str) -> Happened:
    return Happened("outcome.corrected", {"outcome": outcome}, "handoff", actor)


def heard(effect: str = "recorded") -> Happened:
    return Happened("inbound.received", {"source": "tryton_crm", "effect": effect})


def told(*events: Happened, **more: Any) -> str:
    return str(answer(tale(*events), NAMES, **more))


@pytest.mark.parametrize(
    "actor, who",
    [("staff:1", "Olga Ops"), ("rep:3", "Ana Silva"), ("rep:4", "Ben Okoro"), ("staff:9", "a member of staff"),
     ("system", "Ordinus")],
)  # fmt: skip
def test_whoever_marked_the_outcome_is_named(actor: str, who: str) -> None:
    sentence = told(*HELD, *marked("not_a_fit", actor), *ends())
    assert f"{STOOD} was held and {who} marked it “not a fit”." in sentence


def test_whoever_corrected_it_is_named_unless_they_had_marked_it() -> None:
    held = [*HELD, *marked("not_a_fit", "staff:1"), *ends()]
    assert told(*held, corrected("closed_won", "staff:1")).endswith(
        "Olga Ops marked it “not a fit” (corrected later to “closed won”)."
    )
    assert told(*held, corrected("closed_won", "rep:3")).endswith(
        "Olga Ops marked it “not a fit” (corrected later to “closed won” by Ana Silva)."
    )


def test_another_system_that_told_the_outcome_is_named() -> None:
    sentence = told(*HELD, *marked("won", "system"), *ends(), heard())
    assert "was held and the system “tryton crm” marked it “won”." in sentence
    sentence = told(
        *HELD, *marked("won", "rep:3"), *ends(), heard("known"), corrected("lost", "system"), heard()
    )
    assert "Ana Silva marked it “won” (corrected later to “lost” by the system “tryton crm”)" in sentence


def test_an_outcome_taken_back_is_told_until_it_is_marked_anew() -> None:
    back = [Happened("outcome.withdrawn", {"outcome": "won"}, "handoff", "staff:1"),
            enters("handoff", "handoff", returned=True)]  # fmt: skip
    first = [*HELD, *marked("won", "rep:3"), *ends(), corrected("lost", "rep:3"), *back]
    assert told(*first) == f"Now in “handoff”: {STOOD} was held, and Olga Ops took back the outcome “won”."
    again = told(*first, *marked("not_a_fit", "rep:4"), *ends())
    assert again.endswith("was held and Ben Okoro marked it “not a fit”.")


def test_a_correction_stays_with_the_meeting_that_it_is_about() -> None:
    first, second = marked("follow_up", "rep:3"), marked("won", "rep:3")
    events = [*HELD, *first, *HELD, *second, *ends(), corrected("lost", "staff:1")]
    for event in first:
        event.booking = 1
    for event in second:
        event.booking = 2
    events[-1].booking = 1
    assert "marked it “follow up” (corrected later to “lost” by Olga Ops); after that" in told(*events)


MISSED_BY_HOST = Happened(
    "attendance.signalled", {"party": "host", "signal": "no_show"}, "meeting", "staff:1"
)


def test_that_the_rep_did_not_come_is_told_where_the_run_stays() -> None:
    sentence = told(*AT_MEETING, MISSED_BY_HOST)
    assert sentence == f"Now in “meeting”: Olga Ops recorded that the rep did not come to {STOOD}."
    moved = Happened("booking.rescheduled", {**MEETING, "revision": 1}, actor="lead")
    assert f"{STOOD} stands" in told(*AT_MEETING, MISSED_BY_HOST, moved)


def test_a_meeting_whose_time_is_over_does_not_stand() -> None:
    end = datetime.fromisoformat(str(MEETING["end"]))
    assert "stands, no reminder" in told(*AT_MEETING, now=end - timedelta(minutes=1))
    assert (
        told(*AT_MEETING, now=end)
        == f"Now in “meeting”: the time of {STOOD} is over, and nobody has told yet whether the guest was there."
    )
