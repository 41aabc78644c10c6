"""Lists are searched by people: who is meant is found first, among leads and reps, and then what belongs to them.

Asked in one query over joined tables, the database would read all of a list to compare each row's lead.
"""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q, QuerySet

from bookings.models import Lead
from routing.models import Rep

FEW = 1000
"""So many numbers are asked for as they are; more as a sub-query, which is read as a whole."""


def leads_like(term: str) -> list[int] | QuerySet[Any, Any]:
    """Numbers of leads in whose name or address each word occurs."""
    found = Lead.objects.filter(_people(term)).order_by().values_list("pk", flat=True)
    few = list(found[: FEW + 1])
    return few if len(few) <= FEW else found


def reps_like(term: str) -> list[Rep]:
    return list(Rep.objects.filter(_people(term)).order_by())


def _people(term: str) -> Q:
    return reduce(and_, (Q(email__icontains=word) | Q(name__icontains=word) for word in term.split()))
