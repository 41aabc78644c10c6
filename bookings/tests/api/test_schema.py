"""The OpenAPI document says exactly what the API does: no other status, no other body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bookings.models import Lead
from bookings.tests.api.calls import Guest, ok

EXAMPLES = 4
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PUBLIC = {
    "submit_form", "list_slots", "book", "get_booking", "list_moves", "reschedule", "cancel", "restore", "reconfirm",
    "hold", "let_go"
}  # fmt: skip


@pytest.fixture
def connection_kept(db: None) -> Iterator[None]:
    """A whole application ends each request by closing connections, and so the test's transaction.

    Django's test client connects this again after each of its own requests, so they have to come before.
    """
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def operations(connection_kept: None) -> dict[str, Any]:
    document = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    return {found.ok().definition.raw["operationId"]: found.ok() for found in document.get_all_operations()}


def real(operation: Any, guest: Guest, by_id: bool) -> dict[str, str]:
    """The numbers and tokens of what there is, in place of the path's parameters."""
    lead, booking = str(Lead.objects.get(email="grace@navy.example").pk), str(guest.booking["booking"])
    names = {
        "slug": "demo-request",
        "token": guest.submission["token"],
        "booking": booking if by_id else guest.booking["token"],
        "id": lead if "/leads/" in operation.path else booking,
    }
    return {name: value for name, value in names.items() if f"{{{name}}}" in operation.path}


def ways(operation: Any, guest: Guest) -> Iterator[st.SearchStrategy[Any]]:
    """Cases with made-up parameters, and with those of real objects; sound ones and spoilt ones."""
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        try:
            yield operation.as_strategy(generation_mode=mode)
        except Exception:  # a call without parameters has no spoilt ones
            continue
    for by_id in (False, True):
        parameters = real(operation, guest, by_id)
        if parameters:
            yield operation.as_strategy(path_parameters=parameters)


def test_whatever_is_sent_the_answer_is_one_that_is_described(
    booked: Guest, staff: APIClient, operations: dict[str, Any]
) -> None:
    login = {"Authorization": staff.defaults["HTTP_AUTHORIZATION"]}
    for name, operation in operations.items():
        strategy = st.one_of(*ways(operation, booked))
        headers = st.sampled_from([login, {}] if name in PUBLIC else [login, login, {}])

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
                  phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=strategy, sent=headers)
        def answers_as_described(case: Any, sent: dict[str, str]) -> None:
            case.call_and_validate(headers=sent, checks=CHECKS)

        answers_as_described()


def test_every_call_of_the_contract_is_described(operations: dict[str, Any]) -> None:
    assert set(operations) >= PUBLIC
    described = {(operation.method.upper(), operation.path) for operation in operations.values()}
    for call in (
        "GET /leads/", "GET /leads/{id}/", "GET /leads/{id}/audit/", "GET /bookings/",
        "POST /bookings/{id}/attendance/", "POST /bookings/{id}/outcome/", "DELETE /bookings/{id}/outcome/",
        "POST /bookings/{id}/reassign/", "GET /reports/funnel/", "GET /reports/fairness/",
        "GET /pools/", "GET /reps/", "GET /segments/", "GET /workflows/",
        "POST /forms/{slug}/leads/", "GET /leads/{token}/slots/", "POST /leads/{token}/bookings/",
    ):  # fmt: skip
        method, path = call.split()
        assert (method, f"/api/v1{path}") in described


def test_public_calls_need_no_token_and_the_others_do(operations: dict[str, Any]) -> None:
    for name, operation in operations.items():
        assert ({} in operation.definition.raw["security"]) == (name in PUBLIC)


def test_every_error_is_the_one_error_object(operations: dict[str, Any]) -> None:
    for operation in operations.values():
        for status, answer in operation.definition.raw["responses"].items():
            if status >= "400":
                schema = answer["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Error"}


def test_the_documents_address_answers(db: None) -> None:
    assert ok(APIClient().get("/api/schema/?format=json"))["openapi"].startswith("3.")
