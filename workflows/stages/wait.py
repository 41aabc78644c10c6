from __future__ import annotations

from datetime import timedelta

from workflows.core import durations
from workflows.models import Timer
from workflows.stages.base import Context, Done, Result, Setting, StageKind, Wait


class WaitKind(StageKind):
    name = "wait"
    title = "Wait"
    help = "Lets some time pass before the next stage."
    waits = True
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
        delay = durations.parse(context.settings["for"])
        context.plan("over", context.now + timedelta(minutes=delay.minutes))
        return Wait()

    def fire(self, context: Context, timer: Timer) -> Result:
        return Done("done")
