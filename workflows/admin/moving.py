"""Moving runs under way to another version: which, what would come of it run by run, and then for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import SELECT_CLASSES

from workflows import migrating
from workflows.admin.announcing import actor_of
from workflows.admin.base import OrdinusAdmin, ReadOnly, change_url
from workflows.admin.words import counted, instant, name_leads, planned_words, said
from workflows.migrating import Move
from workflows.models import Run, Stage, WorkflowVersion
from workflows.stages.base import CannotMove

MOST_AT_ONCE = 500
MOST_SHOWN = 50
MAY_MOVE = "workflows.change_run"


@dataclass(frozen=True)
class Place:
    """A stage of another version in which runs wait, and where they could stand."""

    version: WorkflowVersion
    stage: str
    kind: str
    runs: int
    counterparts: tuple[str, ...]
    chosen: str
    is_included: bool

    @property
    def key(self) -> str:
        return f"{self.version.pk}-{self.stage}"

    @property
    def title(self) -> str:
        return f"Version {self.version.number}, {said(self.stage).lower()}"

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(name, said(name)) for name in self.counterparts]


class MovesRuns(OrdinusAdmin):
    """The page of a version, from which runs of its siblings can be moved to it."""

    def has_move_runs_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        version = WorkflowVersion.objects.filter(pk=object_id).first()
        return version is not None and version.is_published and request.user.has_perm(MAY_MOVE)

    @action(description="Move runs to it…", permissions=["move_runs"], url_path="move-runs")
    def move_runs(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Opened, it asks which runs; sent, it shows what would happen; confirmed, it is done."""
        version = WorkflowVersion.objects.select_related("workflow").filter(pk=object_id).first()
        if version is None or not version.is_published:
            raise Http404
        only = _numbers(request.POST.get("runs") or request.GET.get("runs", ""))
        places = _places(version, only, request.POST)
        chosen = [place for place in places if place.is_included]
        if request.method != "POST":
            return self._page(request, version, places, only)
        if not chosen:
            messages.error(request, "Nothing is ticked. Say which runs are meant.")
            return self._page(request, version, places, only)
        if request.POST.get("step") == "do":
            _carry_out(request, version, chosen, only)
            return HttpResponseRedirect(change_url(version))
        return self._page(request, version, places, only, _foreseen(version, chosen, only))

    def _page(
        self,
        request: HttpRequest,
        version: WorkflowVersion,
        places: Sequence[Place],
        only: Sequence[int],
        moves: Sequence[Move] | None = None,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"Move runs to version {version.number} of {version.workflow}",
            "version": version,
            "places": places,
            "numbers": ",".join(map(str, only)),
            "back_url": change_url(version),
            "is_dry_run": moves is not None,
            "most": MOST_AT_ONCE,
            "select_class": " ".join(SELECT_CLASSES),
            **_shown(moves or (), sum(place.runs for place in places if place.is_included)),
        }
        return render(request, "admin/ordinus/move_runs.html", context)


class RunsToMove(ReadOnly):
    """A list of runs whose chosen ones can be moved to the version that new leads enter."""

    actions: Any = ("move_chosen",)

    @admin.action(description="Move to the published version…", permissions=["act"])
    def move_chosen(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        rows = queryset.values_list("pk", "version__workflow__published").order_by("pk")
        numbers, targets = [pk for pk, _ in rows], {target for _, target in rows}
        if len(targets) != 1 or None in targets:
            messages.error(request, "Choose runs of one workflow: each has its own published version.")
            return None
        if len(numbers) > MOST_AT_ONCE:
            messages.error(
                request, f"That is more than {MOST_AT_ONCE} runs. Choose fewer and go on in parts."
            )
            return None
        url = reverse("admin:workflows_workflowversion_move_runs", args=[targets.pop()])
        return HttpResponseRedirect(f"{url}?runs={','.join(map(str, numbers))}")


def _siblings(version: WorkflowVersion) -> models.QuerySet[Run]:
    """Runs under way on other versions of the workflow."""
    return Run.objects.under_way().filter(version__workflow=version.workflow_id).exclude(version=version)


def _places(version: WorkflowVersion, only: Sequence[int], sent: Mapping[str, Any]) -> list[Place]:
    """Where runs wait on other versions. At first all are included, each at the stage of the same name."""
    runs = _siblings(version).filter(pk__in=only) if only else _siblings(version)
    rows = runs.values("version", "stage").annotate(count=Count("pk")).order_by("-version", "stage")
    versions = WorkflowVersion.objects.in_bulk([row["version"] for row in rows])
    kinds = {
        (stage.version_id, stage.name): stage.kind
        for stage in Stage.objects.filter(version__in=[version.pk, *versions])
    }
    there = [(name, kind) for (owner, name), kind in kinds.items() if owner == version.pk]
    places = []
    for row in rows:
        kind = kinds.get((row["version"], row["stage"]), "")
        names = tuple(name for name, of_kind in there if of_kind == kind)
        guess = row["stage"] if row["stage"] in names else (names[0] if len(names) == 1 else "")
        key = f"{row['version']}-{row['stage']}"
        chosen = sent.get(f"to-{key}", guess)
        place = Place(
            versions[row["version"]],
            row["stage"],
            kind,
            row["count"],
            names,
            chosen if chosen in names else "",
            not sent or f"from-{key}" in sent,
        )
        places.append(place)
    return places


def _of(version: WorkflowVersion, place: Place, only: Sequence[int]) -> models.QuerySet[Run]:
    runs = Run.objects.under_way().filter(version=place.version, stage=place.stage).order_by("pk")
    return (runs.filter(pk__in=only) if only else runs).select_related("version")


def _names(places: Iterable[Place], owner: int) -> dict[str, str]:
    """What the target calls the stages of one other version."""
    return {place.stage: place.chosen or place.stage for place in places if place.version.pk == owner}


def _foreseen(version: WorkflowVersion, places: Sequence[Place], only: Sequence[int]) -> list[Move]:
    moves: list[Move] = []
    for place in places:
        left = MOST_AT_ONCE - len(moves)
        runs = _of(version, place, only)[:left]
        names = _names(places, place.version.pk)
        moves += migrating.preview(runs, version, names, now=timezone.now())
    return moves


def _carry_out(
    request: HttpRequest, version: WorkflowVersion, places: Sequence[Place], only: Sequence[int]
) -> None:
    """Each run whole or not at all; what was refused is told with its reasons."""
    moved, refused, left = 0, Counter[str](), MOST_AT_ONCE
    for place in places:
        names = _names(places, place.version.pk)
        for number in _of(version, place, only).values_list("pk", flat=True)[:left]:
            left -= 1
            try:
                migrating.migrate(number, version, names, now=timezone.now(), actor=actor_of(request))
                moved += 1
            except CannotMove as reason:
                refused[str(reason)] += 1
    text = f"{counted(moved, 'run')} moved to version {version.number}."
    (messages.success if moved else messages.info)(request, text)
    for sentence, count in refused.items():
        messages.warning(request, f"{counted(count, 'run')} stayed: {sentence}")


def _shown(moves: Sequence[Move], wanted: int) -> dict[str, Any]:
    """The preview: totals stage by stage, then run by run those that cannot move and the first that can."""
    going = [move for move in moves if not move.refusal]
    staying = [move for move in moves if move.refusal]
    name_leads([move.run for move in (*going[:MOST_SHOWN], *staying[:MOST_SHOWN])])
    return {
        "totals": _totals(moves),
        "going": [_row(move) for move in going[:MOST_SHOWN]],
        "staying": [_row(move) for move in staying[:MOST_SHOWN]],
        "going_count": len(going),
        "going_words": counted(len(going), "run"),
        "staying_words": counted(len(staying), "run"),
        "more_going": max(len(going) - MOST_SHOWN, 0),
        "more_staying": max(len(staying) - MOST_SHOWN, 0),
        "more_runs": max(wanted - len(moves), 0),
    }


def _totals(moves: Sequence[Move]) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str], list[Move]] = {}
    for move in moves:
        title = f"Version {move.run.version.number}, {said(move.former).lower()}"
        groups.setdefault((title, move.stage), []).append(move)
    return [
        {
            "from": title,
            "to": said(stage),
            "moving": sum(not move.refusal for move in group),
            "staying": sum(bool(move.refusal) for move in group),
            "withdrawn": _tally(timer.purpose for move in group for timer in move.adoption.withdrawn),
            "planned": _tally(instant.purpose for move in group for instant in move.adoption.planned),
        }
        for (title, stage), group in groups.items()
    ]


def _tally(purposes: Iterable[str]) -> str:
    """“12 reminder, 3 ask rep”, or a dash."""
    counts = Counter(purposes)
    return ", ".join(f"{number} × {said(purpose).lower()}" for purpose, number in counts.items()) or "—"


def _row(move: Move) -> dict[str, Any]:
    adoption = move.adoption
    return {
        "lead": move.run.lead_shown,  # type: ignore[attr-defined]
        "url": change_url(move.run),
        "from": said(move.former),
        "to": said(move.stage),
        "withdrawn": [
            (planned_words(each.purpose, each.details), instant(each.due_at)) for each in adoption.withdrawn
        ],
        "planned": [
            (planned_words(each.purpose, each.details), instant(each.due_at)) for each in adoption.planned
        ],
        "skipped": [
            (planned_words(each.purpose, each.details), instant(each.due_at)) for each in adoption.skipped
        ],
        "refusal": move.refusal,
    }


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part.isascii() and part.isdigit()][:MOST_AT_ONCE]
