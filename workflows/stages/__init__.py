"""The stage kinds that need no domain. Those of other apps are registered by them."""

from __future__ import annotations

from workflows.stages.decision import DecisionKind
from workflows.stages.end import EndKind
from workflows.stages.wait import WaitKind

KINDS = (WaitKind, DecisionKind, EndKind)
