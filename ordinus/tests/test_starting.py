"""What a start needs, and how it says so: one line, whatever is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ordinus.environment import ROOT

BIN = Path(sys.executable).parent
PROGRAMS = (
    [sys.executable, "manage.py", "check"],
    [str(BIN / "gunicorn")],
    [str(BIN / "celery"), "--app", "ordinus", "worker"],
    [str(BIN / "celery"), "--app", "ordinus", "beat"],
)


def start(program: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program in an environment that holds nothing of Ordinus but `variables`."""
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": "", **variables}
    return subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.services
@pytest.mark.parametrize("program", PROGRAMS, ids=["manage.py", "gunicorn", "worker", "beat"])
def test_without_a_secret_key_every_program_stops_with_one_line(program: list[str]) -> None:
    ended = start(program, BASE_URL="https://book.example.com")
    assert ended.returncode == 1
    assert ended.stderr.startswith("SECRET_KEY is not set")
    assert len(ended.stderr.splitlines()) == 1


def test_without_a_base_url_it_stops_with_one_line() -> None:
    ended = start(PROGRAMS[0], SECRET_KEY="a" * 50)
    assert ended.returncode == 1
    assert ended.stderr.startswith("BASE_URL is not set")
    assert len(ended.stderr.splitlines()) == 1


def test_a_base_url_with_a_path_is_refused() -> None:
    ended = start(PROGRAMS[0], SECRET_KEY="a" * 50, BASE_URL="https://example.com/book")
    assert ended.returncode == 1
    assert "must be an origin" in ended.stderr


def test_with_both_it_starts() -> None:
    ended = start(PROGRAMS[0], SECRET_KEY="a" * 50, BASE_URL="https://book.example.com")
    assert ended.returncode == 0, ended.stderr


def test_with_debug_on_it_needs_nothing() -> None:
    ended = start(PROGRAMS[0], DEBUG="on")
    assert ended.returncode == 0, ended.stderr


def test_a_port_that_is_no_number_is_refused_in_one_line() -> None:
    ended = start(PROGRAMS[0], DEBUG="on", PORT="http")
    assert ended.returncode == 1
    assert ended.stderr == "PORT must be a whole number, not 'http'.\n"
