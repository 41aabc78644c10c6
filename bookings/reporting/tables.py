"""A report as a table: what its columns are, its rows, and the leads that each of its numbers counts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bookings.reporting.selection import Selection

Kind = Literal["count", "share", "hours", "number", "instant"]
Value = int | float | datetime | None


@dataclass(frozen=True)
class Column:
    """A column of numbers. A count has leads behind it; a share lies between 0 and 1."""

    name: str
    title: str
    kind: Kind = "count"


@dataclass(frozen=True)
class Row:
    """`key` is for programs and addresses, `label` for people; `values` by the names of the columns."""

    key: str
    label: str
    values: Mapping[str, Value]


class Report(ABC):
    """`by` names the ways its rows can be made, the first by default; `main` is the column to be drawn."""

    name: str
    title: str
    says: str
    by: Mapping[str, str]
    columns: Sequence[Column]
    main: str
    unit = ("enquiry", "enquiries")
    """What a count counts, one and many; one lead may have several."""
    rows_title = ""
    is_over_time: frozenset[str] = frozenset()
    looks_back = True
    """Whether it is about a span of time, so that the span before can be compared."""

    @abstractmethod
    def rows(self, selection: Selection, by: str) -> list[Row]: ...

    @abstractmethod
    def leads(self, selection: Selection, by: str, key: str, column: str) -> Iterable[int | None]:
        """Numbers of the leads that the number in this row and column counts."""

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def counts(self) -> list[str]:
        return [column.name for column in self.columns if column.kind == "count"]


Fact = tuple[str, int | None, tuple[bool, ...]]
"""Row, lead, and whether it counts in each of the report's counts."""


class Counted(Report):
    """A report that counts facts. `shares` tells for each share which count is divided by which."""

    shares: Mapping[str, tuple[str, str]] = {}

    @abstractmethod
    def facts(self, selection: Selection, by: str) -> Iterator[Fact]: ...

    @abstractmethod
    def labels(self, by: str, keys: Iterable[str]) -> dict[str, str]:
        """The keys that are shown, in their order, and what people call them."""

    def sums(self, selection: Selection, by: str) -> Mapping[str, list[int]]:
        """The counts of each row, in the order of the columns."""
        sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(self.counts))
        for key, _, counted in self.facts(selection, by):
            kept = sums[key]
            for place, holds in enumerate(counted):
                kept[place] += holds
        return sums

    def rows(self, selection: Selection, by: str) -> list[Row]:
        sums, none = self.sums(selection, by), [0] * len(self.counts)
        labels = self.labels(by, list(sums))
        return [self._row(key, label, sums.get(key, none)) for key, label in labels.items()]

    def leads(self, selection: Selection, by: str, key: str, column: str) -> set[int]:
        place = self.counts.index(column)
        return {
            lead
            for found, lead, counted in self.facts(selection, by)
            if found == key and lead and counted[place]
        }

    def _row(self, key: str, label: str, sums: Sequence[int]) -> Row:
        values: dict[str, Value] = dict(zip(self.counts, sums, strict=True))
        for name, (part, whole) in self.shares.items():
            values[name] = share(values[part], values[whole])
        return Row(key, label, values)


def share(part: Value, whole: Value) -> float | None:
    if not isinstance(part, int | float) or not isinstance(whole, int | float) or not whole:
        return None
    return round(part / whole, 4)
