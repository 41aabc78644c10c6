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

from workflows import migrating, moving
from workflows.admin.announcing import actor_of
from workflows.admin.base import OrdinusAdmin, ReadOnly, change_url
from workflows.admin.words import counted, instant, name_leads, planned_words, said
from workflows.migrating import Move
from workflows.models import Run, RunMove, Stage, WorkflowVersion

AT_ONCE = 200
"""So many are moved while somebody waits for the page; more are left to the workers."""
MOST_FORESEEN = 500
MOST_SHOWN = 50
MOST_IN_ADDRESS = 200
CHOSEN = "runs_to_move"
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
        only = _chosen(request)
        places = _places(version, only, request.POST)
        chosen = [place for place in places if place.is_included]
        if request.method != "POST":
            return self._page(request, version, places, only)
        if not chosen:
            messages.error(request, "Nothing is ticked. Say which runs are meant.")
            return self._page(request, version, places, only)
        if request.POST.get("step") == "do":
            return HttpResponseRedirect(_carry_out(request, version, chosen, only))
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
            "numbers": "chosen" if len(only) > MOST_IN_ADDRESS else ",".join(map(str, only)),
            "back_url": change_url(version),
            "is_dry_run": moves is not None,
            "most": AT_ONCE,
            "under_way": RunMove.objects.under_way().filter(workflow=version.workflow_id).first(),
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
        url = reverse("admin:workflows_workflowversion_move_runs", args=[targets.pop()])
        if len(numbers) <= MOST_IN_ADDRESS:
            return HttpResponseRedirect(f"{url}?runs={','.join(map(str, numbers))}")
        request.session[CHOSEN] = numbers
        return HttpResponseRedirect(f"{url}?runs=chosen")


def _siblings(version: WorkflowVersion) -> models.QuerySet[Run]:
    """Runs under way on other versions of the workflow."""
    return Run.objects.under_way().filter(version__workflow=version.workflow_id).exclude(version=version)


def _places(version: WorkflowVersion, only: Sequence[int], sent: Mapping[str, Any]) -> list[Place]:
    """Where runs wait on other versions. At first all are included, each at the stage of the same name."""
    counts = _counts(_siblings(version), only)
    versions = WorkflowVersion.objects.in_bulk([owner for owner, _ in counts])
    kinds = {
        (stage.version_id, stage.name): stage.kind
        for stage in Stage.objects.filter(version__in=[version.pk, *versions])
    }
    there = [(name, kind) for (owner, name), kind in kinds.items() if owner == version.pk]
    places = []
    for (owner, stage), count in sorted(counts.items(), key=lambda pair: (-pair[0][0], pair[0][1])):
        kind = kinds.get((owner, stage), "")
        names = tuple(name for name, of_kind in there if of_kind == kind)
        guess = stage if stage in names else (names[0] if len(names) == 1 else "")
        key = f"{owner}-{stage}"
        chosen = sent.get(f"to-{key}", guess)
        place = Place(
            versions[owner],
            stage,
            kind,
            count,
            names,
            chosen if chosen in names else "",
            not sent or f"from-{key}" in sent,
        )
        places.append(place)
    return places


def _counts(runs: models.QuerySet[Run], only: Sequence[int]) -> Counter[tuple[int, str]]:
    """How many of the runs wait where: by version and stage."""
    counts = Counter[tuple[int, str]]()
    for part in moving.parts(only) if only else [()]:
        those = runs.filter(pk__in=part) if only else runs
        rows = those.order_by().values_list("version", "stage").annotate(count=Count("pk"))
        counts.update({(owner, stage): count for owner, stage, count in rows})
    return counts


def _of(place: Place, only: Sequence[int], most: int) -> list[Run]:
    """The first of the runs that wait at a place."""
    runs = Run.objects.under_way().filter(version=place.version, stage=place.stage).order_by("pk")
    found: list[Run] = []
    for part in moving.parts(only) if only else [()]:
        those = runs.filter(pk__in=part) if only else runs
        found += those.select_related("version")[: most - len(found)]
        if len(found) >= most:
            break
    return found


def _names(places: Iterable[Place], owner: int) -> dict[str, str]:
    """What the target calls the stages of one other version."""
    return {place.stage: place.chosen or place.stage for place in places if place.version.pk == owner}


def _foreseen(version: WorkflowVersion, places: Sequence[Place], only: Sequence[int]) -> list[Move]:
    moves: list[Move] = []
    for place in places:
        runs = _of(place, only, MOST_FORESEEN - len(moves))
        names = _names(places, place.version.pk)
        moves += migrating.preview(runs, version, names, now=timezone.now())
    return moves


def _carry_out(
    request: HttpRequest, version: WorkflowVersion, places: Sequence[Place], only: Sequence[int]
) -> str:
    """Few runs are moved at once, many by the workers; gives the page to go to."""
    ways = [(place.version.pk, place.stage, place.chosen or place.stage) for place in places]
    now = timezone.now()
    try:
        move = moving.begin(version, ways, only=only, now=now, actor=actor_of(request))
    except moving.Refused as refused:
        messages.error(request, str(refused))
        return change_url(version)
    if move.total > AT_ONCE:
        messages.info(request, f"{counted(move.total, 'run')} will be moved to version {version.number}.")
        return change_url(move)
    move = moving.finish(move, now=now)
    text = f"{counted(move.moved, 'run')} moved to version {version.number}."
    (messages.success if move.moved else messages.info)(request, text)
    for sentence, count in move.reasons.items():
        messages.warning(request, f"{counted(count, 'run')} stayed: {sentence}")
    return change_url(version)


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


def _chosen(request: HttpRequest) -> list[int]:
    """The runs that were ticked in the list of runs; none: all are meant."""
    asked = request.POST.get("runs") or request.GET.get("runs", "")
    if asked == "chosen":
        return [int(number) for number in request.session.get(CHOSEN, ())] or [0]
    return [int(part) for part in asked.split(",") if part.isascii() and part.isdigit()]
