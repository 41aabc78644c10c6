"""A database in which every list of the admin has something to show."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import Group, User
from django_celery_beat.models import CrontabSchedule, IntervalSchedule
from rest_framework.authtoken.models import Token

from bookings import attendance
from bookings.models import (
    Booking,
    Enrichment,
    EnrichmentRow,
    InboundNews,
    InboundSource,
    Risk,
    WeeklyReport,
)
from bookings.tests.organisation import NOW, Organisation
from routing.models import Calendar, Match, PoolClosure, PoolHours, TimeOff
from workflows import anchoring, backfilling, moving, publishing
from workflows.models import Delivery, DeliveryAttempt, Heartbeat, Sink
from workflows.sweeping import sweep


def fill(acme: Organisation, user: User) -> Booking:
    """Leads on every kind of way, a draft, a sink with a delivery given up, and what keeps the system going.

    Returns a booking whose meeting was held.
    """
    _integrations()
    _supply(acme)
    held = acme.book(acme.submit())
    acme.book(acme.submit(email="later@corp.example", employees=900), 40)
    acme.submit(email="al@college.edu", name="Al")
    over = held.end_at + timedelta(minutes=5)
    sweep(over, over)
    attendance.record(
        held, signal="attended", party="guest", source="staff", at=over, now=over, actor=f"staff:{user.pk}"
    )
    Risk.objects.create(booking=held, code="day_off", detail={"on": "2026-03-02"}, since=NOW)
    _dead_delivery()
    backfilling.start(Sink.objects.get(slug="warehouse"), now=over, actor="system")
    publishing.draft(acme.workflow, now=NOW, actor="system")
    published = acme.workflow.published
    assert published is not None
    moving.begin(published, [(published.pk, "offer", "offer")], now=NOW, actor=f"staff:{user.pk}")
    anchoring.anchor(NOW)
    Heartbeat.objects.update_or_create(name="sweep", defaults={"at": NOW})
    IntervalSchedule.objects.get_or_create(every=10, period="seconds")
    CrontabSchedule.objects.get_or_create(minute="0")
    Group.objects.create(name="Sales ops")
    WeeklyReport.objects.create(
        slug="numbers", name="Numbers", workflow=acme.workflow, recipients=["ops@acme.example"], since=NOW
    )
    Token.objects.create(user=user)
    return held


def _integrations() -> None:
    Sink.objects.create(
        slug="warehouse", kind="webhook", config={"url": "https://hooks.acme.example/x"}, events=["*"],
        mapping={"mail": "lead.email"},
    )  # fmt: skip
    source = InboundSource.objects.create(slug="zoom", kind="zoom", secret="env:ZOOM_SECRET")
    InboundNews.objects.create(
        source=source, key="k", what="guest joined", state="unmatched", received_at=NOW
    )
    table = Enrichment.objects.create(slug="companies", kind="table", key="lead.email_domain")
    EnrichmentRow.objects.create(enrichment=table, key="corp.example", facts={"employees": 900})


def _supply(acme: Organisation) -> None:
    rep, pool = acme.reps[0], acme.pools["enterprise"]
    rep.attributes = {"languages": ["de", "en"], "region": "emea"}
    rep.save()
    TimeOff.objects.create(rep=rep, start_on="2026-12-24", end_on="2026-12-26", reason="Holidays")
    Calendar.objects.create(
        rep=rep, url="https://cal.acme.example/ana.ics", added_at=NOW, next_read_at=NOW, failures=2,
        problem="The server did not answer.",
    )  # fmt: skip
    pool.owner_from = ["crm.owner_email"]
    pool.sla_minutes, pool.fallback = 1200, acme.pools["general"]
    pool.save()
    PoolHours.objects.create(pool=pool, weekday=0, start_minute=480, end_minute=1080)
    PoolClosure.objects.create(pool=pool, on="2026-12-25")
    Match.objects.create(pool=pool, attribute="languages", fact="answers.language")


def _dead_delivery() -> None:
    delivery = Delivery.objects.filter(verb="booking.made").first()
    assert delivery is not None
    delivery.state, delivery.attempt, delivery.reason = Delivery.State.DEAD, 3, "The other side was down."
    delivery.body = {"type": "booking.made", "data": {"run": 1, "fields": {"mail": "grace@navy.example"}}}
    delivery.save()
    DeliveryAttempt.objects.create(delivery=delivery, number=3, at=NOW, status="503", answer="no")
