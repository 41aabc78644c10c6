"""Filters of long lists find what they say, and ask the database for no row twice."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.models import Lead, LeadTag, Message
from bookings.tests.organisation import Organisation
from workflows.models import Timer
from workflows.tests.admin.pages import Admin

LEADS = "/admin/bookings/lead/"


def leads(ops: Admin, query: str) -> list[int]:
    numbers = re.findall(rf'"{LEADS}(\d+)/change/', ops.get(f"{LEADS}?{query}"))
    return [int(number) for number in dict.fromkeys(numbers)]


@pytest.fixture
def two(acme: Organisation) -> tuple[int, int]:
    """A lead that asked twice and has two tags, and one that has a meeting."""
    again = [acme.submit(email="twice@a.example") for _ in range(2)][-1].enquiry.lead_id
    for tag in ("nurture", "vip"):
        LeadTag.objects.create(lead_id=again, tag=tag, tagged_at=timezone.now())
    booked = acme.book(acme.submit(email="booked@b.example"))
    return again, booked.lead_id


def test_leads_are_found_by_form_tag_and_stage(ops: Admin, acme: Organisation, two: tuple[int, int]) -> None:
    again, booked = two
    assert set(leads(ops, f"form={acme.form.pk}")) == {again, booked}
    assert leads(ops, "tag=vip") == leads(ops, "tag=nurture") == [again]
    assert leads(ops, "stage=offer") == [again] and leads(ops, "stage=meeting") == [booked]
    assert leads(ops, "tag=none-such") == leads(ops, f"form={acme.form.pk + 1}") == []
    page = ops.get(LEADS)
    assert "?tag=vip" in page and "Vip" in page and f"?form={acme.form.pk}" in page


def test_no_filter_compares_rows_with_each_other(
    ops: Admin, acme: Organisation, two: tuple[int, int]
) -> None:
    with CaptureQueriesContext(connection) as asked:
        for query in ("", f"form={acme.form.pk}", "tag=vip", "stage=offer"):
            leads(ops, query)
        for path in ("bookings/message", "workflows/timer", "workflows/delivery"):
            ops.get(f"/admin/{path}/")
    big = re.compile(r'SELECT DISTINCT "(bookings_lead|bookings_message|workflows_timer|workflows_delivery)"')
    assert not [query["sql"] for query in asked if big.match(query["sql"])]


def test_the_values_in_use_can_be_chosen_and_former_ones_asked_for(
    ops: Admin, two: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    timers, first = "/admin/workflows/timer/", Timer.objects.order_by("pk").first()
    assert first is not None
    page = ops.get(timers)
    assert all(
        f"?purpose={purpose}" in page for purpose in set(Timer.objects.values_list("purpose", flat=True))
    )
    Timer.objects.filter(pk=first.pk).update(purpose="of_old")
    monkeypatch.setattr("workflows.admin.filters.NEWEST", 1)
    assert "?purpose=of_old" not in ops.get(timers)
    assert re.findall(rf'"{timers}(\d+)/change/', ops.get(f"{timers}?purpose=of_old"))[:1] == [str(first.pk)]
    kept = Message.objects.exclude(template="").values_list("template", flat=True)[0]
    assert f"template={kept}" in ops.get(f"/admin/bookings/message/?template={kept}")
    assert Lead.objects.count() == 2
