"""What stands in a log line, and what never does."""

from __future__ import annotations

import logging
import sys

import pytest
from django.test import Client, RequestFactory

from ordinus.logs import LineFormatter, is_worth_a_line, mask

TOKEN = "Zk3v9_q8Rt0-a1B2c3D4e5F6g7"


@pytest.mark.parametrize(
    "path",
    [
        f"/b/{TOKEN}/",
        f"/m/{TOKEN}/",
        f"/m/{TOKEN}/invite.ics",
        f"/m/{TOKEN}/join/",
        f"/api/v1/leads/{TOKEN}/slots/?from=2026-11-02",
        f"/api/v1/bookings/{TOKEN}/reschedule/",
        f"/rep/?next=/m/{TOKEN}/",
        f"https://book.example.com/m/{TOKEN}",
    ],
)
def test_a_token_in_a_path_is_masked(path: str) -> None:
    assert TOKEN not in mask(path)
    assert TOKEN not in mask(f"Not Found: {path}")


@pytest.mark.parametrize(
    "path",
    ["/book/request-a-demo-of-the-product/", "/api/v1/bookings/17/outcome/", "/admin/bookings/lead/3/"],
)
def test_a_path_without_a_token_stays_readable(path: str) -> None:
    assert mask(path) == path


@pytest.mark.parametrize(
    "text",
    ["sent to ada@acme.example", "<ada@acme.example>", "email=ada@acme.example,x", "'ada@acme.example'"],
)
def test_an_address_is_masked(text: str) -> None:
    assert "ada" not in mask(text)
    assert "acme" not in mask(text)


def test_the_values_that_postgresql_repeats_are_masked() -> None:
    refused = 'duplicate key value violates "lead_email"\nDETAIL:  Key (name)=(Ada Byron) already exists.'
    assert "Ada" not in mask(refused)
    assert "lead_email" in mask(refused)


def record(message: str, **extra: object) -> logging.LogRecord:
    return logging.makeLogRecord({"name": "ordinus", "levelname": "INFO", "msg": message, **extra})


def test_a_record_is_one_line_with_its_fields() -> None:
    line = LineFormatter().format(record("swept\nonce", fields={"timers": 3, "who": "beat one"}))
    assert "\n" not in line
    assert line.endswith(r'event="swept\nonce" timers=3 who="beat one"')


def test_a_traceback_stays_in_the_line_and_is_masked_too() -> None:
    try:
        raise ValueError("no rep ada@acme.example")
    except ValueError:
        line = LineFormatter().format(record("it broke", exc_info=sys.exc_info()))
    assert "ValueError" in line
    assert "ada" not in line
    assert "\n" not in line


def test_a_request_is_logged_with_its_id_and_without_its_token(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ordinus.request")
    response = client.get("/b-unknown/?email=ada@acme.example", headers={"X-Request-ID": "abc-12345678"})
    lines = [LineFormatter().format(entry) for entry in caplog.records if entry.name == "ordinus.request"]
    assert response["X-Request-ID"] == "abc-12345678"
    assert len(lines) == 1
    assert "method=GET path=/b-unknown/ status=404" in lines[0]
    assert "ada" not in lines[0]


def test_a_request_id_that_could_forge_a_log_line_is_replaced(client: Client) -> None:
    given = 'x" level=error event="forged'
    assert client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] != given


@pytest.mark.parametrize("path, is_logged", [("/readyz", False), ("/metrics", False), ("/rep/", True)])
def test_a_health_check_that_fails_writes_no_line(rf: RequestFactory, path: str, is_logged: bool) -> None:
    refused = record("Service Unavailable: %s", args=(path,), request=rf.get(path))
    assert is_worth_a_line(refused) is is_logged


def test_what_no_request_caused_is_logged() -> None:
    assert is_worth_a_line(record("swept"))
