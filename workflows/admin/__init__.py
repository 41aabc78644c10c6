"""The admin of workflows, versions, sinks and of what keeps them going."""

from workflows.admin import (
    backfills,
    branches,
    deliveries,
    run_moves,
    sinks,
    stages,
    system,
    versions,
    workflows,
)

__all__ = [
    "backfills",
    "branches",
    "deliveries",
    "run_moves",
    "sinks",
    "stages",
    "system",
    "versions",
    "workflows",
]
