"""The trail is searched by what people know: a number, a lead, what happened."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Booking, Lead
from bookings.tests.organisation import Organisation
from workflows.models import AuditEvent
from workflows.tests.admin.pages import Admin

LIST = "/admin/workflows/auditevent/"


def found(ops: Admin, query: str) -> set[int]:
    return {int(number) for number in re.findall(rf"{LIST}(\d+)/change/", ops.get(f"{LIST}?{query}"))}


def told(**which: object) -> set[int]:
    return set(AuditEvent.objects.filter(**which).values_list("pk", flat=True))


def test_events_are_found_by_number_lead_and_what_happened(ops: Admin, acme: Organisation) -> None:
    acme.submit(email="other@b.example", name="Somebody Else")
    booking = acme.book(acme.submit())
    lead = Lead.objects.get(email="grace@navy.example")
    assert found(ops, "q=grace%40navy.example") == found(ops, "q=Hopper") == told(lead=lead.pk)
    assert told(booking=booking.pk) <= found(ops, f"q={booking.pk}")
    assert told(lead=lead.pk) <= found(ops, f"q={lead.pk}")
    for words in ("booking.made", "Booking+made", "booking+MADE"):
        assert found(ops, f"q={words}") == told(verb="booking.made")
    assert found(ops, "verb=booking.made") == told(verb="booking.made")
    assert found(ops, "q=" + "9" * 40) == found(ops, "q=nothing+of+the+kind") == set()
    assert Booking.objects.count() == 1


def test_no_page_of_the_list_reads_the_whole_trail(ops: Admin, acme: Organisation) -> None:
    acme.submit()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for query in ("", "q=1", "q=Hopper", "verb=booking.made", "about=leads"):
            found(ops, query)
    of_events = [query["sql"] for query in asked if 'FROM "workflows_auditevent"' in query["sql"]]
    assert of_events and all(" LIMIT " in sql and "DISTINCT" not in sql for sql in of_events)
