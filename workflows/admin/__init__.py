"""The admin of workflows, versions, sinks and of what keeps them going."""

from workflows.admin import backfills, branches, deliveries, sinks, stages, system, versions, workflows

__all__ = ["backfills", "branches", "deliveries", "sinks", "stages", "system", "versions", "workflows"]
