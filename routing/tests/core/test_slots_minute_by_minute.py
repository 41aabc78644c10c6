"""What is computed with sets of bits is what section 4 says when it is read one minute at a time."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import event, given, settings
from hypothesis import strategies as st

from routing.core.slots import day_account, first_start, is_free, offered, pool_starts, why_not
from routing.tests.core.brute_force import grid_starts, may_start, offered_by_hand
from routing.tests.core.situations import Situation, reps, situations


@settings(max_examples=120, deadline=None)
@given(situations())
def test_offered_is_the_minute_by_minute_reading(situation: Situation):
    starts = offered(*situation)
    event("something offered" if starts else "nothing offered")
    assert starts == offered_by_hand(*situation)


@settings(max_examples=50, deadline=None)
@given(situations())
def test_a_reason_is_given_exactly_for_what_is_not_offered(situation: Situation):
    rep, *asked = situation
    shape, _, window = asked
    grid = grid_starts(shape, window)
    for start in grid:
        free = may_start(rep, start, *asked)
        assert (why_not(rep, start, *asked) is None) == free
        assert is_free(rep, start, *asked) == free


@settings(max_examples=40, deadline=None)
@given(situations(), st.integers(0, 5 * 1440))
def test_what_lies_beside_the_grid_is_off_it(situation: Situation, passed: int):
    rep, *asked = situation
    shape, _, window = asked
    grid = grid_starts(shape, window)
    start = min(grid) + passed % (max(grid) - min(grid) + 1)
    reason = why_not(rep, start, *asked)
    assert (reason is not None and reason.code == "off_grid") == (start not in grid)
    assert start in grid or not is_free(rep, start, *asked)


@settings(max_examples=40, deadline=None)
@given(situations())
def test_the_account_of_a_day_adds_up_to_its_grid(situation: Situation):
    rep, shape, pool, window = situation
    grid = grid_starts(shape, window)
    accounts = day_account(*situation)
    assert accounts[0].on == window.from_on
    assert accounts[-1].on == window.to_on
    assert sum(account.grid for account in accounts) == len(grid)
    free = [start for start in grid if may_start(rep, start, shape, pool, window)]
    assert sum(account.offered for account in accounts) == len(free)
    reasons = [why_not(rep, start, shape, pool, window) for start in grid]
    codes = {code for account in accounts for code in account.taken}
    for code in codes | {reason.code for reason in reasons if reason}:
        counted = sum(account.taken.get(code, 0) for account in accounts)
        assert counted == sum(1 for reason in reasons if reason and reason.code == code)
    for account in accounts:
        assert account.grid == account.offered + sum(account.taken.values())


@settings(max_examples=40, deadline=None)
@given(situations(), st.data())
def test_a_pool_offers_the_union_over_its_reps(situation: Situation, data: st.DataObject):
    rep, shape, pool, window = situation
    second = data.draw(reps(pool.zone, window.from_on))
    members = {10: replace(rep, rep_id=10), 20: replace(second, rep_id=20)}
    numbered = list(members.values())
    union = pool_starts(numbered, shape, pool, window)
    each = {rep_id: offered(member, shape, pool, window) for rep_id, member in members.items()}
    assert union.starts == tuple(sorted({*each[10], *each[20]}))
    assert {rep_id: union.starts_of(rep_id) for rep_id in members} == each
    assert union.reps() == tuple(rep_id for rep_id in members if each[rep_id])
    for start in union.starts:
        assert union.reps_at(start) == tuple(rep_id for rep_id in members if start in each[rep_id])
    assert first_start(numbered, shape, pool, window) == (union.starts[0] if union.starts else None)
