"""Whether a pool can take a lead, from the first free starts of its members; and a recorded decision made again.

Routing decides with these functions, and replay decides again with the same ones from what was recorded. Instants
are anything that can be compared, as minutes since the epoch are, or ISO texts of one form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FITS, SLA, NO_TIME, NO_MEMBERS, NO_MATCHING_MEMBER = (
    "fits",
    "sla",
    "no_time",
    "no_members",
    "no_matching_member",
)
OFFERS, AFTER_SLA = "offers", "after_sla"
ROUTED, FALLBACK, UNROUTABLE = "routed", "fallback", "unroutable"
RETIRED = "retired"


def in_time(start: Any, deadline: Any) -> bool:
    """Whether a start, None if there is none, lies within what was promised; None as a deadline promises nothing."""
    return start is not None and (deadline is None or start <= deadline)


def of_member(start: Any, deadline: Any) -> str:
    """What a member who was not left out beforehand has to offer: a code."""
    if start is None:
        return NO_TIME
    return OFFERS if in_time(start, deadline) else AFTER_SLA


def of_pool(firsts: Mapping[int, Any], members: int, deadline: Any) -> tuple[str, Any]:
    """The pool's code and its earliest start: in time if it fits, else the earliest there is.

    `firsts` are the first starts of those not left out beforehand, `members` counts all.
    """
    fitting = [start for start in firsts.values() if in_time(start, deadline)]
    if fitting:
        return FITS, min(fitting)
    if not firsts:
        return (NO_MATCHING_MEMBER if members else NO_MEMBERS), None
    earliest = min((start for start in firsts.values() if start is not None), default=None)
    return (NO_TIME if earliest is None else SLA), earliest


def outcome_of(fits: Sequence[bool]) -> str:
    """What pools tried in this order, the last of them the one that fits if any does, come to."""
    if not fits or not fits[-1]:
        return UNROUTABLE
    return ROUTED if len(fits) == 1 else FALLBACK


def differences(record: Mapping[str, Any], first: str | None) -> list[str]:
    """How `routing.decided`, made again from the starts it recorded, comes out otherwise; empty when alike.

    `first` is the pool that the version sends the lead to first.
    """
    tried = record["tried"]
    found = []
    if (tried[0]["pool"] if tried else None) != first:
        found.append(f"first tried is {_named(tried, 0)}, the version says {first}")
    for place, each in enumerate(tried):
        found += [f"pool {each['pool']}: {text}" for text in _differences_of_pool(each)]
        if each["fits"] != (place == len(tried) - 1) and each["fits"]:
            found.append(f"pool {each['pool']} fits, and others were tried after it")
    decided = outcome_of([each["fits"] for each in tried])
    pool = tried[-1]["pool"] if decided != UNROUTABLE else None
    for name, again in (("outcome", decided), ("pool", pool)):
        if record[name] != again:
            found.append(f"{name}: {again} decided again, {record[name]} recorded")
    return found


def _named(tried: Sequence[Mapping[str, Any]], place: int) -> Any:
    return tried[place]["pool"] if tried else None


def _differences_of_pool(tried: Mapping[str, Any]) -> list[str]:
    if tried["code"] == RETIRED:
        return []
    deadline, found = tried["sla"], []
    firsts = {}
    for member in tried["members"]:
        if member["code"] not in (OFFERS, AFTER_SLA, NO_TIME):
            continue
        start = firsts[member["rep"]] = member.get("first_start")
        again = of_member(start, deadline)
        if again != member["code"]:
            found.append(f"rep {member['rep']}: {again} decided again, {member['code']} recorded")
    code, earliest = of_pool(firsts, len(tried["members"]), deadline)
    owner = tried["owner"] or {}
    if owner.get("taken"):
        earliest = firsts.get(owner["rep"])
    if not in_time(earliest, deadline) and owner.get("taken"):
        found.append(f"owner: rep {owner['rep']} has no start in time, and was taken")
    again_by_name = {"code": code, "fits": code == FITS, "first_start": earliest}
    for name, again in again_by_name.items():
        if tried[name] != again:
            found.append(f"{name}: {again} decided again, {tried[name]} recorded")
    return found
