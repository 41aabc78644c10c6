"""Delivering facts to sinks: claim, write the body once, let the adapter tell it, record the end.

A sink hears of one lead in order: as long as an earlier delivery to it is open, later ones of the same lead
wait; one that was given up holds nothing back. While a backfill still collects the past, what happens now waits.
The adapter is called outside any transaction, every end is fenced by the number of the attempt, and a repeated
attempt sends the same body under the same key. A sink that fails again and again is held back by its circuit:
what waits for it costs neither attempts nor workers.
"""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from workflows import bodies, circuits, engine, masking, records
from workflows.anchoring import ANCHORED
from workflows.core import backoff
from workflows.models import Backfill, Delivery, DeliveryAttempt, Run, Sink
from workflows.registry import DueWork
from workflows.signals import announce
from workflows.sinks.base import (
    Answer,
    Links,
    Misconfigured,
    Parcel,
    Permanent,
    RateLimited,
    Retry,
    SinkAdapter,
    SinkError,
    adapter_of,
    mapping_of,
)
from workflows.transactions import atomically

logger = logging.getLogger(__name__)
chance = random.SystemRandom()

State = Delivery.State
OPEN = (State.WAITING, State.SENDING)
UNREADY = timedelta(minutes=5)
"""How long a delivery waits when its sink's settings or secrets are amiss. Such waits are no attempts."""
LONGEST_MASKED = 20_000
"""Far more than is kept of an answer, so that what the cut leaves of a secret is beyond that."""


@dataclass(frozen=True)
class Claim:
    """One attempt at a delivery that is ours alone until its lease ends. Nothing is told without an adapter."""

    delivery: Delivery
    body: Mapping[str, Any]
    attempt: int
    adapter: SinkAdapter | None
    links: Links = field(default_factory=Links)
    is_unsure: bool = False
    """Nobody knows how the attempt before ended: it was not recorded."""

    @property
    def turn(self) -> int:
        """The attempt's number, counted anew from 1 after every full round of tries."""
        return (self.attempt - 1) % backoff.MAX_ATTEMPTS + 1


def due(at: datetime, clock: datetime, limit: int) -> list[int]:
    """Numbers of the deliveries to make at `at`, oldest first, the first open one of each sink and lead.

    Of a sink that is tried again after failing, only one.
    """
    ready = _ready(at, clock).exclude(run__in=Run.objects.on_a_virtual_clock().values("pk"))
    probing = list(Sink.objects.probing(at).values_list("pk", flat=True))
    if not probing:
        return _numbers(ready, limit)
    tried = Q(sink__in=probing, is_recorded_only=False)
    probes = [number for sink in probing for number in _numbers(ready.filter(tried, sink=sink), 1)]
    return [*probes, *_numbers(ready.exclude(tried), limit)][:limit]


def deliver(number: int, at: datetime, clock: datetime) -> bool:
    """Tell a sink one fact; true when it was taken, or is only to be recorded.

    A failed attempt is put off, or given up after the last one or for good reason, which becomes a fact of
    the run. Settings that are amiss keep the delivery waiting, with the reason, and cost no attempt.
    """
    claim = _claim(number, at, clock)
    if claim is None:
        return False
    try:
        answer = _push(claim, clock)
    except SinkError as error:
        _failed(claim, error, at)
        return False
    return _delivered(claim, answer, at)


def retry(number: int, now: datetime, actor: str = "system") -> bool:
    """Afterwards a delivery that was given up waits again, with the same body and key; false for others."""
    return bool(retry_all(Delivery.objects.filter(pk=number), now, actor))


@atomically
def retry_all(rows: Any, now: datetime, actor: str = "system") -> int:
    """As `retry`, for each of `rows` that was given up; returns how many. Their sinks are tried at once."""
    dead = rows.filter(state=State.DEAD)
    for sink in sorted(set(dead.order_by().values_list("sink", flat=True))):
        circuits.close(sink, now, actor)
    return dead.retry(now)


@atomically
def discard(number: int, now: datetime, actor: str, reason: str) -> bool:
    """Give up a delivery that the sink has not taken; `reason` is a code. False when it is settled already.

    An attempt under way may still reach the sink; its end is no longer recorded.
    """
    delivery = Delivery.objects.select_related("sink").get(pk=number)
    run = _lock_run(delivery)
    unsettled = Delivery.objects.filter(pk=number, state__in=[*OPEN, State.DEAD])
    if not unsettled.update(state=State.WITHDRAWN, settled_at=now, lease_until=None, reason=reason):
        return False
    _tell(delivery, run, "delivery.discarded", now, actor=actor, reason=reason)
    return True


def _ready(at: datetime, clock: datetime) -> QuerySet[Delivery]:
    before = Q(event__lt=OuterRef("event")) | Q(event=OuterRef("event"), pk__lt=OuterRef("pk"))
    earlier = Delivery.objects.filter(before, sink=OuterRef("sink"), lead=OuterRef("lead"), state__in=OPEN)
    collecting = Backfill.objects.under_way().filter(sink=OuterRef("sink"), last_event__lt=OuterRef("event"))
    in_use = Delivery.objects.due(at, clock).filter(sink__is_enabled=True, sink__retired_at=None)
    held = Q(sink__in=Sink.objects.holding_back(at).values("pk"), is_recorded_only=False)
    return in_use.exclude(held).filter(~Exists(earlier), ~Exists(collecting))


def _numbers(rows: QuerySet[Delivery], limit: int) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:limit])


def _lock_run(delivery: Delivery) -> Run | None:
    return engine.lock(delivery.run) if delivery.run else None


@atomically
def _claim(number: int, at: datetime, clock: datetime) -> Claim | None:
    """The run's lock keeps an erasure from happening between reading its facts and storing them."""
    planned = Delivery.objects.filter(pk=number).only("run").first()
    if planned is None:
        return None
    run = _lock_run(planned)
    delivery = _ready(at, clock).filter(pk=number).select_related("sink").first()
    if delivery is None:
        return None
    try:
        adapter = None if delivery.is_recorded_only else adapter_of(delivery.sink)
    except Misconfigured as error:
        _put_off_unready(number, at, clock, error)
        return None
    if adapter is not None and not circuits.may_pass(delivery.sink, at):
        return None
    attempt = Delivery.objects.claim(number, at, clock)
    if attempt is None:
        return None
    if delivery.body is None:
        delivery.body = bodies.body_of(delivery, run)
        delivery.save(update_fields=["body"])
    is_unsure = attempt > 1 and not delivery.attempts.filter(number=attempt - 1).exists()
    return Claim(delivery, delivery.body, attempt, adapter, records.links_for(delivery), is_unsure)


def _put_off_unready(number: int, at: datetime, clock: datetime, error: Misconfigured) -> None:
    Delivery.objects.due(at, clock).order_by().filter(pk=number).update(
        state=State.WAITING, lease_until=None, due_at=at + UNREADY, reason=_short(error.sentence, 300)
    )


def _push(claim: Claim, clock: datetime) -> Answer:
    """What the sink answered. Raises SinkError; a fault of an adapter is one that may pass."""
    delivery, adapter = claim.delivery, claim.adapter
    if adapter is None:
        return Answer()
    parcel = Parcel(claim.body, delivery.key, clock, claim.attempt > 1, claim.links, claim.is_unsure)
    try:
        return adapter.push(parcel)
    except SinkError:
        raise
    except Exception as error:
        logger.exception("the adapter “%s” failed", delivery.sink.kind)
        raise Retry("adapter_fault", f"The adapter failed: {type(error).__name__}.") from error


@atomically
def _delivered(claim: Claim, answer: Answer, at: datetime) -> bool:
    delivery = claim.delivery
    run = _lock_run(delivery)
    if claim.adapter is not None:
        circuits.note_success(delivery.sink, at)
    if not Delivery.objects.finish(delivery.pk, claim.attempt, state=State.SENT, settled_at=at, reason=""):
        return False
    _note(claim, answer, at)
    _tell(delivery, run, "delivery.delivered", at, attempt=claim.attempt)
    return True


@atomically
def _failed(claim: Claim, error: SinkError, at: datetime) -> None:
    delivery = claim.delivery
    run = _lock_run(delivery)
    reason = _short(_masked(claim, error.sentence), 300)
    if isinstance(error, Permanent) or backoff.is_exhausted(claim.turn):
        ending: dict[str, Any] = {"state": State.DEAD, "settled_at": at}
    else:
        wait = error.wait if isinstance(error, RateLimited) else None
        delay = backoff.delay(claim.turn, chance.random(), wait)
        ending = {"state": State.WAITING, "due_at": at + delay}
    circuits.note_error(delivery.sink, error, at, chance.random())
    if not Delivery.objects.finish(delivery.pk, claim.attempt, reason=reason, **ending):
        return
    said = error.answer
    _note(claim, Answer(said.status or error.code, said.text or error.sentence, said.duration), at)
    if ending["state"] == State.DEAD:
        _tell(delivery, run, "delivery.failed", at, attempt=claim.attempt, code=_code(error))


def _note(claim: Claim, answer: Answer, at: datetime) -> None:
    """Keep what was answered to one attempt, without secrets and personal data, and their records it came upon."""
    if claim.adapter is None:
        return
    records.keep(claim.delivery, claim.links.kept)
    DeliveryAttempt.objects.create(
        delivery=claim.delivery,
        number=claim.attempt,
        at=at,
        duration_ms=round(answer.duration * 1000),
        status=_short(answer.status, 32),
        answer=_short(_masked(claim, answer.text), 500),
    )


def _masked(claim: Claim, text: str) -> str:
    delivery, adapter = claim.delivery, claim.adapter
    personal = bodies.personal_fields(claim.body, mapping_of(delivery.sink))
    hidden = {*masking.secrets_in(delivery.sink.config, adapter.config if adapter else {})}
    return masking.masked(text[:LONGEST_MASKED], hidden.union(masking.texts_in(personal)))


def _tell(
    delivery: Delivery, run: Run | None, verb: str, at: datetime, actor: str = "system", **more: Any
) -> None:
    data = {
        "delivery": delivery.pk,
        "sink": delivery.sink.slug,
        "verb": delivery.verb,
        "sequence": delivery.sequence,
        **more,
    }
    if delivery.verb == ANCHORED:
        return  # an event about it would have to be sealed, and that be told, without end
    if run is not None:
        engine.say(run, verb, now=at, actor=actor, booking=delivery.booking, stage=None, data=data)
    else:
        announce(verb, run=delivery.run or 0, at=at, actor=actor, lead=delivery.lead, data=data)


def _code(error: SinkError) -> str:
    return re.sub(r"[^a-z0-9_]+", "_", error.code.lower())[:40]


def _short(text: str, longest: int) -> str:
    text = text.replace("\x00", "")
    return text if len(text) <= longest else text[: longest - 1] + "…"


WORK = DueWork("deliveries", find=due, perform=deliver, order=40)
