"""The pages below /admin/reports/ and their tables as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import Truncator, slugify
from django.views.decorators.http import require_safe

from bookings.admin.reports import behind, choosing, figures
from bookings.core import sheets, wording
from bookings.reporting import steps
from bookings.reporting.funnel import funnel
from bookings.reporting.selection import Selection
from bookings.reporting.tables import Report
from bookings.reporting.turns import pool_of

MAY_SEE = "workflows.view_auditevent"
TITLES = {
    "funnel": "Funnel",
    "breakdown": "Breakdown",
    "no-shows": "No-shows",
    "reschedules": "Moves",
    "won-back": "Won back",
    "first-meeting": "Speed",
    "fairness": "Fairness",
    "unmarked": "Not marked",
    "messages": "Mails",
    "deliveries": "Deliveries",
}
"""The pages in the order of their tabs. Steps and drops are both on the funnel's."""
FUNNEL_TABLES = ("steps", "drops")
NOT_SHOWN = "Nothing is shown: what the address asks for does not fit. Please look at the marked fields."


def _for_those_who_may(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(MAY_SEE):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return require_safe(shown)


@_for_those_who_may
def report_page(request: HttpRequest, name: str = "funnel") -> HttpResponse:
    """One report for what the address chooses: its pictures, its tables, and the way to a file."""
    if name not in TITLES:
        raise Http404
    choice = choosing.chosen(request.GET, timezone.now())
    report = behind.PAGES.get(name)
    by = _by(request, report)
    if told := _unknown_way(request, report):
        messages.warning(request, f"{told} Shown is {by}.")
    if choice.selection is None:
        messages.error(request, NOT_SHOWN)
    context = {
        **admin.site.each_context(request),
        "title": TITLES[name],
        "content_title": "Reports",
        "tabs": _tabs(request, name),
        "ways": _ways(request, report, by) if report else [],
        "form": choice.form,
        "period": choice.period,
        "span": _told(choice.selection) if report is None or report.looks_back else "",
        "by": by,
        "name": name,
        "says": _says(report, choice.selection),
        "figures": _figures(name, report, choice.selection, by) if choice.selection else [],
        "files": _files(request, name, by) if choice.selection else [],
    }
    return TemplateResponse(request, "admin/ordinus/report.html", context)


@_for_those_who_may
def report_file(request: HttpRequest, name: str) -> HttpResponse:
    """A report's rows as CSV; the cells of a spreadsheet that nobody can make run."""
    report = behind.PAGES.get(name)
    if report is None:
        raise Http404
    choice = choosing.chosen(request.GET, timezone.now())
    if choice.selection is None:
        told = [f"{field}: {' '.join(map(str, errors))}" for field, errors in choice.form.errors.items()]
        return HttpResponseBadRequest("\n".join(told), content_type="text/plain; charset=utf-8")
    if no_such := _unknown_way(request, report):
        return HttpResponseBadRequest(no_such, content_type="text/plain; charset=utf-8")
    by = _by(request, report)
    headings = [report.by[by], "Key", *[column.title for column in report.columns]]
    rows = [
        [row.label, row.key, *[row.values[column.name] for column in report.columns]]
        for row in report.rows(choice.selection, by)
    ]
    answer = HttpResponse(sheets.written(headings, rows), content_type="text/csv; charset=utf-8")
    days = f"{choice.selection.since:%Y-%m-%d}-{choice.selection.until:%Y-%m-%d}"
    answer["Content-Disposition"] = f'attachment; filename="{slugify(f"{name} {by} {days}")}.csv"'
    return answer


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Below /admin/: they ask for a login like every other page."""
    return [
        path("reports/", site.admin_view(report_page), name="reports"),
        path("reports/<slug:name>/", site.admin_view(report_page), name="report"),
        path("reports/<slug:name>.csv", site.admin_view(report_file), name="report-file"),
    ]


def _figures(name: str, report: Report | None, selection: Selection, by: str) -> Sequence[Any]:
    if name != "funnel":
        return [figures.figure(report, selection, by)] if report else []
    found = funnel(selection)
    drops = behind.PAGES["drops"]
    return [
        figures.funnel(selection, steps.rows_of(found)),
        figures.drops(drops, selection, steps.drops_of(found)),
        figures.figure(behind.PAGES["breakdown"], selection, "week", title="Enquiries, week by week"),
    ]


def _says(report: Report | None, selection: Selection | None) -> str:
    if report is None:
        return "Where leads come from, how far they come, and where and why they drop."
    if report.name == "fairness" and selection:
        pool = pool_of(selection)
        return f"{pool.name if pool else 'No pool'}. {report.says}"
    return report.says


def _by(request: HttpRequest, report: Report | None) -> str:
    ways = list(report.by) if report else [""]
    asked = request.GET.get("by", "")
    return asked if asked in ways else ways[0]


def _unknown_way(request: HttpRequest, report: Report | None) -> str:
    """What to say where rows are asked for in a way that the report has not; empty where all is well."""
    asked = request.GET.get("by", "")
    if report is None or not asked or asked in report.by:
        return ""
    ways = ", ".join(report.by)
    return f"This report has no rows by “{Truncator(asked).chars(40)}”. It has: {ways}."


def _told(selection: Selection | None) -> str:
    if selection is None:
        return ""
    zone = timezone.get_current_timezone_name()
    return f"{wording.day(selection.since, zone)} to {wording.day(selection.until, zone)}"


def _tabs(request: HttpRequest, name: str) -> list[dict[str, Any]]:
    kept = _kept(request)
    return [
        {"title": title, "url": f"{reverse('admin:report', args=[each])}?{kept}", "is_open": each == name}
        for each, title in TITLES.items()
    ]


def _ways(request: HttpRequest, report: Report, by: str) -> list[dict[str, Any]]:
    if len(report.by) < 2:
        return []
    kept = _kept(request)
    return [
        {"title": title, "url": f"?{urlencode({'by': way})}&{kept}", "is_open": way == by}
        for way, title in report.by.items()
    ]


def _files(request: HttpRequest, name: str, by: str) -> list[dict[str, str]]:
    kept, tables = _kept(request), FUNNEL_TABLES if name == "funnel" else (name,)
    return [
        {
            "title": behind.PAGES[table].title,
            "url": f"{reverse('admin:report-file', args=[table])}?{urlencode({'by': by})}&{kept}",
        }
        for table in tables
    ]


def _kept(request: HttpRequest) -> str:
    names = ("period", "since", "until", *choosing.LIMITS)
    return urlencode({name: request.GET[name] for name in names if request.GET.get(name)})
