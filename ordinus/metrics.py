"""Prometheus metrics, counted from the database at each request: right for any number of processes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hmac import compare_digest
from ipaddress import ip_address

from django.conf import settings
from django.db.models import Count, Model
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bookings.models import Booking, Message
from ordinus.health import sweep_age
from workflows.models import Delivery, Run, Timer

PROXIED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For staff, for who has METRICS_TOKEN, and for this machine itself unless it comes through a proxy."""
    if not may_read(request):
        return HttpResponseForbidden("Metrics are for staff, or send METRICS_TOKEN as a bearer token.\n")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(DatabaseCollector(timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
            return True
    return _is_local(request) or bool(request.user.is_active and getattr(request.user, "is_staff", False))


class DatabaseCollector(Collector):
    """Reads everything at the instant `now`."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _counted("ordinus_runs", "Workflow runs by state", Run, "state")
        yield _counted("ordinus_bookings", "Bookings by status", Booking, "status")
        yield _counted("ordinus_messages", "Messages by state", Message, "state")
        yield _counted("ordinus_deliveries", "Deliveries to sinks by state", Delivery, "state")
        due = Timer.objects.due(self.now).count()
        yield GaugeMetricFamily(
            "ordinus_timers_due", "Timers whose instant has passed, not acted on", value=due
        )
        waiting = Timer.objects.waiting().count()
        yield GaugeMetricFamily("ordinus_timers_waiting", "Timers planned and not acted on", value=waiting)
        age = sweep_age(self.now)
        if age is not None:
            yield GaugeMetricFamily(
                "ordinus_sweep_age_seconds", "Seconds since the last sweep", value=age.total_seconds()
            )


def _is_local(request: HttpRequest) -> bool:
    if any(name in request.headers for name in PROXIED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _counted(name: str, documentation: str, model: type[Model], field: str) -> GaugeMetricFamily:
    """A gauge with a sample for each choice of a field, zeros too: no alarm rings for an absent series."""
    family = GaugeMetricFamily(name, documentation, labels=[field])
    rows = model._default_manager.order_by().values_list(field).annotate(count=Count("pk"))
    counts = dict(rows)
    choices = model._meta.get_field(field).flatchoices  # type: ignore[union-attr]
    for value, _ in choices:
        family.add_metric([value], counts.get(value, 0))
    return family
