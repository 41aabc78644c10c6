"""How decisions are told: the segment that took a lead, the pool that could, the rep whose turn it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bookings.core import wording
from bookings.story.reasons import because, fact_name
from bookings.story.words import Names, Words, after, join, moment
from workflows.core.conditions import Condition, in_words

MOST_NAMED = 2
MOST_CONDITIONS = 3
FIVE_DIGITS = 10_000
"""From here on a number is written with commas; a year is not."""


def qualified(words: Words) -> str:
    segment = words.named(words.names.segments, "segment")
    verdict = "Qualified" if words.get("qualified") else "Not qualified"
    if not segment:
        return join(verdict, "since no segment matched")
    why = why_it_held(words)
    return join(verdict, f"as “{segment}”", f", because {why}" if why else "")


def why_it_held(words: Words) -> str:
    """The conditions of the group that took the lead: “company size is at least 100 and …”; or nothing."""
    told = words.around.get("evaluation") or words.data
    tried = rows_of(told.get("tried"))
    groups = tried[-1].get("groups") if tried and tried[-1].get("holds") else None
    groups = groups if isinstance(groups, list) else []
    held = next((group for group in groups if all(each.get("holds") for each in rows_of(group))), None)
    conditions = [condition_in_words(each, words.names) for each in rows_of(held)][:MOST_CONDITIONS]
    return " and ".join(conditions)


def condition_in_words(record: Mapping[str, Any], names: Names) -> str:
    """“company size is at least 100 (it was 357)”; what was compared with is left out where it is not kept."""
    value = record.get("value")
    asked = Condition(
        fact_name(str(record.get("fact")), names),
        str(record.get("is")),
        tuple(value) if isinstance(value, list) else value,
    )
    found = record.get("found")
    is_said = found in (None, "", [], value) or isinstance(found, dict)
    return in_words(asked) + ("" if is_said else f" (it was {plain(found)})")


def plain(value: Any) -> str:
    """A stored value as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(plain(item) for item in value)
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, int) and abs(value) >= FIVE_DIGITS:
        return f"{value:,}"
    return "nothing" if value in (None, "") else str(value)


def routed(words: Words) -> str:
    pool, first = words.pool(), words.when("first_start")
    if not pool or words.get("outcome") == "unroutable":
        return unroutable(words)
    owner = words.rep("owner")
    way = "Routed to “{}”"
    if words.get("outcome") == "fallback":
        refused = why_refused(words)
        way += f" as the fallback, because {refused}" if refused else " as the fallback"
    return join(
        way.format(pool), after("for its owner", owner), f"; the first free start is {first}" if first else ""
    )


def unroutable(words: Words) -> str:
    why = why_refused(words)
    return join("No pool could take the lead in time", f": {why}" if why else "")


def why_refused(words: Words) -> str:
    """Why each pool that was tried and did not fit could not take the lead."""
    told = []
    for tried in rows_of(words.data.get("tried")):
        if tried.get("fits"):
            continue
        name = words.names.pools.get(str(tried.get("pool")), str(tried.get("pool")))
        sla = moment(tried.get("sla"), words.names.zone)
        by = f" (by {sla})" if sla and tried.get("code") == "sla" else ""
        told.append(f"in “{name}” {because(tried.get('code'), tried, words.names)}{by}")
    return "; ".join(told)


def drawn(words: Words) -> str:
    rep = words.rep()
    if not rep:
        return "A rep was drawn."
    pool = f"“{words.pool()}”" if words.pool() else ""
    manner = {
        "owner": f"{rep} got the meeting as the owner of the lead",
        "kept": f"{rep} kept the meeting",
        "named": f"{rep} was named for the meeting",
    }.get(str(words.get("manner")))
    if manner:
        return join(manner, after("in", pool))
    counted = who_was_free(words)
    return join(f"{rep} was drawn", after("from", pool), f": {counted}" if counted else "")


def who_was_free(words: Words) -> str:
    """“3 of 5 reps were free at 10:00, Ben Okoro was left out because the weekly cap of 15 was full”."""
    candidates = rows_of(words.data.get("candidates"))
    if not candidates:
        return ""
    free = [each for each in candidates if each.get("free")]
    number = f"{len(free)} of {len(candidates)} reps {'was' if len(free) == 1 else 'were'} free"
    if len(candidates) == 1:
        number = "the only rep was free" if free else "the only rep was not free"
    start = words.around.get("start")
    at = f" at {_clock(start, words.names.zone)}" if _clock(start, words.names.zone) else ""
    return number + at + _left_out([each for each in candidates if not each.get("free")], words.names)


def _clock(value: Any, zone: str) -> str:
    return wording.clock(datetime.fromisoformat(value), zone) if moment(value, zone) else ""


def _left_out(candidates: Sequence[Mapping[str, Any]], names: Names) -> str:
    """Up to two by name with their reasons; more are counted by reason."""
    if len(candidates) <= MOST_NAMED:
        clauses = [
            f"{names.reps.get(each.get('rep') or 0, 'a former rep')} was left out because {_why(each, names)}"
            for each in candidates
        ]
    else:
        counted = Counter(because(_code(each), None, names) for each in candidates).most_common()
        clauses = [f"{number} left out because {why}" for why, number in counted[:MOST_NAMED]]
        rest = sum(number for _, number in counted[MOST_NAMED:])
        clauses += [f"{rest} for other reasons"] if rest else []
    return "".join(f", {clause}" for clause in clauses)


def _why(candidate: Mapping[str, Any], names: Names) -> str:
    return because(_code(candidate), candidate.get("detail"), names)


def _code(candidate: Mapping[str, Any]) -> Any:
    return candidate.get("reason") or ("no_time" if candidate.get("participates") else "no_match")


def rows_of(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []
