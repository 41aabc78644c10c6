"""From a number to the leads it counts: the address of a lead list, and the list's filter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest

from bookings.core.instants import parse as parse_instant
from bookings.models import Lead
from bookings.reporting import REPORTS
from bookings.reporting.selection import Selection
from bookings.reporting.tables import Report
from bookings.reporting.turns import Turns
from workflows.admin.base import list_url
from workflows.admin.words import counted
from workflows.core.chain import instant_text

PARAMETER = "behind"
TURNS = Turns()
PAGES: dict[str, Report] = {**REPORTS, TURNS.name: TURNS}
LIMITS = ("workflow", "form", "segment", "pool", "rep", "source", "leads")
MOST_IDS = 50_000
LONGEST_COUNT = 12


def url(report: Report, selection: Selection, by: str, key: str, column: str, count: object = None) -> str:
    """The list of the leads behind this number, which says what the number counts and of how many leads."""
    told = {
        "report": report.name, "by": by, "key": key, "column": column,
        "since": instant_text(selection.since), "until": instant_text(selection.until),
        **{name: getattr(selection, name) for name in LIMITS if getattr(selection, name)},
        **({"count": count} if isinstance(count, int) else {}),
    }  # fmt: skip
    return list_url(Lead, urlencode({PARAMETER: urlencode(told)}))


def leads(told: str) -> tuple[str, Iterable[int | None]]:
    """What such an address counts, in words, and the leads. Raises ValueError for one that nobody made here."""
    given = dict(parse_qsl(told))
    report = PAGES.get(given.get("report", ""))
    by, column = given.get("by", ""), given.get("column", "")
    if any("\x00" in value for value in given.values()):
        raise ValueError("No text can contain a NUL character here.")
    if report is None or by not in report.by or column not in report.counts:
        raise ValueError("There is no such number.")
    selection = Selection(
        parse_instant(given.get("since", "")),
        parse_instant(given.get("until", "")),
        **{name: given[name] for name in LIMITS if name in given},
    )
    of = report.column(column).title.lower()
    title = report.title if of == report.unit[1] else f"{report.title}: {of}"
    return title, report.leads(selection, by, given.get("key", ""), column)


def stated(told: str) -> str:
    """“How far leads came: 24 enquiries of 23 leads”; what was counted stands in the address. Raises ValueError."""
    title, found = leads(told)
    given = dict(parse_qsl(told))
    count, unit = given.get("count", ""), PAGES[given["report"]].unit
    if not count.isdecimal() or len(count) > LONGEST_COUNT:
        return title
    distinct = found.distinct().count() if isinstance(found, QuerySet) else len({*found} - {None})
    return f"{title}: {counted(int(count), *unit)} of {counted(distinct, 'lead', 'leads')}"


class BehindFilter(admin.SimpleListFilter):
    """The leads behind a number of a report; shown only where an address asks for it."""

    title = "behind a number"
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        told = request.GET.get(PARAMETER, "")
        if not told:
            return []
        try:
            return [(told, stated(told))]
        except ValueError:
            return [(told, "Unknown")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        try:
            _, found = leads(str(self.value()))
        except ValueError as error:
            raise IncorrectLookupParameters(str(error)) from None
        if isinstance(found, QuerySet):
            return queryset.filter(pk__in=found)
        return queryset.filter(pk__in=sorted(number for number in found if number)[:MOST_IDS])
