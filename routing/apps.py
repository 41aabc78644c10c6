from __future__ import annotations

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "routing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from routing import leaving, reading
        from routing.models import Pool, Segment
        from workflows import registry

        registry.register_reference("pool", lambda: _slugs(Pool))
        registry.register_reference("segment", lambda: _slugs(Segment))
        registry.register_due_work(reading.WORK)
        registry.register_due_work(leaving.WORK)


def _slugs(model) -> set[str]:  # type: ignore[no-untyped-def]
    return set(model.objects.filter(retired_at=None).values_list("slug", flat=True))
