"""A recorded draw made again: the same rep must come out, by the same rule, from the balances that stood then.

Records hold numbers with six decimals, in which ties are compared too (`draw.DIGITS`). So whose turn it was is
found from the recorded quotients, exactly; what is computed from recorded balances is compared within what such
rounding can do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from routing.core import draw

ROUNDING = 10.0**-draw.DIGITS


def differences(record: Mapping[str, Any]) -> list[str]:
    """How `assignment.drawn`, drawn again, comes out otherwise; empty when alike, or when nobody was drawn for."""
    candidates = record.get("candidates") or []
    if not candidates:
        return []
    found = [text for each in candidates for text in _differences_of_share(each, _total(candidates))]
    rule, winner = _pick(candidates)
    if winner != record["winner"]:
        found.append(f"winner: member {winner} drawn again, member {record['winner']} recorded")
    elif rule != record["rule"]:
        found.append(f"rule: {rule} drawn again, {record['rule']} recorded")
    reps = {each["member"]: each["rep"] for each in candidates}
    if reps.get(record["winner"]) != record["rep"]:
        found.append(f"rep: {reps.get(record['winner'])} is the member drawn, {record['rep']} recorded")
    return found or _differences_of_corrections(record)


def _total(candidates: Sequence[Mapping[str, Any]]) -> int:
    return sum(each["weight"] for each in candidates if each["participates"] and each["active"])


def _differences_of_share(each: Mapping[str, Any], total: int) -> list[str]:
    if not (each["participates"] and each["active"]):
        return [] if each["share"] is None else [f"member {each['member']}: takes no part, and has a share"]
    share = draw.accrual(each["weight"], total)
    if each["share"] is None or abs(share - each["share"]) > ROUNDING:
        return [f"member {each['member']}: share {share:.6f} computed again, {each['share']} recorded"]
    quotient = (1 - each["balance"]) / share
    if abs(quotient - each["quotient"]) > ROUNDING + ROUNDING / share:
        return [f"member {each['member']}: due in {quotient:.6f} draws again, {each['quotient']} recorded"]
    return []


def _pick(candidates: Sequence[Mapping[str, Any]]) -> tuple[str, int | None]:
    """As `draw` picks, from the recorded numbers."""
    free = [each for each in candidates if each["free"] and each["participates"] and each["active"]]
    if not free:
        return "nobody", None
    owed = [each for each in free if each["balance"] >= 1]
    if owed:
        return draw.OWED, min(owed, key=lambda each: (-each["balance"], -each["weight"], each["member"]))[
            "member"
        ]
    eligible = [each for each in free if each["balance"] >= 0]
    first = min(eligible or free, key=lambda each: (each["quotient"], -each["weight"], each["member"]))
    return (draw.DEADLINE if eligible else draw.ALL_AHEAD), first["member"]


def _differences_of_corrections(record: Mapping[str, Any]) -> list[str]:
    """What clamping changed: it depends on the winner alone, which is known to be right here."""
    again = draw.redraw(record)
    if again.winner != record["winner"]:
        return []  # a tie that rounding turned; what was corrected then cannot be told from the record
    recorded = {each["member"]: each["amount"] for each in record["corrections"]}
    members = sorted({*recorded, *again.corrections})
    tolerance = ROUNDING * (len(record["candidates"]) + 1)
    return [
        f"member {member}: corrected by {again.corrections.get(member, 0):.6f} again, "
        f"{recorded.get(member, 0)} recorded"
        for member in members
        if abs(again.corrections.get(member, 0) - recorded.get(member, 0)) > tolerance
    ]
