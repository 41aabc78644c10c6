"""Sinks are set up by fields, never by raw settings, and what they were told is kept with every try."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from workflows import circuits, secrets
from workflows.core.circuit import THRESHOLD
from workflows.models import AuditEvent, Delivery, DeliveryAttempt, Evidence, Sink
from workflows.sinks.base import Retry
from workflows.tests.admin.pages import Admin
from workflows.tests.telling import NOW


@pytest.fixture
def sink(db: None) -> Sink:
    config = {"url": "https://hooks.acme.example/x", "secret": "env:HOOK_SECRET"}
    return Sink.objects.create(
        slug="warehouse",
        kind="webhook",
        config=config,
        events=["booking.made"],
        mapping={"mail": "lead.email"},
    )


def path(sink: Sink) -> str:
    return f"/admin/workflows/sink/{sink.pk}/change/"


def dead_delivery(sink: Sink, number: int = 1) -> Delivery:
    delivery = Delivery.objects.create(
        key=f"d{number}", sink=sink, verb="booking.made", sequence=number, at=NOW, due_at=NOW, created_at=NOW,
        state=Delivery.State.DEAD, attempt=7, reason="The other side was down.", body={"type": "booking.made"},
    )  # fmt: skip
    DeliveryAttempt.objects.create(delivery=delivery, number=7, at=NOW, status="503", answer="try later")
    return delivery


def test_a_new_sink_begins_switched_off_and_then_shows_its_settings(ops: Admin, db: None) -> None:
    response = ops.saved("/admin/workflows/sink/add/", name="Hooks", slug="hooks", kind="webhook")
    sink = Sink.objects.get(slug="hooks")
    assert not sink.is_enabled
    assert "setting_url" in ops.fields(response.url)


def test_a_sink_sent_back_untouched_is_as_it_was(ops: Admin, sink: Sink) -> None:
    before = (sink.config, sink.events, sink.mapping)
    ops.saved(path(sink))
    sink.refresh_from_db()
    assert (sink.config, sink.events, sink.mapping) == before


def test_everything_takes_the_place_of_single_facts(ops: Admin, sink: Sink) -> None:
    ops.saved(path(sink), events=["*", "booking.made"])
    sink.refresh_from_db()
    assert sink.events == ["*"]


def test_the_mapping_is_written_in_lines(ops: Admin, sink: Sink) -> None:
    ops.saved(path(sink), mapping="mail = lead.email\nsize = answers.employees")
    sink.refresh_from_db()
    assert sink.mapping == {"mail": "lead.email", "size": "answers.employees"}


def test_a_typed_secret_is_sealed_and_appears_on_no_page_and_in_no_event(ops: Admin, sink: Sink) -> None:
    ops.saved(path(sink), setting_secret="hunter2-hunter2")
    sink.refresh_from_db()
    assert secrets.unseal(sink.config["secret"]) == "hunter2-hunter2"
    page = ops.get(path(sink))
    assert "hunter2" not in page
    assert sink.config["secret"] not in page
    told = str([*AuditEvent.objects.values_list("data"), *Evidence.objects.values_list("content")])
    assert "config.secret" in told
    assert "hunter2" not in told
    assert sink.config["secret"] not in told


def test_a_sink_with_deliveries_is_retired_not_deleted(ops: Admin, sink: Sink) -> None:
    dead_delivery(sink)
    assert ops.client.post(f"/admin/workflows/sink/{sink.pk}/delete/", {"post": "yes"}).status_code == 403
    ops.press(f"/admin/workflows/sink/{sink.pk}/retire/")
    sink.refresh_from_db()
    assert sink.retired_at is not None
    ops.press(f"/admin/workflows/sink/{sink.pk}/bring_back/")
    sink.refresh_from_db()
    assert sink.retired_at is None


def test_a_delivery_given_up_is_tried_again_and_keeps_its_count(ops: Admin, sink: Sink) -> None:
    delivery = dead_delivery(sink)
    ops.press(f"/admin/workflows/delivery/{delivery.pk}/retry/")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt) == (Delivery.State.WAITING, 7)


def test_many_are_tried_again_at_once_but_not_what_was_sent(ops: Admin, sink: Sink) -> None:
    dead, sent = dead_delivery(sink, 1), dead_delivery(sink, 2)
    Delivery.objects.filter(pk=sent.pk).update(state=Delivery.State.SENT)
    ops.client.post(
        "/admin/workflows/delivery/", {"action": "retry_selected", "_selected_action": [dead.pk, sent.pk]}
    )
    assert set(Delivery.objects.values_list("pk", "state")) == {(dead.pk, "waiting"), (sent.pk, "sent")}


def test_a_delivery_shows_what_was_sent_and_what_came_back(ops: Admin, sink: Sink) -> None:
    page = ops.get(f"/admin/workflows/delivery/{dead_delivery(sink).pk}/change/")
    assert "try later" in page
    assert "given up after 7 attempts" in page
    assert "<dt>Type</dt>" in page


def test_a_sink_held_back_says_since_when_and_can_be_tried_at_once(ops: Admin, sink: Sink) -> None:
    until = NOW + timedelta(minutes=4)
    Sink.objects.update(circuit="open", failures=7, circuit_since=NOW, circuit_until=until)
    assert "Held back" in ops.get("/admin/workflows/sink/")
    assert "failed 7 times in a row and is held back since" in ops.get(path(sink))
    assert f"/sink/{sink.pk}/change/" in ops.get("/admin/")
    ops.press(f"/admin/workflows/sink/{sink.pk}/try_now/")
    sink.refresh_from_db()
    assert (sink.circuit, sink.failures) == ("closed", 0)
    assert "held back" not in ops.get("/admin/")


def test_what_held_a_sink_back_stands_on_its_page_and_in_its_history(ops: Admin, sink: Sink) -> None:
    delivery = dead_delivery(sink, 1)
    Delivery.objects.update(reason="Warehouse answered 500, which may pass.")
    delivery.attempts.create(number=1, at=NOW, status="500")
    error = Retry("status_500", "It may pass.")
    with transaction.atomic():
        for _ in range(THRESHOLD):
            circuits.note_error(sink, error, NOW, 0.5)
    page = ops.get(path(sink))
    assert "The last attempt: Warehouse answered 500, which may pass." in page
    assert "did not take what it was told 5 times in a row (status 500) and is held back." in page


def test_a_sink_that_leaves_look_ups_unanswered_says_so(ops: Admin, sink: Sink) -> None:
    for _ in range(THRESHOLD):
        circuits.note_look_up(Sink.objects.get(), "timeout", NOW, 0.5)
    assert "It left 5 look-ups in a row unanswered: since" in ops.get(path(sink))
    assert "held back" in ops.get("/admin/")
    ops.press(f"/admin/workflows/sink/{sink.pk}/try_now/")
    assert "unanswered" not in ops.get(path(sink))
    released = AuditEvent.objects.get(verb="sink.released")
    assert released.actor == f"staff:{ops.user.pk}"


def test_all_that_a_filter_finds_is_tried_again_over_all_pages(ops: Admin, sink: Sink) -> None:
    for number in range(60):
        dead_delivery(sink, number)
    other = dead_delivery(Sink.objects.create(slug="other", kind="webhook"), 99)
    ops.client.post(
        f"/admin/workflows/delivery/?sink__id__exact={sink.pk}",
        {"action": "retry_selected", "select_across": 1, "_selected_action": [1]},
    )
    assert Delivery.objects.filter(state="waiting").count() == 60
    other.refresh_from_db()
    assert other.state == "dead"


def test_all_that_a_sink_did_not_take_is_tried_again_from_its_page(ops: Admin, sink: Sink) -> None:
    dead_delivery(sink, 1), dead_delivery(sink, 2)
    told = ops.press(f"/admin/workflows/sink/{sink.pk}/retry_dead/")
    assert told == ["2 deliveries will be tried again at once."]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}
