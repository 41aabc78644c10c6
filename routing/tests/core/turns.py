"""Pools and turns for the tests of the draw: exact, with Fractions, unless a test asks for another zero."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from fractions import Fraction

from routing.core.draw import Candidate, Drawn, Member, Number, draw

CATCH_UP = 5


def pool(weights: Iterable[int], zero: Number = Fraction(0)) -> list[Member]:
    """Members 1, 2, 3 … with these weights, all at balance 0."""
    return [Member(number, weight, zero) for number, weight in enumerate(weights, start=1)]


def with_balances(*rows: tuple[int, Number]) -> list[Member]:
    """Members 1, 2, 3 … from pairs of weight and balance."""
    return [Member(number, *row) for number, row in enumerate(rows, start=1)]


def take_turn(
    members: Iterable[Member],
    busy: Collection[int] = (),
    away: Collection[int] = (),
    catch_up: int = CATCH_UP,
) -> tuple[Drawn, list[Member]]:
    """One draw, and the members as it leaves them. Who is away takes no part, who is busy is not free."""
    members = list(members)
    drawn = draw([Candidate(each, each.id not in away, each.id not in busy) for each in members], catch_up)
    return drawn, [replace(each, balance=drawn.balances.get(each.id, each.balance)) for each in members]


def balances(members: Iterable[Member]) -> list[Number]:
    return [member.balance for member in members]


def far(members: Iterable[Member]) -> Number:
    """How far the member furthest from the fair share is from it, in meetings."""
    return max(abs(member.balance) for member in members)
