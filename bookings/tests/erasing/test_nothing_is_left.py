"""After an erasure no table of the database knows the person any more, whatever way the data had come."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from bookings import erasing
from bookings.models import EnrichmentRow, IdempotentAnswer, Lead, LeadTag, Link, Message
from bookings.tests.erasing.canary import ADDRESS, ANSWERS, NOW, SYLLABLE, WEEK, tables_naming
from bookings.tests.erasing.conftest import ERASED_AT
from workflows import sweeping
from workflows.models import AuditEvent, Delivery, DeliveryAttempt, Evidence

pytestmark = pytest.mark.django_db

HOLDING = {
    "bookings_booking", "bookings_enquiry", "bookings_enrichmentrow", "bookings_lead", "bookings_message",
    "django_admin_log", "workflows_delivery", "workflows_evidence",
}  # fmt: skip


def test_the_canary_left_traces_in_every_table_that_can_hold_one(bird):
    assert tables_naming(SYLLABLE) == HOLDING


def test_no_table_names_the_person_afterwards(erased):
    assert tables_naming(SYLLABLE) == set()


def test_what_is_sent_afterwards_names_nobody_either(erased, hook):
    already = len(hook.requests)
    sweeping.sweep(ERASED_AT + WEEK, NOW)
    assert tables_naming(SYLLABLE) == set()
    told = hook.told[already:]
    assert {"lead.erased", "run.completed", "booking.cancelled"} <= {each["type"] for each in told}
    assert all(set(each["data"]["fields"].values()) == {None} for each in told)


def test_the_lead_is_a_number_with_a_placeholder(erased):
    lead = Lead.objects.get(pk=erased.pk)
    assert (lead.email, lead.name, lead.time_zone, lead.language) == (
        f"erased-{lead.pk}@erased.invalid", "", "", ""
    )  # fmt: skip
    assert lead.erased_at == ERASED_AT
    assert lead.enquiries.count() == 4


def test_the_same_person_is_somebody_new_later(erased):
    submission = erased.submit(ERASED_AT + timedelta(days=1))
    assert submission.enquiry.lead_id != erased.pk
    assert submission.enquiry.was_known is False


def test_nothing_of_it_waits_to_be_delivered_and_nothing_can_be_retried(bird):
    before = set(
        Delivery.objects.filter(lead=bird.lead.pk).exclude(state="sent").values_list("pk", flat=True)
    )
    assert Delivery.objects.filter(state="dead").exists()
    erasing.erase(bird.lead, now=ERASED_AT, actor="staff:1")
    left = Delivery.objects.filter(pk__in=before)
    assert set(left.values_list("state", "reason", "body")) == {("withdrawn", "erased", None)}
    assert set(DeliveryAttempt.objects.values_list("answer", flat=True)) == {""}


def test_evidence_goes_and_the_events_it_was_bound_to_stay(bird):
    events = AuditEvent.objects.exclude(evidence_hash="").count()
    assert Evidence.objects.filter(lead=bird.lead.pk).exists()
    erasing.erase(bird.lead, now=ERASED_AT, actor="staff:1")
    assert not Evidence.objects.exists()
    assert AuditEvent.objects.exclude(evidence_hash="").count() == events


def test_a_table_of_people_loses_the_row_of_this_one_only(erased):
    assert list(EnrichmentRow.objects.values_list("key", flat=True)) == ["somebody@else.example"]
    event = AuditEvent.objects.filter(verb="config.changed").last()
    assert event.data == {"object": "enrichment:people", "field": "rows", "old": 2, "new": 1}


def test_links_in_old_mails_lead_nowhere(erased):
    assert not Link.objects.exists()


def test_notes_in_the_admin_keep_date_and_author_only(erased):
    assert set(LogEntry.objects.values_list("object_repr", "change_message", "user__username")) == {
        ("erased", "", "olga")
    }


def test_an_answer_kept_for_an_idempotency_key_goes(bird, client):
    response = client.post(
        "/api/v1/forms/demo-request/leads/",
        json.dumps({"answers": ANSWERS}),
        content_type="application/json",
        headers={"Idempotency-Key": "feather-1"},
    )
    assert response.status_code == 201
    assert IdempotentAnswer.objects.get().lead == bird.lead.pk
    erasing.erase(bird.lead, now=ERASED_AT, actor="staff:1")
    assert not IdempotentAnswer.objects.exists()


def test_tags_and_other_people_stay(bird):
    LeadTag.objects.create(lead=bird.lead, tag="nurture", tagged_at=NOW)
    other = bird.acme.submit()
    bird.acme.book(other)
    pk = bird.lead.pk
    erasing.erase(bird.lead, now=ERASED_AT, actor="staff:1")
    assert LeadTag.objects.get(lead=pk).tag == "nurture"
    other.enquiry.refresh_from_db()
    assert other.enquiry.answers["name"] == "Grace Hopper"
    assert Message.objects.filter(lead=other.enquiry.lead_id).exclude(to_address="").exists()
    assert Evidence.objects.filter(lead=other.enquiry.lead_id).exists()


def test_erasing_twice_does_nothing_more(erased):
    events = AuditEvent.objects.count()
    lead = Lead.objects.get(pk=erased.pk)
    assert erasing.erase(lead, now=ERASED_AT + WEEK, actor="system") == {}
    assert AuditEvent.objects.count() == events
    assert not Lead.objects.filter(email=ADDRESS).exists()
