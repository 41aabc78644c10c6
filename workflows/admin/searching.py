"""What a search finds by number, so that an index over each field serves and no list is read as a whole."""

from __future__ import annotations

from functools import reduce

from django.db.models import Q

LARGEST = 2**63 - 1
NOTHING = Q(pk__in=[])


def number_of(term: str) -> int | None:
    return min(int(term), LARGEST) if term.isascii() and term.isdecimal() else None


def numbered(term: str, *names: str) -> Q:
    """Rows with this number in one of the fields; none where the term is no number."""
    number = number_of(term)
    return (
        NOTHING if number is None else reduce(lambda found, name: found | Q(**{name: number}), names, NOTHING)
    )
