"""A recorded decision, made again, comes out as recorded; and any change of what it rested on is named."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.core import draw, redrawing, verdicts
from workflows.core import chain

MEMBERS = st.lists(
    st.tuples(st.integers(1, 5), st.fractions(-4, 4, max_denominator=30), st.booleans(), st.booleans()),
    min_size=1, max_size=5,
)  # fmt: skip


def recorded(members: list[Any], catch_up: int = 5) -> dict[str, Any] | None:
    """A draw as the trail keeps it; None when nobody can be drawn."""
    candidates = [
        draw.Candidate(draw.Member(id_, weight, float(balance)), participates, participates and free)
        for id_, (weight, balance, participates, free) in enumerate(members, 1)
    ]
    try:
        drawn = draw.draw(candidates, catch_up)
    except draw.NobodyFree:
        return None
    record: dict[str, Any] = {**draw.explain(candidates, drawn, catch_up), "rep": 100 + drawn.winner}
    for each in record["candidates"]:
        each["rep"] = 100 + each["member"]
    return chain.normalise(record)  # type: ignore[no-any-return]


@settings(max_examples=200)
@given(MEMBERS, st.integers(1, 5))
def test_a_draw_made_again_is_the_one_recorded_whatever_rounding_did(
    members: list[Any], catch_up: int
) -> None:
    record = recorded(members, catch_up)
    if record is not None:
        assert redrawing.differences(record) == []


DRAWN = recorded([(3, 0.5, True, True), (1, -0.25, True, True), (1, -0.25, True, False)])


@pytest.mark.parametrize(
    "place, name, value, told",
    [
        (0, "balance", -2, "due in"),
        (0, "weight", 1, "share"),
        (0, "free", False, "winner: member 2 drawn again, member 1 recorded"),
        (0, "rep", 7, "rep: 7 is the member drawn, 101 recorded"),
        (2, "participates", False, "share"),
        (1, "share", 0.3, "share 0.200000 computed again, 0.3 recorded"),
    ],
)
def test_a_changed_draw_is_named(place: int, name: str, value: Any, told: str) -> None:
    record = deepcopy(DRAWN)
    assert record is not None and redrawing.differences(record) == []
    record["candidates"][place][name] = value
    assert told in " ".join(redrawing.differences(record))


def test_a_changed_winner_rule_or_correction_is_named() -> None:
    for change, told in (
        ({"winner": 2, "rep": 102}, "winner: member 1 drawn again, member 2 recorded"),
        ({"rule": "owed"}, "rule: deadline drawn again, owed recorded"),
        (
            {"corrections": [{"member": 1, "amount": 0.5}]},
            "member 1: corrected by 0.000000 again, 0.5 recorded",
        ),
    ):
        assert redrawing.differences({**DRAWN, **change}) == [told]  # type: ignore[dict-item]


MONDAY, TUESDAY, FRIDAY = "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z", "2026-03-06T09:00:00Z"


def pool(
    slug: str, fits: bool, code: str, first: str | None, *members: dict[str, Any], **more: Any
) -> dict[str, Any]:
    tried = {"pool": slug, "fits": fits, "code": code, "first_start": first, "sla": TUESDAY, "owner": None}
    return {**tried, "members": list(members), **more}


def member(rep: int, code: str, first: str | None = None) -> dict[str, Any]:
    return {"rep": rep, "code": code, **({"first_start": first} if first else {})}


REFUSED = pool("enterprise", False, "sla", FRIDAY, member(1, "after_sla", FRIDAY), member(2, "no_time"))
TAKEN = pool("general", True, "fits", MONDAY, member(1, "offers", MONDAY), member(3, "offers", TUESDAY))
FALLBACK = {"outcome": "fallback", "pool": "general", "tried": [REFUSED, TAKEN]}


def test_a_routing_made_again_is_the_one_recorded() -> None:
    assert verdicts.differences(FALLBACK, "enterprise") == []
    assert verdicts.differences({"outcome": "routed", "pool": "general", "tried": [TAKEN]}, "general") == []
    nobody = pool("general", False, "no_members", None, sla=None)
    left_out = pool("vip", False, "no_matching_member", None, member(1, "no_match"))
    retired = pool("old", False, "retired", None)
    unroutable = {"outcome": "unroutable", "pool": None, "tried": [left_out, retired, nobody]}
    assert verdicts.differences(unroutable, "vip") == []
    owned = {**TAKEN, "owner": {"rep": 3, "taken": True}, "first_start": TUESDAY}
    assert verdicts.differences({"outcome": "routed", "pool": "general", "tried": [owned]}, "general") == []


@pytest.mark.parametrize(
    "path, value, told",
    [
        (("outcome",), "routed", "outcome: fallback decided again, routed recorded"),
        (("pool",), "enterprise", "pool: general decided again, enterprise recorded"),
        (
            ("tried", 0, "members", 0, "first_start"),
            MONDAY,
            "rep 1: offers decided again, after_sla recorded",
        ),
        (("tried", 0, "code"), "no_time", "code: sla decided again, no_time recorded"),
        (("tried", 1, "first_start"), TUESDAY, f"first_start: {MONDAY} decided again, {TUESDAY} recorded"),
        (("tried", 1, "fits"), False, "fits: True decided again, False recorded"),
        (
            ("tried", 1, "owner"),
            {"rep": 9, "taken": True},
            "owner: rep 9 has no start in time, and was taken",
        ),
    ],
)
def test_a_changed_routing_is_named(path: tuple[Any, ...], value: Any, told: str) -> None:
    record: Any = deepcopy(FALLBACK)
    place = record
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert told in " ".join(verdicts.differences(record, "enterprise"))


def test_another_pool_than_the_version_says_is_named() -> None:
    assert verdicts.differences(FALLBACK, "vip") == ["first tried is enterprise, the version says vip"]
