from __future__ import annotations

from workflows.stages.base import Context, Done, Result, StageKind


class DecisionKind(StageKind):
    name = "decision"
    title = "Decision"
    help = "Does nothing itself: its branches and their conditions decide where the run goes."

    def enter(self, context: Context) -> Result:
        return Done("done")
