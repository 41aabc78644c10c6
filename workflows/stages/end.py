from __future__ import annotations

from workflows.stages.base import Context, End, Result, StageKind


class EndKind(StageKind):
    name = "end"
    title = "End"
    help = "Closes the run. Its name tells how it ended, such as won or lost."
    ends = True
    outcomes = ()

    def enter(self, context: Context) -> Result:
        return End()

    def foresee(self, context: Context) -> Result:
        return End()
