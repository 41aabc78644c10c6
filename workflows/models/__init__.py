from workflows.models.audit import Anchor, AnchoredHead, AuditEvent, ChainHead, Evidence
from workflows.models.backfills import Backfill
from workflows.models.definitions import Branch, BranchCondition, Stage, Workflow, WorkflowVersion
from workflows.models.grants import BranchGrant
from workflows.models.moves import RunMove
from workflows.models.outbox import Outgoing, OutgoingQuerySet
from workflows.models.runs import Heartbeat, Run, Timer
from workflows.models.sinks import Delivery, DeliveryAttempt, Sink, SinkAccess, SinkRecord

__all__ = [
    "Anchor",
    "AnchoredHead",
    "AuditEvent",
    "Backfill",
    "Branch",
    "BranchCondition",
    "BranchGrant",
    "ChainHead",
    "Delivery",
    "DeliveryAttempt",
    "Evidence",
    "Heartbeat",
    "Outgoing",
    "OutgoingQuerySet",
    "Run",
    "RunMove",
    "Sink",
    "SinkAccess",
    "SinkRecord",
    "Stage",
    "Timer",
    "Workflow",
    "WorkflowVersion",
]
