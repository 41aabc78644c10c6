"""Asking that meetings ahead be looked through again, because what their reps can take has changed.

What is above finds the reps that are marked, compares, and takes the mark away. Marking is one UPDATE in the
transaction of the change, so that no change can be forgotten between the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from routing.models import Assignment, Pool, Rep


def ask(reps: Iterable[int], *, now: datetime) -> None:
    """These reps' meetings ahead are looked through by the next sweep."""
    Rep.objects.filter(pk__in=list(reps)).update(unreviewed_since=now)


def ask_for_pool(pool: Pool, *, now: datetime) -> None:
    """The same for whoever has a meeting of the pool."""
    ask(Assignment.objects.reserved().filter(pool=pool).values_list("rep", flat=True).distinct(), now=now)
