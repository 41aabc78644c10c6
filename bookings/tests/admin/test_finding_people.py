"""Lists are searched by the person meant, whichever list it is, and by numbers."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from bookings.models import Booking, Enquiry, Lead, Message
from bookings.tests.organisation import Organisation
from workflows.models import Delivery, Run, Sink, Timer
from workflows.tests.admin.pages import Admin

LISTS = {Booking: "bookings", Enquiry: "bookings", Message: "bookings", Run: "workflows", Timer: "workflows"}


def found(ops: Admin, model: type, query: str) -> set[int]:
    path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"  # type: ignore[attr-defined]
    page = ops.get(f"{path}?q={query}")
    return {int(number) for number in re.findall(rf"{path}(\d+)/change/", page)}


@pytest.fixture
def grace(acme: Organisation) -> Booking:
    """A meeting of Grace Hopper's, beside one of somebody else's."""
    acme.book(acme.submit(email="other@b.example", name="Somebody Else"))
    return acme.book(acme.submit())


@pytest.mark.parametrize("term", ["hopper", "HOPPER+grace", "grace%40navy", "navy.exam"])
def test_a_part_of_a_name_or_address_finds_what_is_theirs(ops: Admin, grace: Booking, term: str) -> None:
    run = grace.enquiry.run
    assert run is not None
    assert found(ops, Booking, term) == {grace.pk}
    assert found(ops, Enquiry, term) == {grace.enquiry_id}
    assert found(ops, Run, term) == {run.pk}
    assert found(ops, Lead, term) == {grace.lead_id}
    mails = set(Message.objects.filter(lead=grace.lead_id).values_list("pk", flat=True))
    assert mails and found(ops, Message, term) == mails


def test_numbers_find_what_bears_them(ops: Admin, grace: Booking) -> None:
    run = grace.enquiry.run
    assert run is not None
    timers = set(Timer.objects.filter(run=run.pk).values_list("pk", flat=True))
    assert timers and timers <= found(ops, Timer, str(run.pk)) & found(ops, Timer, str(grace.lead_id))
    assert grace.pk in found(ops, Booking, str(grace.pk))
    assert run.pk in found(ops, Run, str(run.pk))
    assert found(ops, Timer, "hopper") == found(ops, Timer, "9" * 40) == found(ops, Run, "9" * 40) == set()


def test_a_rep_finds_meetings_and_mails_and_a_subject_finds_mails(
    ops: Admin, grace: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert grace.pk in found(ops, Booking, grace.rep.email)
    to_rep = set(Message.objects.filter(to_address=grace.rep.email).values_list("pk", flat=True))
    assert to_rep and to_rep <= found(ops, Message, grace.rep.name.split()[0])
    Message.objects.filter(lead=grace.lead_id).update(subject="A subject of its own")
    mails = set(Message.objects.filter(lead=grace.lead_id).values_list("pk", flat=True))
    assert found(ops, Message, "subject+of+its") == mails
    monkeypatch.setattr("bookings.admin.messages.MOST_READ", 1)
    assert found(ops, Message, "subject+of+its") == mails & {
        max(Message.objects.values_list("pk", flat=True))
    }


def test_a_person_without_mails_finds_none(ops: Admin, grace: Booking) -> None:
    Lead.objects.create(email="confirmed@c.example", first_seen_at=grace.made_at)
    assert Message.objects.update(subject="confirmed") and found(ops, Message, "confirmed") == set()


def test_deliveries_are_found_by_what_happened_and_by_key(ops: Admin, acme: Organisation) -> None:
    Sink.objects.create(slug="crm", kind="file", config={"path": "/dev/null"}, events=["*"])
    run = acme.submit()
    acme.book(run)
    rows = set(Delivery.objects.values_list("pk", flat=True))
    made = set(Delivery.objects.filter(verb="booking.made").values_list("pk", flat=True))
    assert made and found(ops, Delivery, "booking+made") == found(ops, Delivery, "booking.made") == made
    assert rows == found(ops, Delivery, "crm:") and found(ops, Delivery, "nothing+such") == set()


def test_more_people_than_are_counted_one_by_one_are_all_found(
    ops: Admin, acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookings.admin.searching.FEW", 1)
    for number in range(3):
        acme.submit(email=f"lead{number}@many.example")
    assert len(found(ops, Enquiry, "many.example")) == len(found(ops, Run, "many.example")) == 3


@pytest.mark.django_db
@pytest.mark.skipif("sqlite" in connection.vendor, reason="an index of PostgreSQL")
def test_a_part_of_an_address_is_found_through_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found = Lead.objects.filter(email__icontains="navy").order_by()
        cursor.execute("EXPLAIN " + str(found.query).replace("%navy%", "'%navy%'"))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "lead_by_part_of_address" in plan
