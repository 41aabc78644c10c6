"""The admin of workflows, versions, sinks and of what keeps them going."""

from workflows.admin import branches, deliveries, sinks, stages, system, versions, workflows

__all__ = ["branches", "deliveries", "sinks", "stages", "system", "versions", "workflows"]
