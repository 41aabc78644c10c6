from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bookings import mail, tagging
from bookings.models import Booking, Message
from bookings.stages.meeting import meeting_stage, offerless_branches
from bookings.stages.spans import after_entering
from workflows.core.graph import Problem, StageSpec
from workflows.models import Timer
from workflows.stages.base import (
    Adoption,
    CannotMove,
    Context,
    Done,
    Instant,
    NotWaiting,
    Result,
    Setting,
    StageKind,
    Wait,
)


class NoShowKind(StageKind):
    """Offers another time and tags the lead; after `max_offers` in a run it expires at once, without mail."""

    name = "no_show"
    title = "No-show"
    help = "Offers a guest who did not come another time, and tags the lead."
    waits = True
    outcomes = ("rebook_requested", "expired")
    timed = {"expires_after": "expired"}
    fields = (
        Setting("template", "template", "Rebook offer", "The message with the link.", required=True),
        Setting("tags", "tags", "Tags", "Put on the lead, such as nurture."),
        Setting(
            "expires_after", "duration", "Expires after", "No new time for so long: the lead is given up."
        ),
        Setting(
            "max_offers",
            "number",
            "Most offers",
            "After so many offers in one run no more are mailed and it expires at once. Empty: no limit.",
        ),
    )

    def outcomes_at_once(self, settings: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({"expired"} if settings.get("max_offers") is not None else ())

    def problems(self, stage: StageSpec, stages: Sequence[StageSpec]) -> list[Problem]:
        return offerless_branches(stage, stages, "rebook_requested", "books a new time")

    def enter(self, context: Context) -> Result:
        tagging.tag(context, context.settings.get("tags") or [])
        offers, most = context.carried.get("_offers", 0), context.settings.get("max_offers")
        if most is not None and offers >= most:
            return Done("expired", {"_offer": "expired"})
        run = context.live_run
        booking = Booking.objects.get(pk=run.booking or 0) if run.booking else None
        message = mail.to_guest(
            run,
            Message.Kind.REBOOK_OFFER,
            key=f"{run.pk}:rebook:{run.visit}",
            now=context.now,
            template=context.settings["template"],
            booking=booking,
        )
        context.announce("rebook.offered", data={"message": message.pk, "offer": offers + 1})
        context.plan_all(self.instants(context))
        return Wait({"_offers": offers + 1, "_offer": "open", "_shown": False})

    def instants(self, context: Context) -> list[Instant]:
        return after_entering(context, rebook_expires="expires_after")

    def adopt(self, context: Context, places: Mapping[str, str]) -> Adoption:
        """A late sign of the guest sends the run along a branch of the meeting, which must be there."""
        meeting = meeting_stage(context, places)
        if meeting is None:
            raise CannotMove("A late sign of the guest would find no meeting stage there.")
        return replace(super().adopt(context, places), carry={"_meeting_stage": meeting})

    def signal(self, context: Context, name: str) -> Result:
        if name != "picked":
            raise NotWaiting(name)
        return Done("rebook_requested")

    def fire(self, context: Context, timer: Timer) -> Result:
        return Done("expired", {"_offer": "expired"})
