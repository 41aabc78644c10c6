"""`tick`: everything that is due at an instant, once, and then the trace is sealed."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from workflows.models import Anchor, AuditEvent, Delivery, Heartbeat
from workflows.tests.telling import NOW, a_run, a_sink, tell

pytestmark = pytest.mark.django_db


def tick(*arguments: str) -> str:
    out = StringIO()
    call_command("tick", *arguments, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def facts_to_deliver(tmp_path):
    """Three facts, each of another lead, for a file."""
    a_sink(kind="file", config={"path": str(tmp_path / "facts.ndjson")})
    for lead in (1, 2, 3):
        tell(a_run(lead=lead))
    return tmp_path / "facts.ndjson"


def test_what_is_due_is_done_and_counted(facts_to_deliver):
    said = tick("--at", "2026-03-02T09:00:00Z")
    assert said == ("2026-03-02T09:00:00Z: 0 timers, 0 messages, 3 deliveries, 0 calendars; sealed 3 chains.")
    assert len(facts_to_deliver.read_text().splitlines()) == 3


def test_a_second_call_does_nothing(facts_to_deliver):
    tick("--at", "2026-03-02T09:00:00Z")
    events = AuditEvent.objects.count()
    again = tick("--at", "2026-03-02T09:00:00Z")
    assert again == "2026-03-02T09:00:00Z: 0 timers, 0 messages, 0 deliveries, 0 calendars."
    assert (AuditEvent.objects.count(), Anchor.objects.count()) == (events, 1)


def test_what_is_not_due_yet_waits(facts_to_deliver):
    assert "0 deliveries" in tick("--at", (NOW - timedelta(seconds=1)).isoformat())
    assert Delivery.objects.filter(state="waiting").count() == 3


def test_without_an_instant_it_is_now(facts_to_deliver):
    before = timezone.now()
    assert "3 deliveries" in tick()
    assert AuditEvent.objects.latest("at").at >= before


def test_events_carry_the_instant_of_the_sweep(facts_to_deliver):
    tick("--at", "2026-03-05T12:00:00+02:00")
    told = AuditEvent.objects.filter(verb="delivery.delivered").first()
    assert told.at.isoformat() == "2026-03-05T10:00:00+00:00"


def test_an_instant_without_a_zone_is_utc(facts_to_deliver):
    assert tick("--at", "2026-03-05T12:00").startswith("2026-03-05T12:00:00Z: ")


def test_at_most_so_many_things_are_done(facts_to_deliver):
    assert "2 deliveries" in tick("--at", "2026-03-02T09:00:00Z", "--max", "2")
    assert "1 delivery" in tick("--at", "2026-03-02T09:00:00Z")


def test_the_heartbeat_keeps_the_real_clock():
    tick("--at", "2031-01-01T00:00:00Z")
    assert abs(Heartbeat.objects.get(name="sweep").at - timezone.now()) < timedelta(minutes=1)


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_instant_is_said_to_be_none(text):
    with pytest.raises(CommandError, match=r"is no instant; write one such as 2026-01-31T09:00:00Z"):
        tick("--at", text)


def test_a_maximum_below_zero_is_refused():
    with pytest.raises(CommandError, match="--max"):
        tick("--max", "-1")
