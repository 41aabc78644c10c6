"""Reading what a lead's story is told from: events, what they were based on, the mails and deliveries they name.

A fixed number of queries, however long the story. Nothing is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from bookings.core import wording
from bookings.models import Message
from bookings.story import Names, actor_name, icon_of, tell, tone_of
from bookings.story.evidence import Block, Kept, Mail, Sent, behind
from bookings.story.looks import ABOUT
from bookings.story.words import said
from workflows.models import AuditEvent, Delivery, Evidence

START_OF = ("booking.made", "booking.rescheduled")
NEAR = 3
"""How many events after a draw its meeting is told."""


@dataclass(frozen=True)
class Moment:
    """One event as a person reads it. `actor` is guest, rep, staff or system; `about` the kind it is filed under."""

    run: int
    sequence: int
    sentence: str
    icon: str
    tone: str
    at: datetime
    day: str
    clock: str
    exact: str
    relative: str
    actor: str
    who: str
    about: str
    blocks: Sequence[Block]
    taker: str = ""
    """The sink that took a fact; alike lines of one taker are folded into one."""
    folded: Sequence[Moment] = ()

    @property
    def anchor(self) -> str:
        kind = "events" if self.folded else "event"
        return f"{kind}-{self.run}-{self.sequence}"


@dataclass(frozen=True)
class Telling:
    """Events with all that is kept about them, ready to be told."""

    events: Sequence[AuditEvent]
    names: Names
    evidence: Mapping[tuple[int, int], Any]
    mails: Mapping[int, Mail]
    sent: Mapping[int, Sent]
    around: Mapping[tuple[int, int], Mapping[str, Any]]

    def about(self, event: Any) -> Mapping[str, Any]:
        """What its neighbours and its evidence add to an event, for the sentence that tells it."""
        return self.around.get((event.run, event.sequence), {})

    def moments(self, events: Iterable[AuditEvent], now: datetime) -> list[Moment]:
        return folded([self._moment(event, now) for event in without_echoes(list(events))])

    def _moment(self, event: AuditEvent, now: datetime) -> Moment:
        kept = self._kept(event)
        return Moment(
            run=event.run,
            sequence=event.sequence,
            sentence=tell(event, self.names, self.about(event)),
            icon=icon_of(event.verb),
            tone=tone_of(event),
            at=event.at,
            day=wording.day(event.at, self.names.zone, now),
            clock=wording.clock(event.at, self.names.zone),
            exact=wording.moment(event.at, self.names.zone, now),
            relative=wording.relative(now, event.at),
            actor=_actor(event.actor),
            who=actor_name(event.actor, self.names),
            about=ABOUT.get(event.verb) or ABOUT.get(event.verb.partition(".")[0], "steps"),
            blocks=behind(event, self.names, kept),
            taker=self._taker(event),
        )

    def _taker(self, event: AuditEvent) -> str:
        if event.verb != "delivery.delivered" or not isinstance(event.data, Mapping):
            return ""
        sink = str(event.data.get("sink") or "")
        return self.names.sinks.get(sink) or said(sink)

    def _kept(self, event: AuditEvent) -> Kept:
        evidence = self.evidence.get((event.run, event.sequence))
        data = event.data if isinstance(event.data, Mapping) else {}
        return Kept(
            evidence=evidence if isinstance(evidence, Mapping) else None,
            message=self.mails.get(data.get("message") or 0),
            delivery=self.sent.get(data.get("delivery") or 0),
            is_erased=bool(event.evidence_hash) and evidence is None,
        )


def read(events: Sequence[AuditEvent], names: Names) -> Telling:
    """All that the events name, in four queries."""
    evidence = _evidence_of(events)
    return Telling(
        events=events,
        names=names,
        evidence=evidence,
        mails=_mails(events),
        sent=_sent(events, names.zone),
        around=dict(_around(events, evidence)),
    )


def _evidence_of(events: Sequence[AuditEvent]) -> dict[tuple[int, int], Any]:
    runs = {event.run for event in events if event.evidence_hash}
    if not runs:
        return {}
    places = {(event.run, event.sequence) for event in events}
    rows = Evidence.objects.filter(run__in=runs)
    if 0 in runs:  # the configuration's chain is long, and few of its events are asked for
        rows = rows.filter(sequence__in=[event.sequence for event in events])
    found = rows.values_list("run", "sequence", "content")
    return {(run, sequence): content for run, sequence, content in found if (run, sequence) in places}


def _mails(events: Sequence[AuditEvent]) -> dict[int, Mail]:
    numbers = _named(events, "message")
    rows = Message.objects.filter(pk__in=numbers).values_list("pk", "to_address", "subject", "text")
    return {pk: Mail(to, subject, text) for pk, to, subject, text in rows} if numbers else {}


def _sent(events: Sequence[AuditEvent], zone: str) -> dict[int, Sent]:
    numbers = _named(events, "delivery")
    if not numbers:
        return {}
    rows = Delivery.objects.filter(pk__in=numbers).prefetch_related("attempts")
    return {
        row.pk: Sent(
            _fields_of(row.body),
            [
                (
                    wording.moment(each.at, zone),
                    " ".join(filter(None, (each.status, each.answer))),
                    each.duration_ms,
                )
                for each in row.attempts.all()
            ],
        )
        for row in rows
    }


def _fields_of(body: Any) -> Mapping[str, Any]:
    """The mapped fields of a webhook's body; other sinks have bodies of their own."""
    if not isinstance(body, Mapping):
        return {}
    data = body.get("data")
    fields = data.get("fields") if isinstance(data, Mapping) else None
    return fields if isinstance(fields, Mapping) else body


def _named(events: Iterable[AuditEvent], key: str) -> set[int]:
    named = (event.data.get(key) for event in events if isinstance(event.data, Mapping))
    return {number for number in named if isinstance(number, int)}


def _around(
    events: Sequence[AuditEvent], evidence: Mapping[tuple[int, int], Any]
) -> Iterable[tuple[tuple[int, int], Mapping[str, Any]]]:
    """The start that a rep was drawn for, and the values that a qualification was based on."""
    starts = {(event.run, event.sequence): event.data["start"] for event in events if event.verb in START_OF}
    for event in events:
        place = (event.run, event.sequence)
        if event.verb == "assignment.drawn":
            near = (starts.get((event.run, event.sequence + step)) for step in range(1, NEAR + 1))
            yield place, {"start": next((start for start in near if start), None)}
        elif event.verb == "qualification.evaluated" and isinstance(evidence.get(place), Mapping):
            yield place, {"evaluation": evidence[place].get("evaluation")}


def by_run(events: Iterable[AuditEvent]) -> dict[int, list[AuditEvent]]:
    found: dict[int, list[AuditEvent]] = defaultdict(list)
    for event in events:
        found[event.run].append(event)
    return found


def without_echoes(events: list[AuditEvent]) -> list[AuditEvent]:
    """Without the entries into stages that the sentence of the stage just left tells already."""
    left = {
        (event.run, event.sequence + 1): event.data.get("next")
        for event in events
        if event.verb == "stage.left" and isinstance(event.data, dict)
    }
    return [
        event
        for event in events
        if event.verb != "stage.entered" or left.get((event.run, event.sequence), "") != event.stage
    ]


def folded(moments: Sequence[Moment]) -> list[Moment]:
    """Of neighbouring facts that sinks took on one day, one line for each sink that took several."""
    found: list[Moment] = []
    for (has_taker, *_), stretch in groupby(moments, key=lambda each: (bool(each.taker), each.run, each.day)):
        if not has_taker:
            found += stretch
            continue
        by_taker: dict[str, list[Moment]] = defaultdict(list)
        for moment in stretch:
            by_taker[moment.taker].append(moment)
        found += [_as_one(taker, taken) for taker, taken in by_taker.items()]
    return found


def _as_one(taker: str, taken: Sequence[Moment]) -> Moment:
    if len(taken) == 1:
        return taken[0]
    return replace(
        taken[-1], sentence=f"{len(taken)} facts were taken by {taker}.", blocks=(), folded=tuple(taken)
    )


def _actor(actor: str) -> str:
    kind = actor.partition(":")[0]
    return {"lead": "guest", "rep": "rep", "staff": "staff"}.get(kind, "system")
