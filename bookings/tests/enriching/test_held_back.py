"""A CRM that is known to be down costs the next guests nothing; the trail says why it was not asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bookings import enriching
from bookings.enriching import gather
from bookings.models import Enquiry, Enrichment
from bookings.story import Names
from bookings.story.sentences import SENTENCES
from bookings.story.words import Words
from bookings.tests.organisation import NOW, Organisation
from workflows.core.circuit import THRESHOLD
from workflows.models import AuditEvent, Sink
from workflows.sinks.base import SINK_KINDS, Misconfigured, RateLimited, Retry, SinkAdapter, SinkError

pytestmark = pytest.mark.django_db
FACTS = {"lead.email": "mia@acme.example", "lead.email_domain": "acme.example"}
SECOND = timedelta(seconds=1)


class Crm(SinkAdapter):
    """Fails as a test says; counts how often it is asked."""

    kind = "tests.TroubledCrm"
    title = "A CRM"
    can_look_up = True
    asked = 0
    trouble: SinkError | None = None

    def look_up(self, email: str, domain: str, *, timeout: float) -> dict[str, Any]:
        type(self).asked += 1
        if self.trouble:
            raise self.trouble
        return {"account_name": "Acme"}


@pytest.fixture
def crm(monkeypatch) -> type[Crm]:
    monkeypatch.setitem(SINK_KINDS, Crm.kind, Crm)
    Crm.asked, Crm.trouble = 0, Retry("timeout", "It is silent.")
    Sink.objects.create(slug="crm", name="Our CRM", kind=Crm.kind, look_up=True)
    return Crm


def ask(times: int = 1, at: Any = NOW, **more: Any) -> enriching.Asked:
    for _ in range(times):
        (asked,) = gather(FACTS, at, **more).asked
    return asked


def test_after_five_without_an_answer_it_is_not_asked(crm):
    assert ask(THRESHOLD).code == "timeout"
    skipped = ask(3)
    assert (skipped.code, skipped.since, skipped.milliseconds, crm.asked) == ("held_back", NOW, 0, THRESHOLD)
    held = AuditEvent.objects.get(verb="sink.held_back")
    assert held.data == {"sink": "crm", "what": "look_ups", "failures": THRESHOLD, "code": "timeout"}


def test_one_guest_tries_it_again_and_an_answer_lets_all_ask(crm):
    ask(THRESHOLD)
    until = Sink.objects.get().look_up_until
    ask(2, until)
    assert crm.asked == THRESHOLD + 1
    crm.trouble = None
    again = Sink.objects.get().look_up_until
    assert ask(1, again).facts == {"account_name": "Acme"}
    ask(2, again)
    assert crm.asked == THRESHOLD + 4
    assert [event.verb for event in AuditEvent.objects.order_by("sequence")] == [
        "sink.held_back",
        "sink.released",
    ]


@pytest.mark.parametrize(
    "trouble",
    [Misconfigured("status_401", "No."), RateLimited("status_429", "Slower.", 10 * SECOND), None],
)
def test_only_silence_and_faults_count(crm, trouble):
    ask(THRESHOLD - 1)
    crm.trouble = trouble
    ask()
    crm.trouble = Retry("status_503", "It is down.")
    ask(THRESHOLD - 1)
    assert ask().code == "status_503"


def test_a_sink_that_takes_no_deliveries_is_not_asked_either(crm):
    until = NOW + 60 * SECOND
    Sink.objects.update(circuit="open", failures=9, circuit_since=NOW - SECOND, circuit_until=until)
    assert ask().since == NOW - SECOND and crm.asked == 0
    assert ask(1, until).code == "timeout" and crm.asked == 1


def test_what_others_used_up_does_not_count_against_it(crm, monkeypatch):
    monkeypatch.setattr(enriching, "IN_ALL", 0.5)
    ask(THRESHOLD)
    assert ask().code == "timeout"


def test_a_trial_changes_nothing(crm):
    ask(THRESHOLD + 1, keeps=False)
    assert crm.asked == THRESHOLD + 1
    assert Sink.objects.get().look_up_failures == 0


def test_an_enrichment_by_the_crm_waits_for_it_no_more_than_a_look_up(crm):
    Sink.objects.update(look_up=False)
    Enrichment.objects.create(slug="more", kind="crm", sink="crm", timeout_ms=4000, mapping={"x": "y"})
    assert ask(THRESHOLD + 2).code == "held_back"
    assert crm.asked == THRESHOLD


def test_the_lead_goes_on_and_its_story_says_why(crm, acme: Organisation):
    ask(THRESHOLD)
    guest = acme.submit()
    assert guest.status == "qualified" and Enquiry.objects.get().crm == {}
    event = AuditEvent.objects.get(verb="enrichment.failed")
    assert event.data == {
        "source": "crm",
        "milliseconds": 0,
        "code": "held_back",
        "since": "2026-03-02T08:00:00Z",
    }
    words = Words(event, Names(zone="Europe/Berlin", sinks={"crm": "Our CRM"}))
    assert SENTENCES[event.verb](words) == (
        "“Our CRM” was not asked, because it has not answered since Monday 2 March, 09:00 (Berlin)."
    )
