"""Sources are asked within their limits, answers are kept for as long as was said, and go with the person."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from werkzeug import Response

from bookings import erasing, housekeeping
from bookings.enriching import gather
from bookings.models import CachedAnswer, Enquiry, Enrichment, EnrichmentRow
from bookings.tests.organisation import NOW, Organisation
from workflows.models import AuditEvent, Evidence, Sink
from workflows.sinks.base import SINK_KINDS, Retry, SinkAdapter

pytestmark = pytest.mark.django_db
FACTS = {"lead.email": "mia@acme.example", "lead.email_domain": "acme.example"}
DAY = timedelta(days=1)


class Provider:
    """A service on this machine; it answers with what is set, and counts."""

    def __init__(self, httpserver):
        self.asked: list[str] = []
        self.answer, self.status, self.wait = {"company": {"size": 900, "tags": ["b2b"]}}, 200, 0.0
        self.url = httpserver.url_for("/v1?domain=") + "{lead.email_domain}"
        httpserver.expect_request("/v1").respond_with_handler(self._respond)

    def _respond(self, request):
        self.asked.append(request.args["domain"])
        time.sleep(self.wait)
        import json

        return Response(json.dumps(self.answer), self.status, content_type="application/json")

    def source(self, **more):
        return Enrichment.objects.create(slug="provider", kind="http", url=self.url, **more)


class Crm(SinkAdapter):
    """A CRM that answers the fields that it is asked for, from what a test says it holds."""

    kind = "tests.Crm"
    title = "A CRM"
    can_look_up = True
    held: dict = {}
    calls: list = []
    is_down = False

    def look_up(self, email, domain, *, timeout):
        self.calls.append((email, domain))
        if self.is_down:
            raise Retry("down", "It is down.")
        return self.facts_read(self.held)


@pytest.fixture
def provider(httpserver, settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
    return Provider(httpserver)


@pytest.fixture
def crm(monkeypatch):
    monkeypatch.setitem(SINK_KINDS, Crm.kind, Crm)
    monkeypatch.setattr(Crm, "held", {"owner": "ana@acme.example", "size": 700})
    monkeypatch.setattr(Crm, "calls", [])
    reads = {"crm.owner_email": "owner"}
    return Sink.objects.create(slug="crm", kind=Crm.kind, look_up=True, reads=reads)


def test_a_mapping_names_what_is_taken_and_nothing_else(provider):
    provider.source(mapping={"company.size": "employees", "company.tags.0": "model"})
    assert gather(FACTS, NOW).enrichment == {"employees": 900, "model": "b2b"}


def test_without_a_mapping_all_of_it_is_taken(provider):
    provider.source()
    assert gather(FACTS, NOW).enrichment == {"company.size": 900, "company.tags": ["b2b"]}


def test_the_same_question_is_asked_once_until_the_answer_expires(provider):
    provider.source(cache_minutes=1440)
    first = gather(FACTS, NOW)
    again = gather(FACTS, NOW + DAY - timedelta(seconds=1))
    assert provider.asked == ["acme.example"]
    assert again.enrichment == first.enrichment
    assert again.asked[0].as_record()["cached"] is True and "cached" not in first.asked[0].as_record()
    gather({**FACTS, "lead.email_domain": "globex.example"}, NOW)
    gather(FACTS, NOW + DAY)
    assert provider.asked == ["acme.example", "globex.example", "acme.example"]


def test_another_mapping_is_another_question(provider):
    source = provider.source(cache_minutes=60, mapping={"company.size": "employees"})
    gather(FACTS, NOW)
    source.mapping = {"company.size": "size"}
    source.save()
    assert gather(FACTS, NOW).enrichment == {"size": 900}


@pytest.mark.parametrize("status, times", [(404, 1), (500, 2), (429, 2)])
def test_that_nothing_is_known_is_kept_but_a_failure_is_not(provider, status, times):
    provider.source(cache_minutes=60)
    provider.status = status
    codes = [gather(FACTS, NOW).asked[0].code for _ in range(2)]
    assert len(provider.asked) == times and len(set(codes)) == 1


def test_without_a_time_set_it_is_asked_each_time(provider):
    provider.source()
    gather(FACTS, NOW), gather(FACTS, NOW)
    assert len(provider.asked) == 2 and not CachedAnswer.objects.exists()


def test_each_source_has_its_limit_and_the_next_one_is_still_asked(provider):
    provider.source(timeout_ms=200)
    provider.wait = 1.0
    table = Enrichment.objects.create(slug="table", kind="table", key="lead.email_domain", position=1)
    EnrichmentRow.objects.create(enrichment=table, key="acme.example", facts={"employees": 5})
    began = time.monotonic()
    answers = gather(FACTS, NOW)
    assert time.monotonic() - began < 0.9
    assert [each.code for each in answers.asked] == ["timeout", ""]
    assert answers.enrichment == {"employees": 5}


def test_a_crm_is_asked_for_its_own_fields_as_enrichment(crm):
    Enrichment.objects.create(slug="from-crm", kind="crm", sink="crm", mapping={"size": "employees"})
    answers = gather(FACTS, NOW)
    assert answers.enrichment == {"employees": 700}
    assert answers.crm == {"owner_email": "ana@acme.example"}


def test_a_crm_that_is_gone_is_no_fault(crm):
    Enrichment.objects.create(slug="from-crm", kind="crm", sink="crm", mapping={"size": "employees"})
    Sink.objects.update(retired_at=NOW)
    assert gather(FACTS, NOW).asked[0].code == "no_sink"


def test_a_look_up_is_kept_for_the_time_set_on_the_sink(crm):
    Sink.objects.update(cache_minutes=15)
    gather(FACTS, NOW)
    crm_says = gather(FACTS, NOW + timedelta(minutes=14)).crm
    assert crm_says == {"owner_email": "ana@acme.example"} and len(Crm.calls) == 1
    gather({**FACTS, "lead.email": "bo@acme.example"}, NOW)
    assert len(Crm.calls) == 2


def test_a_crm_that_is_down_is_recorded_and_the_lead_goes_on(acme: Organisation, crm, monkeypatch):
    monkeypatch.setattr(Crm, "is_down", True)
    submission = acme.submit()
    event = AuditEvent.objects.get(verb="enrichment.failed")
    assert (event.data["source"], event.data["code"]) == ("crm", "down")
    assert submission.status == "qualified"


def test_a_kept_answer_is_evidence_like_a_fresh_one_and_goes_with_the_person(acme: Organisation, crm):
    Sink.objects.update(cache_minutes=600)
    first = acme.submit()
    acme.submit(now=NOW + timedelta(minutes=1))
    kept = Evidence.objects.filter(
        run__in=Enquiry.objects.values("run"),
        sequence__in=AuditEvent.objects.filter(verb="enrichment.answered").values("sequence"),
    )
    told = AuditEvent.objects.filter(verb="enrichment.answered").order_by("pk")
    assert [each.data.get("cached") for each in told] == [None, True]
    assert all(
        {"facts": {"owner_email": "ana@acme.example"}} in [row.content for row in kept.filter(run=each.run)]
        for each in told
    )
    assert "grace" not in str(CachedAnswer.objects.values()) and CachedAnswer.objects.count() == 1
    erasing.erase(first.enquiry.lead, now=NOW, actor="staff:1")
    assert not CachedAnswer.objects.exists()


def test_what_has_expired_is_tidied_away(provider):
    provider.source(cache_minutes=60)
    gather(FACTS, NOW)
    housekeeping.tidy(NOW + timedelta(minutes=59))
    assert CachedAnswer.objects.count() == 1
    housekeeping.tidy(NOW + timedelta(minutes=60))
    assert not CachedAnswer.objects.exists()
