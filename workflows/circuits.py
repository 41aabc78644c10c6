"""Whether deliveries to a sink pass: the circuit's state, kept on the sink, moved by how attempts end.

The sink's row is locked before the delivery's. While all is well nothing is written.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import Q

from workflows.core import circuit
from workflows.core.circuit import Circuit
from workflows.models import Sink
from workflows.sinks.base import Permanent, RateLimited, SinkError

logger = logging.getLogger(__name__)

AT_REST = Q(circuit=Sink.CircuitState.CLOSED, failures=0)


def note_success(sink: Sink) -> None:
    """The sink answered as it should: afterwards everything passes."""
    if Sink.objects.filter(pk=sink.pk).exclude(AT_REST).update(**_fields(Circuit())):
        logger.info("the sink “%s” works again", sink.slug)


def note_error(sink: Sink, error: SinkError, at: datetime, jitter: float) -> None:
    """An attempt failed. A refusal of one fact is an answer too; a pause that was asked for is kept by all."""
    if isinstance(error, Permanent):
        note_success(sink)
        return
    present = Sink.objects.select_for_update().get(pk=sink.pk).present_circuit
    if isinstance(error, RateLimited):
        after = circuit.after_pause(present, at, error.wait)
    else:
        after = circuit.after_failure(present, at, jitter)
    Sink.objects.filter(pk=sink.pk).update(**_fields(after))
    if after.state == "open" and present.state != "open":
        logger.warning("the sink “%s” failed %d times in a row and is held back", sink.slug, after.failures)


def close(sink: int) -> bool:
    """Afterwards deliveries pass at once, whatever happened before; false when they did already."""
    return bool(Sink.objects.filter(pk=sink).exclude(AT_REST).update(**_fields(Circuit())))


def _fields(after: Circuit) -> dict[str, object]:
    return {
        "circuit": after.state,
        "failures": after.failures,
        "circuit_since": after.since,
        "circuit_until": after.until,
    }
