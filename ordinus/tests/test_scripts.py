"""What `make run` and `make test` decide by themselves."""

from __future__ import annotations

import socket
import sys

import pytest

from scripts.run import is_taken
from scripts.services import answers, free_port
from scripts.test import Report


def test_a_port_that_another_program_listens_on_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert is_taken(server.getsockname()[1])


def test_a_free_port_is_not_taken() -> None:
    assert not is_taken(free_port())


def test_a_service_that_nobody_offers_does_not_answer() -> None:
    assert not answers(f"redis://127.0.0.1:{free_port()}/9", 6379)


@pytest.mark.parametrize("ci, is_failure", [("true", True), ("1", True), ("false", False), ("", False)])
def test_what_is_not_there_fails_the_suite_only_in_ci(
    monkeypatch: pytest.MonkeyPatch, ci: str, is_failure: bool
) -> None:
    monkeypatch.setenv("CI", ci)
    report = Report()
    report.lacks("PostgreSQL")
    assert report.failed is is_failure
    assert "PostgreSQL" in report.lines[0]


@pytest.mark.parametrize("status, verdict", [(0, "ok"), (1, "FAILED")])
def test_one_check_that_fails_fails_the_whole(status: int, verdict: str) -> None:
    report = Report()
    report.run("a check", [sys.executable, "-c", f"raise SystemExit({status})"], {})
    report.run("another", [sys.executable, "-c", ""], {})
    assert report.failed is bool(status)
    assert report.lines[0].split()[0] == verdict
