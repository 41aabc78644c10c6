"""What the audit trail keeps of a draw is enough to draw again."""

import json
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.core.draw import RULES, Candidate, Member, draw, explain, redraw
from routing.tests.core.turns import CATCH_UP, pool, take_turn


def test_the_record_says_how_everyone_stood():
    candidates = [
        Candidate(Member(1, 3, Fraction(1, 2))),
        Candidate(Member(2, 1, Fraction(-1, 4)), free=False, reason="busy"),
        Candidate(Member(3, 2, Fraction(-1, 4)), participates=False, free=False, reason="day_off"),
    ]

    assert explain(candidates, draw(candidates, CATCH_UP), CATCH_UP) == {
        "rule": "deadline",
        "winner": 1,
        "catch_up": 5,
        "candidates": [
            {
                "member": 1,
                "weight": 3,
                "balance": 0.5,
                "active": True,
                "participates": True,
                "free": True,
                "reason": None,
                "share": 0.75,
                "quotient": 0.5 / 0.75,
            },
            {
                "member": 2,
                "weight": 1,
                "balance": -0.25,
                "active": True,
                "participates": True,
                "free": False,
                "reason": "busy",
                "share": 0.25,
                "quotient": 5.0,
            },
            {
                "member": 3,
                "weight": 2,
                "balance": -0.25,
                "active": True,
                "participates": False,
                "free": False,
                "reason": "day_off",
                "share": None,
                "quotient": None,
            },
        ],
        "corrections": [],
    }


def test_corrections_stand_in_the_record():
    members = pool([1, 1], 0.0)
    for _ in range(20):
        _, members = take_turn(members, busy={2})
    candidates = [Candidate(members[0]), Candidate(members[1], free=False)]

    record = explain(candidates, draw(candidates, CATCH_UP), CATCH_UP)

    assert record["corrections"] == [{"member": 1, "amount": 0.5}, {"member": 2, "amount": -0.5}]


def test_every_rule_has_words():
    assert set(RULES) == {"owed", "deadline", "all_ahead"}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_record_draws_the_same_winner_by_the_same_rule(data):
    members = pool(data.draw(st.lists(st.integers(1, 100), min_size=1, max_size=6)), 0.0)
    free = st.lists(st.booleans(), min_size=len(members), max_size=len(members)).filter(any)
    for _ in range(15):
        frees = data.draw(free)
        candidates = [Candidate(member, free=is_free) for member, is_free in zip(members, frees, strict=True)]
        drawn = draw(candidates, CATCH_UP)

        assert redraw(json.loads(json.dumps(explain(candidates, drawn, CATCH_UP)))) == drawn

        _, members = take_turn(members, busy={each.member.id for each in candidates if not each.free})
