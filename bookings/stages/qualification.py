from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bookings.enriching import Answers, gather
from bookings.models import Enquiry
from routing.core import matching
from routing.core.matching import SegmentSpec
from routing.freezing import segment_specs
from routing.models import Pool
from workflows.core.conditions import Groups, in_words
from workflows.core.graph import Problem, StageSpec, problems_of_groups
from workflows.core.reasoning import covers, never_holds
from workflows.stages.base import Context, Done, Result, Setting, StageKind


class QualificationKind(StageKind):
    """Enrichment and CRM look-up, then the segments by rank; no match is disqualified, with no segment."""

    name = "qualification"
    title = "Qualification"
    help = "Finds out more about the lead, then tries the segments by rank; the first that matches wins."
    outcomes = ("qualified", "disqualified")
    fields = (
        Setting(
            "segments",
            "segments",
            "Segments",
            "The segments that are tried here. Their rank decides the order. Publishing freezes them.",
            required=True,
        ),
    )

    def freeze(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"segments": [spec.as_dict() for spec in segment_specs(settings.get("segments") or [])]}

    def frozen_in_words(self, frozen: Mapping[str, Any]) -> dict[str, str]:
        specs = [SegmentSpec.from_dict(each) for each in frozen.get("segments", [])]
        pools = dict(Pool.objects.filter(slug__in=[spec.pool for spec in specs]).values_list("slug", "name"))
        return {f"the segment “{spec.name}”": _segment_in_words(spec, pools) for spec in specs}

    def problems(self, stage: StageSpec, stages: Sequence[StageSpec]) -> list[Problem]:
        found = []
        specs = segment_specs(stage.settings.get("segments") or [])
        for place, spec in enumerate(specs):
            found += _condition_problems(stage, spec)
            earlier = next((each for each in specs[:place] if covers(each.when, spec.when)), None)
            if earlier and not any(never_holds(group) for group in spec.when):
                text = f"Nobody can reach the segment “{spec.slug}”: whoever fits it fits “{earlier.slug}” before it."
                cure = f"Give “{spec.slug}” a smaller rank, so that it is tried first, or take one of the two out."
                found.append(Problem(stage.name, "segment_never_reached", text, cure))
            if spec.qualified and spec.pool is None and _needs_pool(stages):
                text = f"The segment “{spec.slug}” is qualified, but has no pool to be routed to."
                found.append(Problem(stage.name, "segment_without_pool", text, "Give the segment a pool."))
        return found

    def further_conditions(self, settings: Mapping[str, Any]) -> Mapping[str, Groups]:
        specs = segment_specs(settings.get("segments") or [])
        return {f"The segment “{spec.name}”": spec.when for spec in specs}

    def prepare(self, context: Context) -> Answers:
        return gather(context.facts, context.now)

    def enter(self, context: Context) -> Result:
        answers = context.prepared or Answers()
        enquiry = Enquiry.objects.select_for_update().get(run=context.live_run)
        enquiry.enrichment = {**enquiry.enrichment, **answers.enrichment}
        enquiry.crm = {**enquiry.crm, **answers.crm}
        enquiry.save(update_fields=["enrichment", "crm"])
        for asked in answers.asked:
            verb = "enrichment.answered" if asked.is_answered else "enrichment.failed"
            record = asked.as_record(is_timed=not context.live_run.is_virtual)
            context.announce(verb, data=record, evidence=asked.as_evidence())
        facts = {**context.facts, **answers.as_facts()}
        result = self._qualify(context, facts)
        context.announce(
            "qualification.evaluated",
            data=matching.as_record(result),
            evidence={"facts": dict(facts), "evaluation": matching.as_evidence(result)},
        )
        return done(result)

    def foresee(self, context: Context) -> Result:
        answers = context.prepared or Answers()
        return done(self._qualify(context, {**context.facts, **answers.as_facts()}))

    def _qualify(self, context: Context, facts: Mapping[str, Any]) -> matching.Qualification:
        segments = [SegmentSpec.from_dict(each) for each in context.frozen.get("segments", [])]
        return matching.qualify(segments, facts)


def _condition_problems(stage: StageSpec, spec: SegmentSpec) -> list[Problem]:
    where = f"The segment “{spec.slug}”"
    return [
        Problem(stage.name, code, text, cure) for code, text, cure in problems_of_groups(where, spec.when)
    ]


def _segment_in_words(spec: SegmentSpec, pools: Mapping[str, str]) -> str:
    groups = ", or if ".join(" and ".join(map(in_words, group)) for group in spec.when)
    goes = f"to the pool “{pools.get(spec.pool, spec.pool)}”" if spec.pool else "to no pool"
    fits = "qualified" if spec.qualified else "not qualified"
    return f"rank {spec.rank}, {fits}, {goes}, {f'if {groups}' if groups else 'for everyone'}"


def done(result: matching.Qualification) -> Done:
    """How a qualification ends, and what the run carries on from it."""
    segment = result.segment
    carry = {
        "segment": segment.slug if segment else None,
        "_qualified": result.qualified,
        "_pool": segment.pool if segment else None,
    }
    return Done("qualified" if result.qualified else "disqualified", carry)


def _needs_pool(stages: Sequence[StageSpec]) -> bool:
    return any(stage.kind == "routing" and not stage.settings.get("pool") for stage in stages)
