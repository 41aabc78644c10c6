"""Whether a sink is reached: the states of its two circuits, kept on the sink, moved by how attempts end.

One holds back deliveries, the other look-ups, which a guest waits for. The sink's row is locked before the
delivery's. While all is well nothing is written; opening and closing are facts of the configuration's chain.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from workflows.core import circuit
from workflows.core.circuit import Circuit
from workflows.models import Sink
from workflows.models.audit import CONFIGURATION_CHAIN
from workflows.models.outbox import LEASE
from workflows.signals import announce
from workflows.sinks.answers import Permanent, RateLimited, Retry, SinkError
from workflows.transactions import at_the_end, atomically

logger = logging.getLogger(__name__)

HELD_BACK, RELEASED = "sink.held_back", "sink.released"


@dataclass(frozen=True)
class Way:
    """One of the two ways to a sink, by the names of the fields that hold its circuit."""

    name: str
    state: str
    failures: str
    since: str
    until: str

    @property
    def at_rest(self) -> Q:
        return Q(**self.fields(Circuit()))

    def fields(self, present: Circuit) -> dict[str, Any]:
        return {
            self.state: present.state,
            self.failures: present.failures,
            self.since: present.since,
            self.until: present.until,
        }

    def of(self, sink: Sink) -> Circuit:
        return Circuit(*(getattr(sink, name) for name in (self.state, self.failures, self.since, self.until)))


DELIVERIES = Way("deliveries", "circuit", "failures", "circuit_since", "circuit_until")
LOOK_UPS = Way("look_ups", "look_up_circuit", "look_up_failures", "look_up_since", "look_up_until")


def may_pass(sink: Sink, at: datetime, way: Way = DELIVERIES) -> bool:
    """Whether the circuit lets it through; of those that try a sink again, only the first."""
    present = way.of(sink)
    passage = circuit.passage(present, at)
    if passage != "probe":
        return passage == "all"
    untaken = Sink.objects.filter(**{"pk": sink.pk, way.state: present.state, way.until: present.until})
    return bool(untaken.update(**{way.until: at + LEASE}))


def note_success(sink: Sink, at: datetime, way: Way = DELIVERIES, actor: str = "system") -> bool:
    """The sink answered as it should: afterwards everything passes. False when it did already."""
    row = Sink.objects.select_for_update().filter(pk=sink.pk).exclude(way.at_rest).first()
    if row is None:
        return False
    Sink.objects.filter(pk=sink.pk).update(**way.fields(Circuit()))
    if way.of(row).state == "open":
        logger.info("the sink “%s” works again (%s)", sink.slug, way.name)
        _say(RELEASED, sink, way, at, actor)
    return True


def note_error(sink: Sink, error: SinkError, at: datetime, jitter: float, way: Way = DELIVERIES) -> None:
    """An attempt failed. A refusal of one fact is an answer too; a pause that was asked for is kept by all."""
    if isinstance(error, Permanent):
        note_success(sink, at, way)
        return
    present = way.of(Sink.objects.select_for_update().get(pk=sink.pk))
    if isinstance(error, RateLimited):
        after = circuit.after_pause(present, at, error.wait)
    else:
        after = circuit.after_failure(present, at, jitter)
    Sink.objects.filter(pk=sink.pk).update(**way.fields(after))
    if after.state == "open" and present.state != "open":
        logger.warning("the sink “%s” failed %d times in a row and is held back", sink.slug, after.failures)
        _say(HELD_BACK, sink, way, at, "system", failures=after.failures, code=error.code)


def held_back_since(sink: Sink, at: datetime) -> datetime | None:
    """Since when a sink that does not answer is not asked either; None when it may be."""
    for way in (DELIVERIES, LOOK_UPS):
        present = way.of(sink)
        if present.state == "open" and circuit.passage(present, at) == "none":
            return present.since
    return None


def note_look_up(sink: Sink, outage: str, at: datetime, jitter: float) -> None:
    """A look-up ended: `outage` is the code why there was no answer, empty when there was one."""
    if outage:
        _note_outage(sink, outage, at, jitter)
    elif LOOK_UPS.of(sink) != Circuit():
        atomically(note_success)(sink, at, LOOK_UPS)


@atomically
def _note_outage(sink: Sink, code: str, at: datetime, jitter: float) -> None:
    note_error(sink, Retry(code, "It gave no answer in time."), at, jitter, LOOK_UPS)


@atomically
def close(number: int, at: datetime, actor: str) -> bool:
    """Afterwards a sink is reached at once, whatever happened before; false when it was already."""
    sink = Sink.objects.get(pk=number)
    was_closed = [note_success(sink, at, way, actor) for way in (DELIVERIES, LOOK_UPS)]
    return any(was_closed)


def _say(verb: str, sink: Sink, way: Way, at: datetime, actor: str, **more: Any) -> None:
    """At the step's end, since the head of the configuration's chain is the last lock that is taken."""
    at_the_end(_announce, (verb, {"sink": sink.slug, "what": way.name, **more}, at, actor))


def _announce(said: Sequence[tuple[str, dict[str, Any], datetime, str]]) -> None:
    for verb, data, at, actor in said:
        announce(verb, run=CONFIGURATION_CHAIN, at=at, actor=actor, data=data)
