"""What a CRM holds otherwise than it was told is listed, and written again where people say so."""

from __future__ import annotations

import pytest

from workflows import delivering, registry
from workflows.models import Delivery, Sink, SinkRecord
from workflows.tests.admin.pages import Admin, viewer
from workflows.tests.sinks.hubspot_account import Account
from workflows.tests.telling import NOW, a_run, a_sink, later, tell

pytestmark = pytest.mark.django_db
FACTS = {"lead.email": "mia@acme.example", "lead.name": "Mia Dahl", "answers.company": "Acme"}


@pytest.fixture
def account(httpserver, settings) -> Account:
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
    return Account(httpserver)


@pytest.fixture
def sink(account, monkeypatch) -> Sink:
    """A HubSpot that was told of one lead."""
    monkeypatch.setattr(registry, "FACT_SOURCES", [lambda run: FACTS])
    mapping = {"email": "lead.email", "company": "answers.company"}
    sink = a_sink("hubspot", kind="hubspot", config=account.config, mapping=mapping)
    tell(a_run())
    assert delivering.deliver(Delivery.objects.get().pk, NOW, NOW), Delivery.objects.get().reason
    return sink


def page(sink: Sink) -> str:
    return f"/admin/workflows/sink/{sink.pk}/drift/"


def compared(ops: Admin, sink: Sink) -> str:
    response = ops.client.post(page(sink), {"compare": "yes"})
    assert response.status_code == 200
    return response.content.decode()


def contact(account: Account) -> dict:
    ((_, record),) = account.records["contacts"].items()
    return record


def test_nothing_is_asked_by_looking_and_nothing_differs_at_first(ops: Admin, sink: Sink, account) -> None:
    calls = len(account.calls)
    assert "Compare now" in ops.get(page(sink))
    assert len(account.calls) == calls
    assert "1 record compared, 0 of them otherwise than told" in compared(ops, sink)


def test_what_was_changed_there_is_listed_and_written_again(ops: Admin, sink: Sink, account) -> None:
    contact(account)["company"] = "Globex"
    shown = compared(ops, sink)
    assert "Acme" in shown and "Globex" in shown and "1 of them otherwise" in shown
    first = Delivery.objects.get()
    ops.client.post(page(sink), {"again": "yes", "delivery": [first.pk]})
    ops.client.post(page(sink), {"again": "yes", "delivery": [first.pk]})
    (again,) = Delivery.objects.exclude(pk=first.pk)
    assert (again.key, again.event) == (f"{first.key}:again:1", first.event)
    assert delivering.deliver(again.pk, later(days=999), later(days=999))
    assert contact(account)["company"] == "Acme"
    assert len(account.records["contacts"]) == 1
    assert "0 of them otherwise" in compared(ops, sink)


def test_a_record_that_is_gone_is_made_again(ops: Admin, sink: Sink, account) -> None:
    account.records["contacts"].clear()
    assert "the record is gone" in compared(ops, sink)
    ops.client.post(page(sink), {"again": "yes", "delivery": [Delivery.objects.get().pk]})
    number = Delivery.objects.get(state="waiting").pk
    assert delivering.deliver(number, later(days=999), later(days=999))
    assert contact(account)["company"] == "Acme"
    assert SinkRecord.objects.get(role="contact").external_id in account.records["contacts"]


def test_a_crm_that_is_down_ends_the_comparison_with_its_reason(ops: Admin, sink: Sink, account) -> None:
    account.be_down()
    assert "The comparison ended early: " in compared(ops, sink)


def test_only_systems_that_can_be_read_have_the_page_and_only_for_those_who_may(
    ops: Admin, sink: Sink
) -> None:
    assert ops.client.get(page(a_sink("hook"))).status_code == 404
    assert Admin(viewer()).client.get(page(sink)).status_code == 403
