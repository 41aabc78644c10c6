from __future__ import annotations

from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from bookings.models import Lead
from bookings.tests.api.calls import Guest, ok, refused
from bookings.tests.organisation import Organisation
from workflows.models import AuditEvent


@pytest.fixture
def leads(acme: Organisation, clock: time_machine.Traveller) -> list[int]:
    """Five, one an hour; the last one from a school."""
    for number in range(5):
        email = f"guest{number}@{'school.edu' if number == 4 else 'b.example'}"
        acme.submit(email=email, now=acme.now.replace(hour=8 + number))
    return list(Lead.objects.order_by("pk").values_list("pk", flat=True))


def found(client: APIClient, path: str, **query: Any) -> list[int]:
    return [each["id"] for each in ok(client.get(f"/api/v1/{path}/", query))["results"]]


def test_pages_lead_through_all_leads_and_back(leads: list[int], staff: APIClient) -> None:
    first = ok(staff.get("/api/v1/leads/", {"page_size": 2}))
    assert list(first) == ["next", "previous", "results"]
    assert first["previous"] is None
    seen, page = [each["id"] for each in first["results"]], first
    while page["next"]:
        page = ok(staff.get(page["next"]))
        seen += [each["id"] for each in page["results"]]
    assert seen == leads[::-1]
    back = ok(staff.get(page["previous"]))
    assert [each["id"] for each in back["results"]] == leads[1:3][::-1]


def test_a_page_begins_where_the_last_one_ended(
    leads: list[int], staff: APIClient, acme: Organisation
) -> None:
    first = ok(staff.get("/api/v1/leads/", {"page_size": 2}))
    acme.submit(email="new@b.example")
    second = ok(staff.get(first["next"]))
    assert [each["id"] for each in second["results"]] == leads[1:3][::-1]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%00",
        "\x00",
        "!!!",
        "cD0x\x00",
        "YQ==",
        "cD1hYmM=",
        "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ==",
        "bz14",
    ],
)
def test_a_cursor_from_elsewhere_is_named(leads: list[int], staff: APIClient, cursor: str) -> None:
    assert list(refused(staff.get("/api/v1/leads/", {"cursor": cursor}), 400, "invalid")) == ["cursor"]


def test_an_empty_cursor_is_the_first_page(leads: list[int], staff: APIClient) -> None:
    assert found(staff, "leads", cursor="") == leads[::-1]


@pytest.mark.parametrize("size", ["0", "-1", "many", "201", "9" * 30])
def test_a_page_size_out_of_bounds_is_named(leads: list[int], staff: APIClient, size: str) -> None:
    told = refused(staff.get("/api/v1/leads/", {"page_size": size}), 400, "invalid")
    assert told == {"page_size": ["Please send a whole number from 1 to 200."]}


@pytest.mark.parametrize("path", ["leads", "bookings", "audit"])
@pytest.mark.parametrize("since", ["2026-11-27", "2026-11-20"])
def test_a_span_that_ends_before_it_begins_is_named(staff: APIClient, path: str, since: str) -> None:
    answer = staff.get(f"/api/v1/{path}/", {"since": since, "until": "2026-11-20"})
    assert list(refused(answer, 400, "invalid")) == ["since"]


@pytest.mark.parametrize(
    "actor", ["rep:zz", "rep:", "rep", "7", "lead:7", "system\n", "staff:٣", "rep:7\x00"]
)
def test_an_actor_that_there_cannot_be_is_named(staff: APIClient, actor: str) -> None:
    assert list(refused(staff.get("/api/v1/audit/", {"actor": actor}), 400, "invalid")) == ["actor"]


@pytest.mark.parametrize("report, name", [("funnel", "workflow"), ("fairness", "pool")])
def test_what_a_report_should_be_about_and_is_not_there_is_named(
    staff: APIClient, report: str, name: str
) -> None:
    told = refused(staff.get(f"/api/v1/reports/{report}/", {name: "zz"}), 404, "not_found")
    assert told == {name: [f"There is no {name} “zz”."]}


def test_leads_are_filtered(leads: list[int], staff: APIClient) -> None:
    assert found(staff, "leads", email="GUEST1@b.example") == [leads[1]]
    assert found(staff, "leads", segment="student") == [leads[4]]
    assert found(staff, "leads", tag="nurture") == [leads[4]]
    assert (
        found(staff, "leads", since="2026-03-02T10:00:00Z", until="2026-03-02T12:00:00Z") == leads[2:4][::-1]
    )
    assert found(staff, "leads", since="2026-03-02T12:00:00+01:00") == leads[3:][::-1]
    assert found(staff, "leads", since="2026-03-03") == []
    for name, value in (("since", "yesterday"), ("since", ""), ("email", "a\x00b"), ("tag", "x" * 300)):
        assert list(refused(staff.get("/api/v1/leads/", {name: value}), 400, "invalid")) == [name]


def test_bookings_are_filtered(booked: Guest, staff: APIClient, acme: Organisation) -> None:
    number, rep = booked.booking["booking"], booked.booking["rep"]["email"]
    lead = Lead.objects.get().pk
    for fits, fails in (
        ({"status": "confirmed"}, {"status": "cancelled"}),
        ({"rep": rep}, {"rep": "x@y.example"}),
        ({"pool": "general"}, {"pool": "enterprise"}),
        ({"lead": lead}, {"lead": lead + 1}),
        ({"since": booked.booking["start"]}, {"until": booked.booking["start"]}),
    ):
        assert found(staff, "bookings", **fits) == [number]
        assert found(staff, "bookings", **fails) == []
    for name, value in (("status", "done"), ("lead", "x"), ("until", "2026")):
        assert list(refused(staff.get("/api/v1/bookings/", {name: value}), 400, "invalid")) == [name]


def test_a_lead_shows_what_it_sent_and_where_it_stands(guest: Guest, staff: APIClient) -> None:
    lead = Lead.objects.get()
    answer = ok(staff.get(f"/api/v1/leads/{lead.pk}/"))
    assert (answer["id"], answer["email"], answer["tags"]) == (lead.pk, "grace@navy.example", [])
    [enquiry] = answer["enquiries"]
    assert enquiry["answers"] == {"name": "Grace Hopper", "email": "grace@navy.example", "employees": 20}
    assert (enquiry["run"], enquiry["workflow"], enquiry["version"]) == (
        guest.submission["run"], "inbound-demo", 1
    )  # fmt: skip
    assert (enquiry["state"], enquiry["stage"], enquiry["segment"], enquiry["pool"]) == (
        "active", "offer", "everyone-else", "general"
    )  # fmt: skip
    refused(staff.get("/api/v1/leads/999999/"), 404, "not_found")


def test_the_audit_tells_all_runs_oldest_first(guest: Guest, staff: APIClient) -> None:
    Guest.submitting(APIClient())
    lead = Lead.objects.get().pk
    events = ok(staff.get(f"/api/v1/leads/{lead}/audit/"))["events"]
    assert list(events[0]) == ["run", "sequence", "verb", "stage", "actor", "at", "data", "hash"]
    assert (events[0]["verb"], events[0]["stage"], events[0]["actor"]) == ("lead.submitted", None, "lead")
    assert events[0]["at"] == "2026-03-02T08:00:00Z"
    stored = AuditEvent.objects.filter(lead=lead).order_by("pk").values_list("run", "sequence", "hash")
    assert [(each["run"], each["sequence"], each["hash"]) for each in events] == list(stored)
    assert len({each["run"] for each in events}) == 2
    refused(staff.get("/api/v1/leads/999999/audit/"), 404, "not_found")


def test_the_organisation_is_listed_in_words_of_configuration(acme: Organisation, staff: APIClient) -> None:
    pools = ok(staff.get("/api/v1/pools/"))["results"]
    assert [pool["slug"] for pool in pools] == ["general", "enterprise", "success"]
    member = {"rep": "ana@acme.example", "weight": 2, "daily_cap": None, "weekly_cap": None}
    assert pools[1]["members"][0] == member
    reps = ok(staff.get("/api/v1/reps/"))["results"]
    assert reps[0]["hours"]["mon"] == ["09:00-17:00"]
    segments = ok(staff.get("/api/v1/segments/"))["results"]
    assert segments[0]["when"] == [[{"fact": "answers.employees", "is": ">=", "value": 500}]]
    [workflow] = ok(staff.get("/api/v1/workflows/"))["results"]
    assert (workflow["slug"], workflow["version"], len(workflow["stages"])) == ("inbound-demo", 1, 17)
    assert workflow["stages"][2]["branches"] == {"booked": "confirmation", "abandoned": "chase"}


def test_the_whole_trail_is_listed_newest_first_and_filtered(booked: Guest, staff: APIClient) -> None:
    newest = ok(staff.get("/api/v1/audit/", {"page_size": 3}))["results"]
    assert [event["id"] for event in newest] == list(
        AuditEvent.objects.order_by("-pk").values_list("pk", flat=True)[:3]
    )
    run, lead, number = booked.submission["run"], Lead.objects.get().pk, booked.booking["booking"]
    made = AuditEvent.objects.get(verb="booking.made").pk
    for fits, fails in (
        ({"verb": "booking.made"}, {"verb": "booking.cancelled"}),
        ({"verb": "booking.made", "run": run}, {"verb": "booking.made", "run": 0}),
        ({"verb": "booking.made", "lead": lead}, {"lead": lead + 1}),
        ({"verb": "booking.made", "booking": number}, {"booking": number + 1}),
        ({"verb": "booking.made", "actor": "lead"}, {"actor": "rep:1"}),
        ({"verb": "booking.made", "since": "2026-03-02"}, {"until": "2026-03-02"}),
    ):
        assert found(staff, "audit", **fits) == [made]
        assert made not in found(staff, "audit", **fails)
    assert {event["run"] for event in ok(staff.get("/api/v1/audit/", {"run": 0}))["results"]} == {0}
    for name, value in (
        ("verb", "none.such"),
        ("run", "-1"),
        ("lead", "0"),
        ("since", "x"),
        ("actor", "\x00"),
    ):
        assert list(refused(staff.get("/api/v1/audit/", {name: value}), 400, "invalid")) == [name]
