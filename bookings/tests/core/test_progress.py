"""How far a run came is folded from its facts, one after the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bookings.core.progress import BOOKED, HELD, MARKED, QUALIFIED, ROUTED, STEPS, SUBMITTED, Progress

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
QUALIFIES = ("qualification.evaluated", {"segment": "big", "qualified": True})
ROUTES = (
    "routing.decided",
    {"outcome": "routed", "pool": "aes", "tried": [{"pool": "aes", "sla": "x", "fits": True}]},
)
BOOKS = ("booking.made", {"rep": 3, "start": "2026-03-03T09:00:00Z"})
ATTENDS = ("stage.left", {"outcome": "attended"})
MISSES = ("stage.left", {"outcome": "no_show"})


def fold(*facts: tuple[str, dict[str, Any]]) -> Progress:
    progress = Progress()
    for hours, (verb, data) in enumerate([("lead.submitted", {"form": "demo"}), *facts]):
        progress.note(verb, START + timedelta(hours=hours), data)
    return progress


def test_each_step_keeps_the_instant_at_which_it_was_first_taken() -> None:
    told = fold(QUALIFIES, ROUTES, BOOKS, ATTENDS, BOOKS)
    assert (told.furthest, told.why) == (HELD, "not_marked_yet")
    hours = [None if at is None else (at - START).seconds // 3600 for at in told.reached]
    assert hours == [0, 1, 2, 3, 3, 4, None], "times never shown count as seen when one is booked"
    assert len(hours) == len(STEPS)


def test_what_was_lost_is_forgotten_once_the_run_goes_on() -> None:
    assert fold(QUALIFIES, ROUTES, BOOKS, MISSES).why == "no_show"
    again = fold(QUALIFIES, ROUTES, BOOKS, MISSES, BOOKS)
    assert (again.why, again.furthest) == ("not_held_yet", BOOKED)
    assert again.won_back_at == START + timedelta(hours=5)


def test_a_miss_that_was_reversed_was_none() -> None:
    told = fold(QUALIFIES, ROUTES, BOOKS, MISSES, ("no_show.reversed", {"meeting": "meeting"}))
    assert (told.furthest, told.missed_at, told.won_back_at) == (HELD, None, None)


def test_pool_and_rep_are_those_of_the_first_meeting() -> None:
    later = ("routing.decided", {"outcome": "routed", "pool": "success", "tried": []})
    told = fold(
        QUALIFIES,
        ROUTES,
        BOOKS,
        ("booking.reassigned", {"rep": 4}),
        ATTENDS,
        later,
        ("booking.made", {"rep": 9}),
    )
    assert (told.pool, told.rep) == ("aes", 4)


def test_who_fits_nowhere_counts_as_qualified_and_missed_the_sla() -> None:
    tried = [{"pool": "aes", "sla": "2026-03-02T12:00:00Z", "fits": False}]
    told = fold(QUALIFIES, ("routing.decided", {"outcome": "unroutable", "pool": None, "tried": tried}))
    assert (told.furthest, told.why, told.pool, told.in_sla) == (QUALIFIED, "unroutable", "aes", False)
    assert fold(QUALIFIES, ROUTES).in_sla is True and fold(QUALIFIES, ROUTES).furthest == ROUTED


def test_outcomes_are_corrected_and_taken_back() -> None:
    marked = [QUALIFIES, ROUTES, BOOKS, ATTENDS, ("outcome.recorded", {"outcome": "won"})]
    assert fold(*marked, ("outcome.corrected", {"outcome": "lost"})).outcomes == ["lost"]
    back = fold(*marked, ("outcome.withdrawn", {"outcome": "won"}))
    assert (back.outcomes, back.furthest, back.reached[MARKED]) == ([], HELD, None)


def test_the_crm_has_acknowledged_when_a_sink_took_the_outcome() -> None:
    assert fold(("delivery.delivered", {"verb": "booking.made"})).acknowledged_at is None
    taken = fold(("delivery.delivered", {"verb": "outcome.recorded"}))
    assert taken.acknowledged_at == START + timedelta(hours=1)


def test_other_facts_change_nothing() -> None:
    told = fold(("reminder.sent", {}), ("no.such", {}))
    assert (told.furthest, told.why, told.changed_at) == (SUBMITTED, "not_evaluated", START)
