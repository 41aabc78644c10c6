from __future__ import annotations

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from workflows import backfilling, delivering, moving, receivers, registry, sweeping
        from workflows.sinks.base import load_kinds
        from workflows.stages import KINDS
        from workflows.verbs import VERBS

        registry.register_verbs(VERBS)
        for kind in KINDS:
            registry.register_kind(kind())
        registry.register_due_work(sweeping.WORK)
        registry.register_due_work(delivering.WORK)
        registry.register_due_work(backfilling.WORK)
        registry.register_due_work(moving.WORK)
        registry.SEALED_FIELDS.append(("workflows.Sink", "config"))
        registry.SEALED_FIELDS.append(("workflows.SinkAccess", "token"))
        registry.SEALED_FIELDS.append(("workflows.SinkAccess", "refresh_token"))
        load_kinds()
        receivers.connect()
