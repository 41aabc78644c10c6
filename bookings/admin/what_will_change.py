"""Before publishing: who of the past leads, or of those of a file, would go elsewhere, and why. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminFileFieldWidget

from bookings import backtest_words, lead_files, past_leads
from bookings.admin.names import load_names
from bookings.backtesting import DRAFT, Case, Move, NoSuchVersion, Report, compare, version_named
from bookings.models import Lead
from workflows.admin.base import change_url
from workflows.admin.version_pages import PREFIX, VersionPage
from workflows.models import Run, WorkflowVersion
from workflows.registry import UnknownKind
from workflows.versions import LoadedVersion, load

NAME = "what_will_change"
PERIODS = {7: "7 days", 30: "30 days", 90: "90 days", 365: "a year"}
MOST_LEADS = 10_000
FEW, MANY = 20, 500
MOST_EXPLAINED = 60
MOST_PROBLEMS = 20
LARGEST_FILE = 5 * 1024 * 1024


class FileForm(forms.Form):
    file = forms.FileField(
        label="CSV file", widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,text/csv"})
    )

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 5 MB. Split it.")
        return bytes(upload.read())


@dataclass
class Trial:
    """A back-test that was made: its leads, and how many were left out because their facts are erased."""

    moves: list[Move]
    report: Report
    left_out: int = 0
    not_tried: int = 0
    days: int | None = None


def what_will_change(request: HttpRequest, object_id: int, run: int | None = None) -> HttpResponse:
    """A GET tries recorded leads of the last `days`, a POST those of a file; with a run it tells why of that one."""
    version = _version(request, object_id)
    if run is not None:
        return _why(request, version, run)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    context = _frame(request, version) | {"form": form}
    try:
        tried = _tried(version)
        trial = _of_file(version, tried, form) if form.is_bound else _recorded(request, version, tried)
    except (NoSuchVersion, UnknownKind) as error:
        return _page(request, context | {"refused": str(error)})
    except lead_files.Unreadable as error:
        problems = list(error.problems[:MOST_PROBLEMS])
        more = len(error.problems) - len(problems)
        return _page(request, context | {"file_problems": problems, "more_problems": more})
    return _page(request, context | (_told(request, version, tried, trial) if trial else {}))


def _why(request: HttpRequest, version: WorkflowVersion, run: int) -> HttpResponse:
    """One recorded lead: every decision by the version it went by, and by this one."""
    found = Run.objects.filter(pk=run, version__workflow=version.workflow).first()
    if found is None:
        raise Http404
    lead = Lead.objects.filter(pk=found.lead).first()
    context = _frame(request, version) | {"lead": lead, "lead_url": change_url(lead) if lead else ""}
    try:
        tried = _tried(version)
    except (NoSuchVersion, UnknownKind) as error:
        return _page(request, context | {"refused": str(error)})
    case = next(past_leads.recorded([found.pk]), None)
    if case is None:
        return _page(request, context | {"refused": "What this lead was decided by has been erased."})
    names = load_names(timezone.get_current_timezone_name())
    sides = backtest_words.why(case, tried, names, now=timezone.now())
    return _page(request, context | {"sides": list(zip(("Until now", "By this one"), sides, strict=True))})


def _version(request: HttpRequest, object_id: int) -> WorkflowVersion:
    if not is_shown(request):
        raise PermissionDenied
    found = WorkflowVersion.objects.select_related("workflow__published").filter(pk=object_id).first()
    if found is None:
        raise Http404
    return found


def _tried(version: WorkflowVersion) -> LoadedVersion:
    return version_named(version.workflow, str(version.number) if version.is_published else DRAFT)


def _recorded(request: HttpRequest, version: WorkflowVersion, tried: LoadedVersion) -> Trial:
    days = _days(request)
    runs = past_leads.runs_of(version.workflow, timezone.now() - timedelta(days=days))
    trial = Trial([], Report(), not_tried=max(0, len(runs) - MOST_LEADS), days=days)
    cases = past_leads.recorded(runs[-MOST_LEADS:])
    trial.moves = list(compare(_known(cases, trial), tried, now=timezone.now(), report=trial.report))
    return trial


def _of_file(version: WorkflowVersion, tried: LoadedVersion, form: FileForm) -> Trial | None:
    if not form.is_valid():
        return None
    published = version.workflow.published
    if published is None:
        raise NoSuchVersion(
            "Nothing is published yet, so there is nothing to compare the leads of a file with."
        )
    cases = lead_files.read_bytes(form.cleaned_data["file"], version.workflow, load(published))
    trial = Trial([], Report(), not_tried=max(0, len(cases) - MOST_LEADS))
    trial.moves = list(compare(cases[:MOST_LEADS], tried, now=timezone.now(), report=trial.report))
    return trial


def _known(cases: Iterable[Case | None], trial: Trial) -> Iterator[Case]:
    for case in cases:
        if case is None:
            trial.left_out += 1
        else:
            yield case


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked.isdecimal() and int(asked[:6]) in PERIODS else 30


def _told(
    request: HttpRequest, version: WorkflowVersion, tried: LoadedVersion, trial: Trial
) -> dict[str, Any]:
    names = load_names(timezone.get_current_timezone_name())
    report, now = trial.report, timezone.now()
    chosen = request.GET.get("kind", "")
    kinds, explained = [], 0
    for number, (before, after, moves) in enumerate(backtest_words.by_kind(trial.moves, report)):
        is_open = chosen == str(number)
        shown = moves[: MANY if is_open else FEW]
        leads = _names_of([move.case.run for move in shown if move.case.run])
        rows = []
        for move in shown:
            row: dict[str, Any] = {
                "name": leads.get(move.case.run or 0, move.name),
                "url": _why_url(version, move),
            }
            if not row["url"] and explained < MOST_EXPLAINED:
                explained += 1
                sides = backtest_words.why(move.case, tried, names, now=now)
                row["sides"] = list(zip(("Until now", "By this one"), sides, strict=True))
            rows.append(row)
        words = [backtest_words.place_words(place, names) for place in (before, after)]
        kinds.append({
            "number": number, "before": words[0], "after": words[1], "count": len(moves), "rows": rows,
            "more": len(moves) - len(shown), "is_open": is_open, "can_list": not is_open and bool(trial.days),
        })  # fmt: skip
    return {
        "trial": trial, "kinds": kinds, "staying": report.leads - report.moved, "room_days": backtest_words.ROOM_DAYS,
        "tables": [
            ("Segment", backtest_words.segments(report, names)), ("Outcome", backtest_words.outcomes(report)),
        ],
        "pools": backtest_words.pools(report, names, now=now, days=trial.days),
    }  # fmt: skip


def _why_url(version: WorkflowVersion, move: Move) -> str:
    run = move.case.run
    return reverse(f"admin:{PREFIX}{NAME}_1", args=[version.pk, run]) if run else ""


def _names_of(runs: Iterable[int]) -> dict[int, str]:
    """What the leads of these runs are called, by the numbers of the runs."""
    leads = dict(Run.objects.filter(pk__in=list(runs)).values_list("pk", "lead"))
    known = Lead.objects.in_bulk(set(leads.values()))
    return {run: str(known[lead]) for run, lead in leads.items() if lead in known}


def _frame(request: HttpRequest, version: WorkflowVersion) -> dict[str, Any]:
    what = f"version {version.number}" if version.is_published else f"draft {version.number}"
    days = _days(request)
    return {
        **admin.site.each_context(request),
        "title": f"What will change with {version}",
        "content_title": "What will change",
        "version": version,
        "what": what,
        "version_url": change_url(version),
        "page_url": reverse(f"admin:{PREFIX}{NAME}", args=[version.pk]),
        "days": days,
        "period": PERIODS[days],
        "periods": [
            {"days": each, "text": text, "is_chosen": each == days} for each, text in PERIODS.items()
        ],
    }


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, "admin/ordinus/what_will_change.html", context)


def is_shown(request: HttpRequest, version: WorkflowVersion | None = None) -> bool:
    """For those who may see both versions and leads; of a version that leads enter there is nothing to try."""
    may = request.user.has_perms(("workflows.view_workflowversion", "bookings.view_lead"))
    return may and (version is None or version.workflow.published_id != version.pk)


PAGE = VersionPage(
    NAME, "What will change", what_will_change, ("what-will-change/", "what-will-change/<int:run>/"), is_shown
)
