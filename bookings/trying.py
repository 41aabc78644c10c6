"""A lead that is not there: how it would be qualified, routed and shared out now, with every reason. Writes nothing.

The walk, the segments, the pools and the draw are those of production; what a real lead would leave in its
trail is gathered instead of written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bookings import facts as known
from bookings.core import answers as typed
from bookings.core import reminders
from bookings.core.reminders import Reminder
from bookings.enriching import Answers, gather
from bookings.models import BookingForm
from bookings.refusals import Invalid
from bookings.stages.qualification import done
from routing import assigning, availability
from routing.assigning import NotFree, Request
from routing.core import matching
from routing.core.matching import SegmentSpec
from routing.deciding import offered_starts
from routing.instants import instant_of, minute_of
from routing.models import Pool, Rep
from workflows.core import conditions, graph
from workflows.foresight import Foresight, foresee
from workflows.registry import kind_named
from workflows.stages.base import Context, Result
from workflows.versions import LoadedVersion, load

QUALIFICATION, ROUTING, OFFER, CONFIRMATION = "qualification", "routing", "offer", "confirmation"
BOOKED = "booked"
MOST_STARTS = 5


@dataclass(frozen=True)
class Said:
    """What would stand in the trail of a real lead: an event with the evidence behind it."""

    verb: str
    data: Mapping[str, Any]
    evidence: Mapping[str, Any] = field(default_factory=dict)
    stage: str | None = None
    actor: str = "system"


@dataclass(frozen=True)
class Start:
    """One of the first starts that would be offered, and the rep who would get the meeting there."""

    at: datetime
    rep: Rep | None
    draw: Said | None


@dataclass(frozen=True)
class Promise:
    """A reminder of the plan, and whether it would go out by what is known of the lead."""

    reminder: Reminder
    holds: bool


@dataclass(frozen=True)
class Trial:
    """The whole decision. `starts` are the first few of `offered`, none where the lead comes to no offer."""

    version: LoadedVersion
    said: tuple[Said, ...]
    ahead: Foresight
    pool: Pool | None = None
    starts: tuple[Start, ...] = ()
    offered: int = 0
    reminders: tuple[Promise, ...] = ()


def route(
    form: BookingForm,
    raw_answers: Mapping[str, Any],
    *,
    utm: Mapping[str, str] | None = None,
    time_zone: str = "",
    language: str = "",
    now: datetime,
) -> Trial:
    """What would become of a lead with these answers now. Raises Invalid naming every answer that does not fit."""
    if form.workflow.published_id is None:
        raise Invalid("The workflow of this form is not published yet, so no lead can enter it.")
    cleaned = typed.clean([question.as_spec() for question in form.questions.all()], raw_answers)
    if cleaned.errors:
        raise Invalid("Please look at the marked answers.", fields=cleaned.errors)
    version = load(form.workflow.published_id)
    facts = known.of_submission(form, cleaned.values, utm or {}, time_zone, language)
    telling = _Telling(facts)
    ahead = foresee(
        version,
        version.first.name,
        facts=facts,
        carried={},
        now=now,
        prepared=_looked_up(version, facts, now),
        foretellers={QUALIFICATION: telling.qualify, ROUTING: telling.route},
    )
    present = {**facts, **{name: value for name, value in ahead.carried.items() if name[0] != "_"}}
    offer = _Offer(ahead, present, time_zone, now)
    starts, number = offer.starts()
    said = (*telling.said, *offer.said)
    return Trial(version, said, ahead, offer.pool, starts, number, _promised(version, ahead, present))


def _promised(version: LoadedVersion, ahead: Foresight, facts: Mapping[str, Any]) -> tuple[Promise, ...]:
    """The reminders that the stage after the offer would plan, where the lead comes to one."""
    way = graph.choose(ahead.stage, BOOKED, facts) if ahead.stage and ahead.kind == OFFER else None
    stage = version.stages.get(way.to) if way else None
    if stage is None or stage.kind != CONFIRMATION:
        return ()
    plan = reminders.rows(stage.settings.get("reminders") or [], stage.settings.get("reminder_template"))
    return tuple(Promise(each, conditions.holds(each.when, facts)) for each in plan)


def _looked_up(version: LoadedVersion, facts: Mapping[str, Any], now: datetime) -> dict[str, Answers]:
    """What providers and CRMs say about the lead, as the stages passed on the way would ask; not remembered."""
    stages = graph.passed_without_waiting(list(version.stages.values()), version.first.name)
    asking = [name for name in stages if version.stages[name].kind == QUALIFICATION]
    answers = gather(facts, now, keeps=False) if asking else Answers()
    return dict.fromkeys(asking, answers)


class _Telling:
    """Asked in place of the stages' own foresight: the same decisions, with their reasons kept.

    `facts` grow by what was looked up, as those of a run do once it has been qualified.
    """

    def __init__(self, facts: dict[str, Any]) -> None:
        self.said: list[Said] = []
        self.facts = facts

    def qualify(self, context: Context) -> Result:
        answers: Answers = context.prepared or Answers()
        for asked in answers.asked:
            verb = "enrichment.answered" if asked.is_answered else "enrichment.failed"
            self._say(context, verb, asked.as_record(), asked.as_evidence())
        self.facts.update(answers.as_facts())
        context.facts = {**context.facts, **answers.as_facts()}
        segments = [SegmentSpec.from_dict(each) for each in context.frozen.get("segments", [])]
        result = matching.qualify(segments, context.facts)
        evidence = {"evaluation": matching.as_evidence(result)}
        self._say(context, "qualification.evaluated", matching.as_record(result), evidence)
        return done(result)

    def route(self, context: Context) -> Result:
        result = kind_named(ROUTING).foresee(context)
        self._say(context, "routing.decided", getattr(result, "carry", {}).get("_decision", {}))
        return result

    def _say(self, context: Context, verb: str, data: Any, evidence: Any = None) -> None:
        self.said.append(Said(verb, data, evidence or {}, context.stage.name))


class _Offer:
    """What the lead would be offered, where it comes to an offer, and who would get each of the first starts."""

    def __init__(self, ahead: Foresight, facts: Mapping[str, Any], zone: str, now: datetime) -> None:
        self.said: list[Said] = []
        self.pool = self._pool(ahead)
        self._ahead, self._facts, self._zone, self._now = ahead, facts, zone, now

    def starts(self) -> tuple[tuple[Start, ...], int]:
        """The first few, and how many there are in all."""
        pool = self.pool
        if pool is None:
            return (), 0
        only_rep = self._ahead.carried.get("_only_rep") or self._drawn_at_routing(pool)
        days = pool.meeting_type.horizon_days
        view = availability.window(self._zone, self._now, horizon_days=days)
        offered = offered_starts(pool, self._facts, view, now=self._now, only_rep=only_rep)
        rep = Rep.objects.filter(pk=only_rep).first() if only_rep else None
        first = [instant_of(minute) for minute in offered[:MOST_STARTS]]
        return tuple(Start(at, rep, None) if rep else self._by_turn(pool, at) for at in first), len(offered)

    def _pool(self, ahead: Foresight) -> Pool | None:
        slug = ahead.carried.get("pool") if ahead.kind == OFFER else None
        return Pool.objects.select_related("meeting_type").filter(slug=slug).first() if slug else None

    def _drawn_at_routing(self, pool: Pool) -> int | None:
        """The rep who would be drawn before any start is picked, where the pool draws then."""
        if pool.assignment != Pool.AssignmentRule.AT_ROUTING:
            return None
        sla = (self._ahead.carried.get("_decision") or {}).get("sla")
        deadline = minute_of(datetime.fromisoformat(sla)) if sla else None
        try:
            record = assigning.foreseen_at_routing(
                pool, self._facts, zone=self._zone, now=self._now, deadline=deadline
            )
        except NotFree:
            return None
        self.said.append(Said("assignment.drawn", record))
        return int(record["rep"])

    def _by_turn(self, pool: Pool, at: datetime) -> Start:
        request = Request(pool=pool, start=at, facts=self._facts, zone=self._zone, now=self._now)
        try:
            record = assigning.foreseen(request)
        except NotFree:
            return Start(at, None, None)
        return Start(at, Rep.objects.filter(pk=record["rep"]).first(), Said("assignment.drawn", record))
