from __future__ import annotations

from typing import Any

from bookings.models import Booking
from routing import assigning
from routing.deciding import Decision, decide
from routing.models import Pool
from workflows.stages.base import Context, Done, Result, Setting, StageKind


class RoutingKind(StageKind):
    """The segment's pool, or the stage's own; the first pool of the chain that fits takes the lead."""

    name = "routing"
    title = "Routing"
    help = "Finds the pool that can take the lead in time: owner, match, SLA, capacity, then the fallbacks."
    outcomes = ("routed", "fallback", "unroutable")
    fields = (
        Setting(
            "pool",
            "pool",
            "Pool",
            "Route to this pool, whatever the lead's segment says. Empty: the pool of the segment.",
        ),
    )

    def enter(self, context: Context) -> Result:
        decision = self._decide(context)
        carry = carried_by(decision)
        is_pressed = "start" in context.payload
        if decision.pool and decision.only_rep is None and not is_pressed and _draws_now(decision.pool):
            carry["_drawn"] = self._draw(context, decision)
        context.announce("routing.decided", data=decision.as_record())
        return Done(decision.outcome, carry)

    def foresee(self, context: Context) -> Result:
        decision = self._decide(context)
        return Done(decision.outcome, {**carried_by(decision), "_decision": decision.as_record()})

    def _decide(self, context: Context) -> Decision:
        slug = first_pool(context)
        pool = (
            Pool.objects.select_related("meeting_type", "fallback").filter(slug=slug).first()
            if slug
            else None
        )
        return decide(
            pool,
            context.facts,
            zone=context.facts.get("lead.time_zone") or "",
            now=context.now,
            entered_at=context.now,
            without_booking=_moving(context),
            holder=context.run.pk if context.run else None,
        )

    def _draw(self, context: Context, decision: Decision) -> int | None:
        """The assignment drawn at routing; None if nobody is left, then the pool's starts are offered."""
        assert decision.pool is not None
        assigning.lock(decision.pool)
        zone = context.facts.get("lead.time_zone") or ""
        try:
            drawn = assigning.draw_at_routing(
                decision.pool, context.facts, zone=zone, now=context.now, deadline=decision.deadline
            )
        except assigning.NotFree:
            return None
        context.announce("assignment.drawn", data=drawn.record)
        return drawn.assignment.pk


def first_pool(context: Context) -> str | None:
    """The slug of the pool that is tried first."""
    return context.settings.get("pool") or context.carried.get("_pool")


def carried_by(decision: Decision) -> dict[str, Any]:
    """What the run carries on from a decision."""
    return {
        "pool": decision.pool.slug if decision.pool else None,
        "_routed": decision.outcome,
        "_only_rep": decision.only_rep,
        "_drawn": None,
    }


def _draws_now(pool: Pool) -> bool:
    return pool.assignment == Pool.AssignmentRule.AT_ROUTING


def _moving(context: Context) -> int | None:
    """The booking that a press is about to move; a missed or cancelled one stays where it was."""
    booking = context.payload.get("moving")
    if booking is None:
        return None
    is_held = Booking.objects.filter(pk=booking, status=Booking.Status.CONFIRMED).exists()
    return booking if is_held else None
