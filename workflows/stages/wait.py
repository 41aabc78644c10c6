from __future__ import annotations

from workflows.core import durations
from workflows.models import Timer
from workflows.stages.base import Context, Done, Instant, Result, Setting, StageKind, Wait


class WaitKind(StageKind):
    name = "wait"
    title = "Wait"
    help = "Lets some time pass before the next stage."
    waits = True
    timed = {"for": "done"}
    fields = (
        Setting(
            "for",
            "duration",
            "How long",
            "The run stays here for this long, then goes on. Such as 2h, 3d or 1w.",
            required=True,
        ),
    )

    def enter(self, context: Context) -> Result:
        context.plan_all(self.instants(context))
        return Wait()

    def instants(self, context: Context) -> list[Instant]:
        return [Instant("over", context.entered_at + durations.parse(context.settings["for"]).delta)]

    def fire(self, context: Context, timer: Timer) -> Result:
        return Done("done")
