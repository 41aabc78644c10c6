"""Public calls can be made by pages of other sites, calls of staff cannot."""

from __future__ import annotations

from django.contrib.auth.models import User
from rest_framework.test import APIClient

from bookings.tests.api.calls import ANSWERS, FORM, Guest, ok, refused

ORIGIN = "https://www.elsewhere.example"


def test_a_public_call_and_its_errors_are_open_to_all_origins(booked: Guest) -> None:
    for path in (booked.path + "slots/", booked.booking_path, booked.booking_path + "slots/"):
        assert booked.client.get(path, HTTP_ORIGIN=ORIGIN)["Access-Control-Allow-Origin"] == "*"
    refusal = booked.client.post(FORM, {}, HTTP_ORIGIN=ORIGIN)
    assert refusal["Access-Control-Allow-Origin"] == "*"


def test_a_preflight_names_methods_and_headers(booked: Guest) -> None:
    for path in (FORM, booked.path + "bookings/", booked.booking_path + "cancel/"):
        response = APIClient().options(path, HTTP_ORIGIN=ORIGIN, HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST")
        assert response.status_code == 204
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "POST" in response["Access-Control-Allow-Methods"]
        assert "Idempotency-Key" in response["Access-Control-Allow-Headers"]


def test_calls_of_staff_are_not_open_to_other_origins(booked: Guest, staff: APIClient) -> None:
    for path in ("/api/v1/leads/", booked.staff_path, booked.staff_path + "slots/"):
        assert not staff.get(path, HTTP_ORIGIN=ORIGIN).has_header("Access-Control-Allow-Origin")
    refused(staff.options("/api/v1/leads/"), 405, "method_not_allowed")
    assert APIClient().options(booked.staff_path + "cancel/").status_code == 401


def test_a_session_is_no_hindrance_to_a_public_call(booked: Guest) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("root", is_superuser=True, is_staff=True))
    assert ok(client.post(FORM, {"answers": {**ANSWERS, "email": "a@b.example"}}), 201)["lead"] is None
    ok(client.post(booked.booking_path + "cancel/", {}))


def test_a_session_without_csrf_token_changes_nothing_by_id(booked: Guest) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("root", is_superuser=True, is_staff=True))
    ok(client.get(booked.staff_path))
    refused(client.post(booked.staff_path + "cancel/", {}), 403, "forbidden")
