"""What stands behind a sentence is shown in words: names, tables and texts, and nothing as it is stored."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.story import SENTENCES, tell
from bookings.story.evidence import Facts, Kept, Mail, Sent, Table, Text, behind
from bookings.tests.story.tale import NAMES, Happened

DRAWN = {
    "pool": "enterprise", "rep": 3, "manner": "draw", "rule": "deadline", "candidates": [
        {"rep": 3, "weight": 3, "balance": 0.25, "share": 0.6, "free": True, "participates": True, "reason": None},
        {"rep": 4, "weight": 1, "balance": -0.5, "share": 0.2, "free": False, "participates": True,
         "reason": "pool_weekly_cap", "detail": {"count": 15, "cap": 15}},
        {"rep": 5, "weight": 1, "balance": 0.25, "share": None, "free": False, "participates": False,
         "reason": "no_match", "detail": {"attribute": "languages", "fact": "answers.language"}}],
}  # fmt: skip
CONDITION = {"fact": "answers.employees", "is": ">=", "value": 500, "present": True, "holds": False}


def texts(blocks: list[Any]) -> list[str]:
    return [block.text for block in blocks if isinstance(block, Text)]


def test_a_draw_is_told_with_who_was_free_and_why_others_were_not() -> None:
    told = tell(Happened("assignment.drawn", DRAWN), NAMES, {"start": "2026-03-05T09:00:00Z"})
    assert told == (
        "Ana Silva was drawn from “Enterprise AEs”: 1 of 3 reps was free at 10:00, Ben Okoro was left out because the "
        "weekly cap of 15 in this pool was full, Cy Lund was left out because the rep's languages did not fit to "
        "language."
    )


def test_many_who_were_left_out_are_counted_by_reason() -> None:
    away = [
        {"rep": 4, "free": False, "participates": True, "reason": code}
        for code in ("busy", "busy", "day_off")
    ]
    told = tell(
        Happened("assignment.drawn", {**DRAWN, "candidates": [*DRAWN["candidates"][:1], *away]}), NAMES
    )
    assert "1 of 4 reps was free, 2 left out because the calendar was taken, 1 left out because" in told


def test_the_candidates_are_a_table() -> None:
    rule, table = behind(Happened("assignment.drawn", DRAWN), NAMES, Kept())
    assert isinstance(rule, Text) and rule.text.startswith("Of those free and not ahead of their share")
    assert isinstance(table, Table)
    assert table.rows[0] == ("Ana Silva", "3", "60%", "0.25", "free, drawn")
    assert table.rows[1][-1] == "left out: the weekly cap of 15 in this pool was full"


def test_conditions_are_told_with_what_the_lead_said() -> None:
    evaluation = {
        "tried": [{"segment": "enterprise", "holds": False, "groups": [[{**CONDITION, "found": 12000}]]}]
    }
    event = Happened("qualification.evaluated", {"segment": None, "qualified": False})
    (table,) = behind(event, NAMES, Kept({"evaluation": evaluation}))
    assert isinstance(table, Table)
    assert table.title == "“Enterprise” did not match"
    assert table.rows == (("Company size is at least 500", "12,000", "no"),)


def test_without_evidence_the_conditions_are_told_and_that_it_is_gone() -> None:
    data = {"tried": [{"segment": "enterprise", "holds": False, "groups": [[CONDITION]]}]}
    table, gone = behind(Happened("qualification.evaluated", data), NAMES, Kept(is_erased=True))
    assert isinstance(table, Table) and table.rows[0][1] == "known"
    assert gone == Text("What this was based on has been erased.")


def test_a_mail_is_told_with_its_words_and_a_delivery_with_its_answers() -> None:
    mail = Kept(message=Mail("grace@navy.example", "Confirmed", "Hi Grace"))
    facts, text = behind(Happened("message.sent", {"message": 1}), NAMES, mail)
    assert facts == Facts((("To", "grace@navy.example"), ("Subject", "Confirmed")))
    assert text == Text("Hi Grace", is_quoted=True)
    sent = Kept(
        delivery=Sent({"email": "grace@navy.example"}, [("Monday", "500 Oops", 12), ("Tuesday", "200", 8)])
    )
    tries, fields = behind(Happened("delivery.delivered", {"delivery": 1}), NAMES, sent)
    assert isinstance(tries, Table) and tries.rows == (
        ("Monday", "500 Oops", "12 ms"),
        ("Tuesday", "200", "8 ms"),
    )
    assert fields == Facts((("Email", "grace@navy.example"),), "What was sent")


def test_a_pool_that_could_not_is_told_with_each_of_its_reps() -> None:
    member = {"rep": 4, "weight": 1, "balance": 0, "code": "after_sla", "first_start": "2026-03-05T09:00:00Z"}
    tried = {
        "pool": "enterprise",
        "fits": False,
        "code": "sla",
        "sla": "2026-03-02T16:00:00Z",
        "members": [member],
    }
    blocks = behind(Happened("routing.decided", {"outcome": "unroutable", "tried": [tried]}), NAMES, Kept())
    assert texts(blocks) == [
        "“Enterprise AEs”: nobody had a free start within the promised time. "
        "Promised by Monday 2 March, 17:00 (Berlin)."
    ]
    assert isinstance(blocks[1], Table)
    assert blocks[1].rows[0][-1] == (
        "left out: the first free start, Thursday 5 March, 10:00 (Berlin), came after the promised time"
    )


KEYS = ("tried", "groups", "candidates", "members", "segment", "holds", "rep", "reason", "detail", "share", "fact",
        "is", "value", "found", "evaluation", "answers", "utm", "owner", "message", "delivery",
        "old", "new", "free")  # fmt: skip
LEAF = st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.floats(allow_nan=False)
ANYTHING = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)
DATA = st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=5)


@settings(max_examples=150)
@given(verb=st.sampled_from(sorted(SENTENCES)), data=DATA, evidence=st.none() | DATA)
def test_nothing_is_too_strange_to_be_shown_and_nothing_shows_its_braces(
    verb: str, data: Any, evidence: Any
) -> None:
    event = Happened(verb, data)
    for block in behind(event, NAMES, Kept(evidence)):
        if isinstance(block, Facts | Table):
            assert not any("{'" in cell for row in block.rows for cell in row)
    assert tell(event, NAMES, {"evaluation": evidence, "start": data.get("found")}).endswith((".", "?", "!"))
