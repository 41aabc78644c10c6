"""How far the leads of a workflow came, step by step, and why no further."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Count, Q, QuerySet, Sum

from bookings.core.progress import MARKED, STEPS, TELLING, WAITING, Progress
from bookings.models import FormViews, RunProgress
from bookings.reporting.selection import SIMULATED, Selection
from bookings.rolling_up import COLUMNS
from workflows.models import AuditEvent

ACKNOWLEDGED = "acknowledged"
Group = tuple[int, str, str, bool]
"""Furthest step, reason, outcomes, whether the CRM took the outcome."""


@dataclass(frozen=True)
class FunnelStep:
    """`count` runs came this far or further; `lost` are those that came no further, by reason."""

    stage: str
    count: int
    lost: Mapping[str, int]


@dataclass(frozen=True)
class Funnel:
    """The runs that began within a span of time, as they stood at its end, and the outcomes marked.

    `viewed` counts views of the forms; None where leads are chosen by what no view can tell. `acknowledged`
    counts the runs whose outcome a sink has taken.
    """

    workflow: str
    since: datetime
    until: datetime
    steps: tuple[FunnelStep, ...]
    outcomes: Mapping[str, int]
    viewed: int | None
    acknowledged: int


def funnel(selection: Selection) -> Funnel:
    """How far the runs submitted within the span came by its end, and why not further.

    Runs whose trace went on after the span are folded anew from what it held before; all others are read
    from the roll-up, in one query.
    """
    groups = _groups(selection)
    outcomes: Counter[str] = Counter()
    for (_, _, told, _), count in groups.items():
        for outcome in told.split():
            outcomes[outcome] += count
    return Funnel(
        workflow=selection.workflow,
        since=selection.since,
        until=selection.until,
        steps=tuple(_step(number, groups) for number in range(len(STEPS))),
        outcomes=dict(sorted(outcomes.items())),
        viewed=views(selection),
        acknowledged=sum(
            count for (furthest, _, _, taken), count in groups.items() if taken and furthest == MARKED
        ),
    )


def reached(selection: Selection) -> dict[str, int]:
    """For each step, how many came this far by the end of the span; quick for any span, past ones too."""
    counts = {
        step: Count("run", filter=Q(**{f"{column}__lt": selection.until}))
        for step, column in zip(STEPS, COLUMNS, strict=True)
    }
    taken = Q(acknowledged_at__lt=selection.until, marked_at__lt=selection.until)
    return selection.runs().aggregate(**counts, **{ACKNOWLEDGED: Count("run", filter=taken)})


def views(selection: Selection) -> int | None:
    """Views of the forms in whole days (UTC) that touch the span; those who look are people, and have no segment,
    pool or rep yet."""
    if selection.segment or selection.pool or selection.rep or selection.leads == SIMULATED:
        return None
    found = FormViews.objects.filter(day__gte=selection.since.date(), day__lte=selection.until.date())
    if selection.workflow:
        found = found.filter(form__workflow__slug=selection.workflow)
    if selection.source:
        found = found.filter(source=selection.source)
    if selection.form:
        found = found.filter(form__slug=selection.form)
    return int(found.aggregate(sum=Sum("count"))["sum"] or 0)


def leads_of(selection: Selection, step: str, reason: str = "") -> QuerySet[RunProgress]:
    """The runs that came this far, or those that came no further for this reason, as they stand now."""
    runs = selection.runs()
    if step == ACKNOWLEDGED:
        return runs.filter(furthest=MARKED, acknowledged_at__isnull=False)
    number = STEPS.index(step)
    if not reason:
        return runs.filter(furthest__gte=number)
    stood = runs.filter(furthest=number)
    return stood.filter(Q(reason=reason) | (Q(reason="") if WAITING.get(number) == reason else Q(pk=None)))


def _groups(selection: Selection) -> Counter[Group]:
    settled = selection.runs().filter(changed_at__lt=selection.until)
    rows = (
        settled.order_by()
        .values_list("furthest", "reason", "outcomes")
        .annotate(runs=Count("run"), taken=Count("acknowledged_at"))
    )
    groups: Counter[Group] = Counter()
    for furthest, reason, outcomes, runs, taken in rows:
        groups[furthest, reason, outcomes, True] += taken
        groups[furthest, reason, outcomes, False] += runs - taken
    went_on = selection.runs().filter(changed_at__gte=selection.until).values_list("run", flat=True)
    groups.update(_folded(list(went_on), selection.until))
    return groups


def _folded(runs: list[int], until: datetime) -> Iterable[Group]:
    told = (
        AuditEvent.objects.filter(run__in=runs, verb__in=TELLING, at__lt=until)
        .order_by("run", "sequence")
        .values_list("run", "verb", "at", "data")
    )
    for _, facts in groupby(told.iterator(), key=lambda fact: fact[0]):
        progress = Progress()
        for _, verb, at, data in facts:
            progress.note(verb, at, data)
        taken = progress.acknowledged_at is not None
        yield progress.furthest, progress.reason, " ".join(progress.outcomes), taken


def _step(number: int, groups: Mapping[Group, int]) -> FunnelStep:
    count = sum(runs for (furthest, _, _, _), runs in groups.items() if furthest >= number)
    lost: Counter[str] = Counter()
    for (furthest, reason, _, _), runs in groups.items():
        if furthest == number != MARKED and runs:
            lost[reason or WAITING[number]] += runs
    return FunnelStep(STEPS[number], count, dict(sorted(lost.items())))
