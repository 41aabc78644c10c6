from __future__ import annotations

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings import facts, risks, rolling_up, sending, weekly
        from bookings.models import MessageTemplate
        from bookings.stages import KINDS
        from bookings.verbs import VERBS
        from workflows import registry

        registry.register_verbs(VERBS)
        for kind in KINDS:
            registry.register_kind(kind())
        registry.FACT_SOURCES.append(facts.of_run)
        registry.DELIVERY_FACTS.append(facts.of_delivery)
        registry.SEALED_FIELDS.append(("bookings.Enrichment", "token"))
        for secret in ("secret", "former_secret", "private_key"):
            registry.SEALED_FIELDS.append(("bookings.InboundSource", secret))
        registry.ASKED_FACTS.append(facts.asked_in)
        registry.PAST_FACTS.append(facts.of_past)
        registry.register_due_work(sending.WORK)
        registry.register_due_work(weekly.WORK)
        registry.register_roll_up(rolling_up.keep)
        registry.register_due_work(risks.WORK)
        registry.register_reference(
            "template",
            lambda: set(MessageTemplate.objects.filter(retired_at=None).values_list("slug", flat=True)),
        )
