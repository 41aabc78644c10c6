"""Reading intervals of many reps: a list a rep instead of a row an interval, which takes half the time.

A pool of 500 reps has a hundred thousand busy times in two months; reading them is most of what slots cost.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Aggregate, QuerySet, TextField

from routing.core.hours import Hours
from routing.core.spans import Spans
from routing.models import BusyTime, WorkingHours

Reps = Sequence[int] | QuerySet[Any, Any]
"""Numbers of reps, or a query that tells them."""


# What the database wrote has no white space around it, for which `json.loads` would look each time.
_decoded = json.JSONDecoder().raw_decode


class Listed(Aggregate):
    """All integers of a column in a group, none of them NULL. Two columns of a group agree in their order.

    On SQLite they come as JSON, on PostgreSQL as the eight bytes of each, highest first: there arrays are written
    out in digits and read again, which takes longer than the query itself.
    """

    function = "JSON_GROUP_ARRAY"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "STRING_AGG(INT8SEND((%(expressions)s)::bigint), ''::bytea)"
        return self.as_sql(compiler, connection, template=template, **context)


def lists_by_rep(rows: QuerySet[Any], *columns: str) -> dict[int, list[Sequence[int]]]:
    """By rep, the values of each column; a row's stand at the same place in every list."""
    listed = {f"all_{name}": Listed(name) for name in columns}
    groups = rows.order_by().values("rep").annotate(**listed).values_list("rep", *listed)
    return {rep: [_numbers(each) for each in lists] for rep, *lists in groups}


def busy_times(reps: Reps, start: int, end: int) -> Mapping[int, Spans]:
    """What the calendars of each of these reps say is busy and touches `start` to `end`, by one query."""
    rows = BusyTime.objects.filter(rep__in=reps, end__gt=start, start__lt=end)
    lists = lists_by_rep(rows, "start", "end")
    return defaultdict(Spans, {rep: Spans(*columns) for rep, columns in lists.items()})


def working_hours(reps: Reps) -> Mapping[int, Hours]:
    """The weekly hours of each of these reps, by one query."""
    lists = lists_by_rep(WorkingHours.objects.filter(rep__in=reps), "weekday", "start_minute", "end_minute")
    weeks = {rep: tuple(sorted(zip(*columns, strict=True))) for rep, columns in lists.items()}
    return defaultdict(tuple, weeks)


def _numbers(listed: str | bytes) -> Sequence[int]:
    if isinstance(listed, str):
        decoded: list[int] = _decoded(listed)[0]
        return decoded
    numbers = array("q", listed)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
