"""Whatever can be set in the admin can be set in a file: a new field needs a key."""

from __future__ import annotations

import pytest
from django.db import models

from bookings.models import (
    BookingForm,
    Enrichment,
    EnrichmentRow,
    InboundSource,
    MessageTemplate,
    Question,
    WeeklyReport,
)
from ordinus.configuration.schema import SECTIONS
from ordinus.configuration.shapes import Items
from ordinus.tests.configuration.files import NOW, applied, export
from routing.models import Calendar, Match, MeetingType, Membership, Pool, Rep, Segment, TimeOff, WorkingHours
from workflows.models import Sink, Workflow

FIELDS: dict[type[models.Model], dict[str, str]] = {
    Rep: {"is_active": "active"},
    TimeOff: {"start_on": "start", "end_on": "end"},
    Calendar: {"stale_after_minutes": "stale_after"},
    MeetingType: {"horizon_days": "horizon"},
    Pool: {"sla_minutes": "sla"},
    Match: {"operator": "is"},
    Membership: {},
    Segment: {"is_qualified": "qualified"},
    Enrichment: {"timeout_ms": "timeout", "cache_minutes": "cache"},
    BookingForm: {"retain_days": "retain_for"},
    Question: {"is_required": "required", "minimum": "min", "maximum": "max", "help_text": "help"},
    MessageTemplate: {},
    WeeklyReport: {"is_active": "active", "minute": "at", "recipients": "to"},
    Workflow: {},
    Sink: {"is_enabled": "enabled", "cache_minutes": "cache"},
}
NESTED = {
    TimeOff: ("reps", "time_off"), Calendar: ("reps", "calendars"), Match: ("pools", "match"),
    Membership: ("pools", "members"), Question: ("forms", "questions"),
}  # fmt: skip
SECTION = {
    Rep: "reps", MeetingType: "meeting_types", Pool: "pools", Segment: "segments", Enrichment: "enrichments",
    BookingForm: "forms", MessageTemplate: "templates", Workflow: "workflows", Sink: "sinks", InboundSource: "inbound",
    WeeklyReport: "weekly_reports",
}  # fmt: skip
ELSEWHERE = {Rep: {"user"}, Enrichment: {"position"}, Question: {"position"}}
"""Logins are no configuration; the order is that of the file."""


def keys_for(model: type[models.Model]) -> set[str]:
    if model in SECTION:
        return {key.name for key in SECTIONS[SECTION[model]].record.keys}
    section, name = NESTED[model]
    kind = SECTIONS[section].record.key(name).type
    record = kind.record if isinstance(kind, Items) else kind.element
    return {key.name for key in record.keys}


@pytest.mark.parametrize("model", FIELDS, ids=lambda model: model.__name__)
def test_every_field_has_a_key(model: type[models.Model]) -> None:
    owners = {"rep", "pool", "form"} if model in NESTED else set()
    fields = {
        FIELDS[model].get(field.name, field.name)
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in ELSEWHERE.get(model, set())
    }
    missing = fields - keys_for(model) - owners
    assert not missing


@pytest.mark.django_db
def test_what_an_admin_form_can_hold_can_be_exported_and_applied() -> None:
    """Values at the edges of what the admin's forms take."""
    rep = Rep.objects.create(
        email="Ana@Acme.example", name="Ana “A” Silva: the #1", attributes={"b": 1.0, "a": ["x"]}
    )
    WorkingHours.objects.create(rep=rep, weekday=6, start_minute=0, end_minute=1440)
    WorkingHours.objects.create(rep=rep, weekday=4, start_minute=1320, end_minute=1560)
    Calendar.objects.create(rep=rep, url="webcal://cal.acme.example/a.ics", added_at=NOW, next_read_at=NOW)
    demo = MeetingType.objects.create(slug="demo", name="NO", duration=45, horizon_days=14)
    pool = Pool.objects.create(slug="Sales_1", name="on", meeting_type=demo, sla_minutes=90)
    Membership.objects.create(pool=pool, rep=rep)
    MessageTemplate.objects.create(
        slug="hi", subject="Hi", body="  Two blanks\r\n\r\nand a tab\t\u2028end \n\n"
    )
    table = Enrichment.objects.create(slug="table", kind="table", key="form")
    EnrichmentRow.objects.create(enrichment=table, key="NO", facts={"size": 1e21 % 1000, "on": True})
    text = export()
    assert applied(text, prune=True) == []
    assert export() == text
    rep.refresh_from_db()
    assert rep.email == "Ana@Acme.example"
