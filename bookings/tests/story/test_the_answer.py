"""Where a lead is or dropped, and why, in one sentence: one way of the example workflow after the other."""

from __future__ import annotations

import pytest

from bookings.story.answer import answer
from bookings.tests.story.tale import MEETING, NAMES, ON, START, Happened, ends, enters, leaves, tale

SHOWN = Happened("slots.shown", {"count": 12})
BOOKED = [Happened("booking.made", MEETING, actor="lead"), leaves("offer", "booked")]
MEETS = [enters("offer", "offer"), SHOWN, *BOOKED, enters("meeting", "meeting")]
HELD = [*MEETS, leaves("meeting", "attended"), enters("handoff", "handoff")]


def marks(outcome: str, actor: str = "rep:3") -> list[Happened]:
    return [Happened("outcome.recorded", {"outcome": outcome}, actor=actor), leaves("handoff", outcome)]


MISSED = [
    *MEETS,
    leaves("meeting", "no_show"),
    enters("no-show", "no_show"),
    Happened("rebook.offered", {"offer": 1}),
]
STUDENT = {
    "segment": "student", "qualified": False,
    "tried": [{"segment": "student", "holds": True, "groups": [[
        {"fact": "answers.employees", "is": "<", "value": 5, "present": True, "holds": True}]]}],
}  # fmt: skip
NO_POOL = {
    "outcome": "unroutable", "pool": None, "tried": [
        {"pool": "enterprise", "fits": False, "code": "sla", "sla": "2026-03-02T16:00:00Z"},
        {"pool": "general", "fits": False, "code": "no_members"}],
}  # fmt: skip


@pytest.mark.parametrize(
    "events, sentence",
    [
        ([enters("offer", "offer")], "Now in “offer”: the guest has not looked at the times yet."),
        ([Happened("routing.decided", {"pool": "general"}), enters("offer", "offer"), SHOWN],
         "Now in “offer”: the guest has seen 12 free times of “Everyone” and not picked one yet."),
        ([enters("offer", "offer"), SHOWN, leaves("offer", "abandoned"), enters("last-offer", "offer")],
         "Now in “last offer”: the guest has not looked at the times yet; before that the guest picked none of the 12 "
         "free times that were shown, and the offer ran out."),
        (MEETS, f"Now in “meeting”: the meeting with Ana Silva on {ON} stands, no reminder has gone out yet."),
        ([*MEETS, Happened("reminder.sent"), Happened("reminder.sent")],
         f"Now in “meeting”: the meeting with Ana Silva on {ON} stands, 2 reminders have gone out."),
        (MISSED, f"Now in “no show”: the guest did not come to the meeting with Ana Silva on {ON} and was offered "
         "another time."),
        (HELD, f"Now in “handoff”: the meeting with Ana Silva on {ON} was held, and Ana Silva has not marked what came "
         "of it yet."),
        ([Happened("qualification.evaluated", STUDENT), enters("qualification", "qualification"),
          leaves("qualification", "disqualified"), *ends()],
         "Ended in “lost” on Monday 2 March: the lead did not qualify: it fell into “Student”, because Company size is "
         "less than 5."),
        ([Happened("routing.decided", NO_POOL), enters("routing", "routing"), leaves("routing", "unroutable"),
          *ends()],
         "Ended in “lost” on Monday 2 March: no pool could take the lead in time: in “Enterprise AEs” nobody had a "
         "free start within the promised time (by Monday 2 March, 17:00 (Berlin)); in “Everyone” the pool has no "
         "members."),
        ([enters("offer", "offer"), SHOWN, leaves("offer", "abandoned"), *ends()],
         "Ended in “lost” on Monday 2 March: the guest picked none of the 12 free times that were shown, and the offer "
         "ran out."),
        ([enters("offer", "offer"), SHOWN, leaves("offer", "abandoned"), enters("last-offer", "offer"),
          leaves("last-offer", "abandoned"), *ends()],
         "Ended in “lost” on Monday 2 March: the guest picked none of the 12 free times that were shown, and the offer "
         "ran out; after that times were offered again, but the guest did not look, and the offer ran out."),
        ([*MEETS, Happened("booking.cancelled", {}, actor="lead"), leaves("meeting", "cancelled"), *ends()],
         f"Ended in “lost” on Monday 2 March: the guest cancelled the meeting with Ana Silva on {ON}."),
        ([*MISSED, leaves("no-show", "expired"), *ends()],
         f"Ended in “lost” on Monday 2 March: the guest did not come to the meeting with Ana Silva on {ON}, and picked "
         "no other time though it was offered once."),
        ([*HELD, *marks("not_a_fit"), *ends()],
         f"Ended in “lost” on Monday 2 March: the meeting with Ana Silva on {ON} was held and Ana Silva marked it “not "
         "a fit”."),
        ([*HELD, *marks("not_a_fit"), *ends(),
          Happened("outcome.corrected", {"outcome": "closed_won"}, actor="rep:3")],
         f"Ended in “lost” on Monday 2 March: the meeting with Ana Silva on {ON} was held and Ana Silva marked it “not "
         "a fit” (corrected later to “closed won”)."),
        ([*HELD, leaves("handoff", "unmarked"), *ends()],
         f"Ended in “lost” on Monday 2 March: the meeting with Ana Silva on {ON} was held, and Ana Silva never marked "
         "what came of it."),
        ([*MEETS, Happened("booking.cancelled", {}, actor="lead"), leaves("meeting", "cancelled"), *ends(),
          Happened("booking.restored"), enters("meeting", "meeting", returned=True)],
         f"Now in “meeting”: the meeting with Ana Silva on {ON} stands, no reminder has gone out yet."),
        ([enters("offer", "offer"), Happened("run.superseded", {"by": 2}), Happened("message.sent")],
         "Ended on Monday 2 March: a newer enquiry of the same lead took its place."),
        ([enters("offer", "offer"), Happened("run.completed", {"end": "offer", "reason": "erased"})],
         "Ended on Monday 2 March: the person was erased, and what was under way was called off."),
        ([enters("chase", "action"), Happened("run.failed", {"code": "NoSuchPool"}, "chase")],
         "Stopped by a fault: a step of “chase” failed at every try (NoSuchPool)."),
        ([enters("pause", "wait"), Happened("run.failed", {"code": "never_waits"}, "pause")],
         "Stopped by a fault: it went round and round through “pause” without waiting."),
        ([], "Nowhere yet: nothing has happened."),
    ],
)  # fmt: skip
def test_it_is_said(events: list[Happened], sentence: str) -> None:
    assert str(answer(tale(*events), NAMES)) == sentence


def test_the_end_of_waiting_is_said_too() -> None:
    told = answer(tale(enters("offer", "offer")), NAMES, until=START)
    assert str(told).endswith("yet, until Monday 2 March, 09:00 (Berlin) at the latest.")


def test_what_came_of_a_second_meeting_is_told_after_that_of_the_first() -> None:
    second = Happened("booking.made", {**MEETING, "rep": 4})
    events = [*HELD, *marks("follow_up"), enters("offer", "offer"), second, leaves("offer", "booked"),
              enters("meeting", "meeting"), leaves("meeting", "attended"), enters("handoff", "handoff"),
              *marks("closed_won", "rep:4"), *ends("won")]  # fmt: skip
    told = str(answer(tale(*events), NAMES))
    assert "Ana Silva marked it “follow up”; after that the meeting with Ben Okoro" in told
    assert told.endswith("Ben Okoro marked it “closed won”.")
