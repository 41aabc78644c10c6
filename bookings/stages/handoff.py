from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bookings import mail
from bookings.models import Message
from bookings.stages.meeting import booking_of
from bookings.stages.spans import after_entering
from workflows.models import Timer
from workflows.stages.base import Context, Done, Instant, NotWaiting, Result, Setting, StageKind, Wait

UNMARKED = "unmarked"


class HandoffKind(StageKind):
    """Asks the rep what came of the meeting, and again, until it is marked or the stage expires."""

    name = "handoff"
    title = "Handoff"
    help = "Asks the rep what came of the meeting. Each outcome is a branch of its own."
    waits = True
    timed = {"expires_after": UNMARKED}
    fields = (
        Setting(
            "outcomes",
            "outcomes",
            "Outcomes",
            "What the rep can choose from; one branch each.",
            required=True,
        ),
        Setting(
            "remind_rep_after", "duration", "Ask again after", "Empty: the rep is asked once.", lasts=True
        ),
        Setting(
            "expires_after",
            "duration",
            "Expires after",
            "Not marked for so long: the “unmarked” branch is taken. Empty: it waits for ever.",
        ),
    )

    def required_outcomes(self, settings: Mapping[str, Any]) -> frozenset[str]:
        outcomes = frozenset(each for each in settings.get("outcomes") or [] if isinstance(each, str))
        return outcomes | {UNMARKED} if settings.get("expires_after") else outcomes

    def enter(self, context: Context) -> Result:
        self._ask(context, 1)
        context.plan_all(self.instants(context))
        return Wait()

    def instants(self, context: Context) -> list[Instant]:
        return after_entering(context, ask_outcome="remind_rep_after", outcome_expires="expires_after")

    def signal(self, context: Context, name: str) -> Result:
        if name != "outcome":
            raise NotWaiting(name)
        return Done(context.payload["outcome"], {"outcome": context.payload["outcome"]})

    def fire(self, context: Context, timer: Timer) -> Result:
        if timer.purpose == "ask_outcome":
            self._ask(context, 2)
            return Wait()
        return Done(UNMARKED)

    def _ask(self, context: Context, time: int) -> None:
        booking = booking_of(context)
        run = context.live_run
        mail.to_rep(
            run,
            Message.Kind.OUTCOME_REQUEST,
            booking,
            key=f"{run.pk}:outcome:{run.visit}:{time}",
            now=context.now,
        )
