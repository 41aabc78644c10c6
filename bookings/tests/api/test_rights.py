from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from bookings.tests.api.calls import FORM, Guest, ok, refused
from bookings.tests.api.conftest import Login
from bookings.tests.organisation import Organisation

LISTS = {
    "leads/": "bookings.view_lead",
    "leads/1/": "bookings.view_lead",
    "leads/1/audit/": "workflows.view_auditevent",
    "bookings/": "bookings.view_booking",
    "bookings/1/": "bookings.view_booking",
    "pools/": "routing.view_pool",
    "reps/": "routing.view_rep",
    "segments/": "routing.view_segment",
    "workflows/": "workflows.view_workflow",
    "reports/funnel/?workflow=inbound-demo": "workflows.view_auditevent",
    "reports/fairness/?pool=general": "routing.view_pool",
}
CHANGES = ("attendance", "outcome", "reassign", "reschedule", "cancel", "restore", "reconfirm")


@pytest.fixture
def booked(booked: Guest, staff: APIClient) -> Guest:
    """The booking and its lead are those numbered 1 in the paths above."""
    [listed] = ok(staff.get("/api/v1/bookings/"))["results"]
    booked.booking["lead"] = listed["lead"]
    return booked


def path_of(path: str, booked: Guest) -> str:
    number = booked.booking["lead"] if path.startswith("leads") else booked.booking["booking"]
    return "/api/v1/" + path.replace("/1/", f"/{number}/")


@pytest.mark.parametrize("path", LISTS)
def test_each_call_takes_its_own_right(path: str, booked: Guest, login: Login) -> None:
    address = path_of(path, booked)
    refused(APIClient().get(address), 401, "not_authenticated")
    others = set(LISTS.values()) - {LISTS[path]}
    refused(login("other", *others, is_staff=True).get(address), 403, "forbidden")
    ok(login("right", LISTS[path], is_staff=True).get(address))


@pytest.mark.parametrize("what", CHANGES)
def test_looking_at_bookings_is_not_changing_them(what: str, booked: Guest, login: Login) -> None:
    path = f"{booked.staff_path}{what}/"
    refused(APIClient().post(path, {}), 401, "not_authenticated")
    refused(login("viewer", "bookings.view_booking", is_staff=True).post(path, {}), 403, "forbidden")
    changing = login("changer", "bookings.change_booking", is_staff=True).post(path, {})
    assert changing.status_code in (200, 400, 409)


def test_who_may_only_look_is_told_no_token(booked: Guest, login: Login) -> None:
    viewer = login("viewer", "bookings.view_booking", is_staff=True)
    answer = ok(viewer.get(booked.staff_path))
    assert booked.booking["token"] not in str(answer)


def test_the_lead_is_named_to_those_who_may_see_leads(acme: Organisation, login: Login) -> None:
    body = {"answers": {"name": "A", "email": "a@b.example"}}
    assert ok(login("seer", "bookings.view_lead").post(FORM, body), 201)["lead"]
    assert ok(login("other").post(FORM, body), 201)["lead"] is None


def test_a_rep_sees_and_marks_own_bookings_only(booked: Guest, rep: APIClient, staff: APIClient) -> None:
    ok(staff.post(booked.staff_path + "reassign/", {"rep": "ben@acme.example"}), 200)
    assert ok(rep.get("/api/v1/bookings/"))["results"] == []
    refused(rep.get(booked.staff_path), 404, "not_found")
    refused(rep.post(booked.staff_path + "attendance/", {"signal": "joined"}), 404, "not_found")
    ok(staff.post(booked.staff_path + "reassign/", {"rep": "ana@acme.example"}))
    assert [each["id"] for each in ok(rep.get("/api/v1/bookings/"))["results"]] == [booked.booking["booking"]]
    ok(rep.get(booked.staff_path))
    ok(rep.post(booked.staff_path + "attendance/", {"signal": "joined"}))


def test_a_rep_without_rights_can_do_nothing_else(booked: Guest, rep: APIClient) -> None:
    for path in ("leads/", "pools/", "reps/", "reports/fairness/?pool=general"):
        refused(rep.get(f"/api/v1/{path}"), 403, "forbidden")
    for what in ("reassign", "reschedule", "cancel", "restore"):
        refused(rep.post(f"{booked.staff_path}{what}/", {}), 403, "forbidden")
