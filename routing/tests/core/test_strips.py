"""The picture of a day says of every start what `why_not` says of it."""

from __future__ import annotations

from hypothesis import given, settings

from routing.core.slots import day_account, why_not
from routing.core.strips import OFFERED, day_strips
from routing.tests.core.brute_force import grid_starts, reading
from routing.tests.core.situations import Situation, situations


@settings(max_examples=25, deadline=None)
@given(situations())
def test_every_start_of_the_grid_lies_in_one_stretch_with_its_reason(situation: Situation):
    rep, *asked = situation
    shape, _, window = asked
    told = {}
    for strip in day_strips([rep], *asked)[rep.rep_id]:
        within = [
            start for start in grid_starts(shape, window) if reading(window.guest_zone, start)[0] == strip.on
        ]
        for stretch in strip.stretches:
            assert reading(window.guest_zone, stretch.first) == (strip.on, stretch.since)
            members = [start for start in within if stretch.first <= start <= stretch.last]
            assert len(members) == stretch.count
            told |= dict.fromkeys(members, stretch.code)
    reasons = {start: why_not(rep, start, *asked) for start in grid_starts(shape, window)}
    assert told == {start: reason.code if reason else OFFERED for start, reason in reasons.items()}


@settings(max_examples=15, deadline=None)
@given(situations())
def test_the_counts_are_those_of_the_account_of_the_day(situation: Situation):
    strips = day_strips([situation.rep], *situation[1:])[situation.rep.rep_id]
    for strip, account in zip(strips, day_account(*situation), strict=True):
        assert (strip.on, strip.count(OFFERED)) == (account.on, account.offered)
        assert {code: strip.count(code) for code in account.taken} == account.taken
