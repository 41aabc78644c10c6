"""The records on the other side that belong to ours are known at the next delivery."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from workflows import delivering, records
from workflows.models import Delivery, SinkRecord
from workflows.sinks.base import SINK_KINDS, Answer, Parcel, Retry, SinkAdapter
from workflows.tests.telling import NOW, a_run, a_sink, tell

pytestmark = pytest.mark.django_db


class Crm(SinkAdapter):
    kind = "crm-of-a-test"
    title = "CRM"
    records: ClassVar = {"contact": "lead", "deal": "run", "meeting": "booking"}
    needs = ("lead.email", "segment")
    default_mapping: ClassVar = {"mail": "lead.email"}
    seen: ClassVar[list[dict[str, str]]] = []
    parcels: ClassVar[list[Parcel]] = []
    fails: ClassVar[bool] = False

    def push(self, delivery: Parcel) -> Answer:
        self.seen.append(delivery.links.as_dict())
        self.parcels.append(delivery)
        delivery.links.keep("contact", "C1")
        delivery.links.keep("deal", f"D{delivery.data['run']}")
        delivery.links.keep("meeting", "M1")
        delivery.links.keep("nothing we declared", "X")
        if self.fails:
            raise Retry("down", "It is down.")
        return Answer("200")


@pytest.fixture(autouse=True)
def crm(monkeypatch):
    monkeypatch.setitem(SINK_KINDS, Crm.kind, Crm)
    Crm.seen, Crm.parcels, Crm.fails = [], [], False
    return Crm


def deliver_all() -> None:
    for number in delivering.due(NOW, NOW, 10):
        delivering.deliver(number, NOW, NOW)


def known() -> dict[tuple[Any, ...], str]:
    rows = SinkRecord.objects.values_list("subject", "number", "role", "external_id")
    return {row[:3]: row[3] for row in rows}


def test_the_next_delivery_about_the_lead_knows_them():
    a_sink(kind=Crm.kind)
    first, second = a_run(lead=7), a_run(lead=7)
    tell(first)
    deliver_all()
    tell(second)
    deliver_all()
    assert Crm.seen == [{}, {"contact": "C1"}]
    assert known() == {
        ("lead", 7, "contact"): "C1",
        ("run", first.pk, "deal"): f"D{first.pk}",
        ("run", second.pk, "deal"): f"D{second.pk}",
    }


def test_one_that_failed_half_way_is_known_too():
    a_sink(kind=Crm.kind)
    tell(a_run(lead=7))
    Crm.fails = True
    deliver_all()
    assert ("lead", 7, "contact") in known()
    assert Delivery.objects.get().state == "waiting"


def test_one_that_is_gone_is_forgotten_and_an_erasure_forgets_all():
    sink = a_sink(kind=Crm.kind)
    tell(a_run(lead=7), booking=3)
    deliver_all()
    delivery = Delivery.objects.get()
    links = records.links_of(sink, lead=7, run=delivery.run, booking=3)
    links.forget("deal")
    records.keep(delivery, links.kept)
    assert {role for _, _, role in known()} == {"contact", "meeting"}
    assert records.forget([7]) == 2 and known() == {}


def test_an_adapter_is_handed_the_facts_it_needs_and_its_kinds_mapping():
    a_sink(kind=Crm.kind)
    tell(a_run(carried={"segment": "enterprise"}))
    deliver_all()
    (parcel,) = Crm.parcels
    assert parcel.facts == {"lead.email": None, "segment": "enterprise"}
    assert parcel.fields == {"mail": None}
    assert (parcel.verb, parcel.is_repeat) == ("stage.entered", False)
