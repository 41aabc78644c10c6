"""Backfills: a sink is told what happened before it was there, from the audit events and their evidence.

Deliveries are made in the order of the facts, each under the key that it would have had when it happened, so
that what the sink was told already is not told again, however often a backfill is run. They wait for their
turn at the pace that was set; from then on they are deliveries like all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from workflows.changes import Change, announce_changes
from workflows.enqueuing import ABOUT_DELIVERIES, PUSHED, key_of, told_as
from workflows.models import AuditEvent, Backfill, Delivery, Run, Sink
from workflows.registry import DueWork
from workflows.transactions import atomically

STEP = 400
MOST_STEPS = 50
ERASED = "lead.erased"
STOPPED = "backfill stopped"


class Refused(Exception):
    """A backfill cannot begin or go on; the text is a sentence that says why and what to do."""


@atomically
def start(
    sink: Sink,
    *,
    now: datetime,
    actor: str,
    since: datetime | None = None,
    until: datetime | None = None,
    events: Sequence[str] = (),
    per_minute: int = 600,
) -> Backfill:
    """Afterwards workers collect the facts of the period, and tell them to the sink; raises Refused.

    Without `events` those are told that the sink takes. What happens from now on waits until all are collected.
    """
    sink = Sink.objects.select_for_update().get(pk=sink.pk)
    wanted = list(dict.fromkeys(events or sink.events))
    if sink.retired_at is not None or not sink.is_enabled:
        raise Refused(f"“{sink}” is switched off. Switch it on first.")
    if not wanted:
        raise Refused(f"“{sink}” takes no facts. Say first what it is told.")
    if since and until and since >= until:
        raise Refused("The period ends before it begins. Choose other dates.")
    if per_minute < 1:
        raise Refused("At least one fact a minute has to go out.")
    if Backfill.objects.under_way().filter(sink=sink).exists():
        raise Refused(f"A backfill of “{sink}” is collecting already. Wait for it, or stop it.")
    last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    backfill = Backfill(
        sink=sink, since=since, until=until, events=wanted, per_minute=per_minute, last_event=last,
        next_due_at=now, created_at=now, started_by=actor,
    )  # fmt: skip
    backfill.total = _facts(backfill).count()
    backfill.save()
    announce_changes(f"sink:{sink.slug}", [Change("backfill", None, backfill.pk)], actor=actor, at=now)
    return backfill


@atomically
def stop(backfill: Backfill, *, now: datetime, actor: str) -> int:
    """Afterwards nothing more is collected, and what waits untold is taken back; tells how many that were.

    A later backfill tells them. What was told stays told.
    """
    Sink.objects.select_for_update().get(pk=backfill.sink_id)
    state = Backfill.State
    Backfill.objects.filter(pk=backfill.pk).exclude(state=state.STOPPED).update(
        state=state.STOPPED, finished_at=now
    )
    untold = Delivery.objects.filter(backfill=backfill, state=Delivery.State.WAITING, attempt=0)
    count = untold.delete()[0]
    change = Change("backfill", backfill.pk, None)
    announce_changes(f"sink:{backfill.sink.slug}", [change], actor=actor, at=now)
    return int(count)


def progress(backfill: Backfill) -> dict[str, int]:
    """How many of its deliveries wait, were taken, and were given up; and how many facts were told before."""
    state = Delivery.State
    rows = backfill.deliveries.all()
    return {
        "waiting": rows.filter(state__in=[state.WAITING, state.SENDING]).count(),
        "sent": rows.filter(state=state.SENT).count(),
        "dead": rows.filter(state=state.DEAD).count(),
        "before": backfill.seen - backfill.written,
    }


def due(at: datetime, clock: datetime, limit: int) -> list[int]:
    return list(Backfill.objects.under_way().order_by("pk").values_list("pk", flat=True)[:limit])


def collect(number: int, at: datetime, clock: datetime) -> bool:
    """Make deliveries of the next facts, some at a time, until all are there; true when any was made."""
    made = False
    for _ in range(MOST_STEPS):
        step = _collect_some(number, at)
        if step is None:
            break
        made = made or step > 0
    return made


@atomically
def _collect_some(number: int, at: datetime) -> int | None:
    """How many deliveries this step made; None when there is nothing left to do."""
    backfill = Backfill.objects.select_for_update().filter(pk=number).select_related("sink").first()
    if backfill is None or backfill.state != Backfill.State.RUNNING:
        return None
    events = list(_facts(backfill).filter(pk__gt=backfill.cursor).order_by("pk")[:STEP])
    if not events:
        backfill.state, backfill.finished_at = Backfill.State.COLLECTED, at
        backfill.save(update_fields=["state", "finished_at"])
        return None
    new = _untold(backfill, events)
    Delivery.objects.bulk_create(_deliveries(backfill, new, at), ignore_conflicts=True)
    backfill.next_due_at = backfill.due_of(len(new), at)
    backfill.cursor = events[-1].pk
    backfill.seen += len(events)
    backfill.written += len(new)
    backfill.save(update_fields=["next_due_at", "cursor", "seen", "written"])
    return len(new)


def _facts(backfill: Backfill) -> QuerySet[AuditEvent]:
    """The events that fit, of people who were not erased; the chain of the configuration is no lead's."""
    named = [verb for verb in backfill.events if verb != "*"]
    wanted = Q(verb__in=named) | Q(verb=PUSHED, data__event__in=named)
    if "*" in backfill.events:
        wanted |= ~Q(verb__startswith=ABOUT_DELIVERIES)
    erased = AuditEvent.objects.filter(verb=ERASED).values("run")
    facts = AuditEvent.objects.filter(wanted, pk__lte=backfill.last_event, run__gt=0).exclude(run__in=erased)
    facts = facts.filter(at__gte=backfill.since) if backfill.since else facts
    return facts.filter(at__lt=backfill.until) if backfill.until else facts


def _untold(backfill: Backfill, events: list[AuditEvent]) -> list[AuditEvent]:
    keys = {key_of(backfill.sink, event): event for event in events}
    told = set(Delivery.objects.filter(key__in=keys).values_list("key", flat=True))
    return [event for key, event in keys.items() if key not in told]


def _deliveries(backfill: Backfill, events: list[AuditEvent], at: datetime) -> list[Delivery]:
    numbers = {event.run for event in events}
    synthetic = set(Run.objects.filter(pk__in=numbers, is_synthetic=True).values_list("pk", flat=True))
    common: dict[str, Any] = {"sink": backfill.sink, "backfill": backfill, "created_at": at}
    return [
        Delivery(
            **common,
            key=key_of(backfill.sink, event),
            run=event.run,
            lead=event.lead,
            booking=event.booking,
            verb=told_as(event.verb, event.data),
            sequence=event.sequence,
            event=event.pk,
            at=event.at,
            due_at=backfill.due_of(place, at),
            is_recorded_only=event.run in synthetic,
        )
        for place, event in enumerate(events)
    ]


WORK = DueWork("backfills", find=due, perform=collect, order=35)
