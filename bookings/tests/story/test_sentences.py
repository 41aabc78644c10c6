"""Every verb has its sentence, whatever its data hold, and names instead of numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.story import SENTENCES, Names, actor_name, detail_of, icon_of, tell, tone_of
from workflows.registry import VERBS

NAMES = Names(
    zone="Europe/Berlin",
    reps={3: "Ana Silva", 4: "Ben Okoro"},
    staff={1: "Olga Ops"},
    pools={"enterprise": "Enterprise AEs"},
    segments={"student": "Student"},
    forms={"demo-request": "Request a demo"},
    sinks={"warehouse": "Warehouse"},
    workflows={"inbound-demo": "Inbound demo"},
)


@dataclass
class Happened:
    verb: str
    data: Any = field(default_factory=dict)
    actor: str = "lead"
    stage: str | None = "offer"


@pytest.mark.parametrize(
    "event, sentence",
    [
        (Happened("lead.submitted", {"form": "demo-request"}), "Submitted the form “Request a demo”."),
        (Happened("stage.left", {"outcome": "no_show", "next": "no-show"}, stage="meeting"),
         "Meeting ended as “no show”, on to “no show”."),
        (Happened("stage.entered", {"returned": True}), "Came back to “offer”."),
        (Happened("qualification.evaluated", {"segment": "student", "qualified": False}),
         "Not qualified as “Student”."),
        (Happened("qualification.evaluated", {"segment": None, "qualified": False}),
         "Not qualified since no segment matched."),
        (Happened("routing.decided", {"outcome": "fallback", "pool": "enterprise", "owner": 3}),
         "Routed to “Enterprise AEs” as the fallback for its owner Ana Silva."),
        (Happened("routing.decided", {"outcome": "unroutable", "pool": None}),
         "No pool could take the lead in time."),
        (Happened("slots.shown", {"count": 1, "first": "2026-03-03T09:00:00Z"}),
         "1 free time was shown, the first on Tuesday 3 March, 10:00 (Berlin)."),
        (Happened("assignment.drawn", {"rep": 4, "pool": "enterprise", "manner": "draw"}),
         "Ben Okoro was drawn from “Enterprise AEs”."),
        (Happened("booking.made", {"rep": 3, "start": "2026-03-03T09:00:00Z"}),
         "The guest booked a meeting with Ana Silva for Tuesday 3 March, 10:00 (Berlin)."),
        (Happened("booking.reassigned", {"rep": 4, "before": {"rep": 3}}, "staff:1"),
         "Olga Ops gave the meeting of Ana Silva to Ben Okoro."),
        (Happened("attendance.signalled", {"party": "guest", "signal": "joined", "source": "join_page"}),
         "The guest joined (join page)."),
        (Happened("attendance.signalled", {"party": "guest", "signal": "no_show", "source": "rep"}, "rep:3"),
         "Ana Silva recorded that the guest did not come (rep)."),
        (Happened("reminder.skipped", {"offset": "1d", "reason": "past_at_booking"}, "system"),
         "The reminder 1 day before was skipped, because its time had passed when the meeting was booked."),
        (Happened("outcome.corrected", {"outcome": "closed_won", "former": "not_a_fit"}, "rep:3"),
         "Ana Silva corrected the outcome from “not a fit” to “closed won”."),
        (Happened("reschedule.clicked", {"used": False}), "The guest opened the reschedule link."),
        (Happened("reschedule.clicked", {"used": True}), "The guest used the reschedule link."),
        (Happened("delivery.failed", {"sink": "warehouse", "verb": "booking.made", "code": "timeout"}, "system"),
         "“booking made” could not be delivered to Warehouse (it gave no answer in time)."),
        (Happened("config.changed", {"object": "rep:3", "field": "daily_cap", "old": None, "new": 5}, "staff:1"),
         "Olga Ops changed “daily cap” of the rep “Ana Silva”: nothing → 5."),
        (Happened("config.changed", {"object": "pool:enterprise", "field": "members[rep:4].weight", "old": 1, "new": 3},
                  "staff:1"),
         "Olga Ops changed the weight of Ben Okoro in the pool “Enterprise AEs”: 1 → 3."),
        (Happened("config.changed", {"object": "pool:enterprise", "field": "members[rep:4]", "old": None,
                                     "new": {"weight": 2}}, "staff:1"),
         "Olga Ops added Ben Okoro to the pool “Enterprise AEs” with weight 2."),
        (Happened("config.changed", {"object": "pool:enterprise", "field": "members[rep:4]", "old": {"weight": 2},
                                     "new": None}, "system"),
         "Ordinus took Ben Okoro out of the pool “Enterprise AEs”."),
        (Happened("config.changed", {"object": "segment:student", "field": "conditions[7].operator", "old": "==",
                                     "new": "in"}, "staff:1"),
         "Olga Ops changed “operator” of the condition of the segment “Student”: == → in."),
        (Happened("config.changed", {"object": "pool:enterprise", "field": "created", "new": "sha256:ab"}, "system"),
         "Ordinus wrote the words and names of the pool “Enterprise AEs”."),
        (Happened("config.changed", {"object": "workflow:inbound-demo", "field": "created", "old": None, "new": {}},
                  "system"),
         "Ordinus made the workflow “Inbound demo”."),
        (Happened("config.changed", {"object": "stage:inbound-demo/nap", "field": "kind", "new": "wait"}, "staff:1"),
         "Olga Ops added the stage “nap” in “Inbound demo”."),
        (Happened("config.changed", {"object": "stage:inbound-demo/nap", "field": "kind", "old": "wait"}, "staff:1"),
         "Olga Ops took out the stage “nap” in “Inbound demo”."),
        (Happened("config.changed", {"object": "branch:inbound-demo/no-show/expired", "field": "leads_to",
                                     "old": "lost", "new": "nurture"}, "staff:1"),
         "Olga Ops changed “leads to” of the branch “expired” of “no show” in “Inbound demo”: lost → nurture."),
        (Happened("config.changed", {"object": "workflow:inbound-demo", "field": "draft", "new": 3}, "staff:1"),
         "Olga Ops started the draft 3 of the workflow “Inbound demo”."),
        (Happened("config.changed", {"object": "workflow:inbound-demo", "field": "runs_moved_to", "new": 3}, "staff:1"),
         "Olga Ops began to move runs to version 3 of the workflow “Inbound demo”."),
        (Happened("config.changed", {"object": "template:reminder", "field": "retired", "old": False, "new": True},
                  "staff:1"),
         "Olga Ops retired the template “reminder”."),
        (Happened("config.changed", {"object": "rep:3", "field": "name", "old": "sha256:a", "new": "sha256:b"},
                  "staff:1"),
         "Olga Ops changed “name” of the rep “Ana Silva”."),
    ],
)  # fmt: skip
def test_what_happened_is_told(event: Happened, sentence: str) -> None:
    assert tell(event, NAMES) == sentence


def test_every_registered_verb_has_a_sentence_of_its_own() -> None:
    assert set(VERBS) - set(SENTENCES) == set()


KEYS = (
    "form", "segment", "pool", "rep", "start", "first", "count", "before", "offset", "due", "reason", "code", "outcome",
    "former", "object", "field", "old", "new", "sink", "verb", "next", "used", "signal", "party", "source", "template",
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=2),
    max_leaves=4,
)


@given(
    verb=st.sampled_from([*SENTENCES, "thing.unheard_of"]),
    data=st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=6) | ANYTHING,
    actor=st.sampled_from(["lead", "rep:3", "rep:99", "staff:1", "staff:x", "system", "", "robot:7"]),
)
def test_no_data_is_too_strange_to_be_told(verb: str, data: Any, actor: str) -> None:
    event = Happened(verb, data, actor, None)
    sentence = tell(event, NAMES)
    assert sentence.endswith((".", "?", "!"))
    assert sentence[0].isupper() or not sentence[0].isalpha()
    detail_of(event, NAMES)
    assert icon_of(verb)
    assert tone_of(event)


def test_details_hold_names_instead_of_numbers_and_slugs() -> None:
    data = {
        "rep": 3,
        "candidates": [{"rep": 3, "balance": 0.5000001, "reason": "day_off"}],
        "pool": "enterprise",
    }
    told = detail_of(Happened("assignment.drawn", data), NAMES)
    assert told == {"Candidates": [{"Rep": "Ana Silva", "Balance": 0.5, "Reason": "day off"}]}


def test_who_is_gone_is_told_without_a_number() -> None:
    assert actor_name("rep:99", NAMES) == "a rep"
    assert actor_name("staff:99", NAMES) == "a member of staff"
    assert actor_name("system", NAMES) == "Ordinus"


def test_what_went_wrong_looks_like_it() -> None:
    assert tone_of(Happened("message.failed")) == "bad"
    assert tone_of(Happened("routing.decided", {"outcome": "unroutable"})) == "worrying"
    assert tone_of(Happened("routing.decided", {"outcome": "routed"})) == "plain"
    assert tone_of(Happened("enrichment.failed", {"code": "not_found"})) == "quiet"
