"""`apply` and `export` from the command line: what they print, write and exit with."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from ordinus.tests.configuration.files import SMALL, changed

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "acme.yaml"
    path.write_text(SMALL)
    return path


def run(*arguments: object) -> int:
    """The exit code of a call of manage.py; what it says of an error is written where it would be."""
    try:
        call_command(*map(str, arguments))
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return error.returncode
    return 0


def test_a_file_is_applied_and_then_changes_nothing(file: Path, capsys: Any) -> None:
    assert run("apply", file) == 0
    assert "+ create rep ana@acme.example\n" in capsys.readouterr().out
    assert run("apply", file) == 0
    assert capsys.readouterr().out == "no changes\n"


def test_a_plan_prints_and_keeps_nothing(file: Path, capsys: Any) -> None:
    assert run("apply", file, "--plan") == 0
    planned = capsys.readouterr().out
    assert planned.count("+ create") == 9
    assert run("apply", file) == 0
    assert capsys.readouterr().out == planned


def test_an_invalid_file_exits_with_1_and_names_every_problem(file: Path, capsys: Any) -> None:
    file.write_text(changed(changed(SMALL, "rank: 99", "rank: x"), "{rep: bo@acme.example}", "{rep: x@y.z}"))
    assert run("apply", file) == 1
    written = capsys.readouterr()
    assert written.out == ""
    head, *problems = written.err.splitlines()
    assert head == f"{file} has 2 problems; nothing was changed."
    assert problems == [
        "pools[0].members[1].rep: no rep 'x@y.z'; add it under reps, or name another (line 8)",
        "segments[0].rank: must be a whole number from 0 to 1000000, not 'x' (line 10)",
    ]
    assert run("export") == 0
    assert capsys.readouterr().out == "ordinus: 1\n"


def test_broken_yaml_exits_with_1_and_names_the_line(file: Path) -> None:
    file.write_text("ordinus: 1\nreps:\n\t- {}\n")
    done = subprocess.run(
        [sys.executable, "manage.py", "apply", str(file)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "ordinus.tests.settings"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        f"CommandError: {file} has 1 problem; nothing was changed.\n"
        "this is not YAML: a tab cannot indent or begin a value; use spaces (line 3)\n"
    )


def test_a_file_that_is_not_there_is_said_in_one_line(tmp_path: Path, capsys: Any) -> None:
    missing = tmp_path / "none.yaml"
    assert run("apply", missing) == 1
    assert capsys.readouterr().err == f"{missing} cannot be read: No such file or directory.\n"


def test_a_file_that_is_no_text_is_said_in_one_line(file: Path, capsys: Any) -> None:
    file.write_bytes(b"ordinus: 1\n# \xff\n")
    assert run("apply", file) == 1
    assert "is not UTF-8 text" in capsys.readouterr().err


def test_standard_input_is_a_file_too(file: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SMALL.encode())))
    assert run("apply", "-") == 0
    assert "+ create workflow inbound\n" in capsys.readouterr().out


def test_an_export_to_a_file_is_the_one_that_is_printed(file: Path, tmp_path: Path, capsys: Any) -> None:
    run("apply", file)
    capsys.readouterr()
    assert run("export") == 0
    printed = capsys.readouterr().out
    assert run("export", "--output", tmp_path / "export.yaml") == 0
    assert (tmp_path / "export.yaml").read_text() == printed
    assert capsys.readouterr().out == ""
    assert run("apply", tmp_path / "export.yaml", "--prune") == 0
    assert capsys.readouterr().out == "no changes\n"


def test_prune_removes_what_the_file_does_not_name(file: Path, capsys: Any) -> None:
    run("apply", file)
    file.write_text("ordinus: 1\n")
    capsys.readouterr()
    assert run("apply", file) == 0
    assert capsys.readouterr().out == "no changes\n"
    assert run("apply", file, "--prune") == 0
    assert "- remove rep bo@acme.example\n" in capsys.readouterr().out
