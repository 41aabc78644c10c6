"""Drift: what a sink was told last about a lead, held against what it holds now; and telling it again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows import records
from workflows.models import Delivery, Sink
from workflows.sinks.base import Permanent, SinkAdapter, SinkError, adapter_of
from workflows.transactions import atomically

MOST = 40
LOOKED_AT = 400
PATIENCE = 20.0
"""Seconds after which a comparison ends with what it has."""

GONE = "gone"
AGAIN = ":again:"


@dataclass(frozen=True)
class Drifted:
    """A field that holds something else than was written last; of a record that is gone, every field."""

    field: str
    written: Any
    held: Any
    is_gone: bool = False


@dataclass(frozen=True)
class Compared:
    """The last delivery about a lead, its run and its booking, and what has drifted since."""

    delivery: Delivery
    drifted: tuple[Drifted, ...]


@dataclass(frozen=True)
class Report:
    """What was compared, the newest first. `problem` says why the comparison ended early, if it did."""

    compared: tuple[Compared, ...]
    problem: str = ""
    is_cut: bool = False

    @property
    def drifted(self) -> tuple[Compared, ...]:
        return tuple(each for each in self.compared if each.drifted)


def compare(sink: Sink, most: int = MOST) -> Report:
    """Asks the other side for the fields that it was told last, lead by lead. Writes nothing, here or there."""
    began = time.monotonic()
    compared: list[Compared] = []
    try:
        adapter = adapter_of(sink)
        for delivery in last_told(sink):
            if len(compared) >= most or time.monotonic() - began > PATIENCE:
                return Report(tuple(compared), is_cut=True)
            compared.append(Compared(delivery, tuple(_drift(adapter, delivery))))
    except SinkError as error:
        return Report(tuple(compared), error.sentence)
    return Report(tuple(compared))


def last_told(sink: Sink) -> Iterator[Delivery]:
    """The last delivery about each lead and booking that was taken and still tells what it told."""
    taken = Delivery.objects.filter(sink=sink, state=Delivery.State.SENT, is_recorded_only=False)
    seen: set[tuple[int | None, int | None]] = set()
    for delivery in taken.exclude(body=None).order_by("-event", "-pk").select_related("sink")[:LOOKED_AT]:
        about = (delivery.lead, delivery.booking)
        if about not in seen:
            seen.add(about)
            yield delivery


@atomically
def write_again(sink: Sink, numbers: Iterable[int], *, now: datetime) -> int:
    """Afterwards these facts wait to be told once more, with the fields as they are now; tells how many.

    Each is a delivery of its own, in the order of what happened; one that waits already is not doubled.
    """
    told = Delivery.objects.filter(sink=sink, pk__in=list(numbers), state=Delivery.State.SENT).order_by(
        "event"
    )
    again = []
    for delivery in told:
        origin = delivery.key.partition(AGAIN)[0]
        copies = Delivery.objects.filter(key__startswith=origin + AGAIN)
        if copies.filter(state__in=[Delivery.State.WAITING, Delivery.State.SENDING]).exists():
            continue
        again.append(
            Delivery(
                key=f"{origin}{AGAIN}{copies.count() + 1}", sink=sink, run=delivery.run, lead=delivery.lead,
                booking=delivery.booking, verb=delivery.verb, sequence=delivery.sequence, event=delivery.event,
                at=delivery.at, due_at=now, created_at=now,
            )
        )  # fmt: skip
    Delivery.objects.bulk_create(again, ignore_conflicts=True)
    return len(again)


def _drift(adapter: SinkAdapter, delivery: Delivery) -> Iterator[Drifted]:
    written = {name: value for name, value in _fields(delivery).items() if value is not None}
    links = records.links_for(delivery).as_dict()
    if not written:
        return
    try:
        held = adapter.fetch(links, list(written))
    except Permanent as error:
        if error.code != GONE:
            raise
        for name, value in written.items():
            yield Drifted(name, value, None, is_gone=True)
        return
    for name, value in written.items():
        if name in held and held[name] != adapter.as_held(name, value):
            yield Drifted(name, value, held[name])


def _fields(delivery: Delivery) -> Mapping[str, Any]:
    return (delivery.body or {}).get("data", {}).get("fields", {})
