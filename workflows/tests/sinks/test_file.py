"""A file of facts holds each of them once, whole, whatever happens in between."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from workflows.core import chain
from workflows.sinks import file as file_module
from workflows.sinks.base import Misconfigured, Parcel
from workflows.sinks.file import FileSink

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def body(number: int) -> dict:
    return {
        "type": "stage.entered",
        "timestamp": "2026-03-02T09:00:00Z",
        "data": {"sequence": number, "text": "ü"},
    }


@pytest.fixture
def path(tmp_path):
    return tmp_path / "facts" / "of" / "today.ndjson"


@pytest.fixture
def push(path):
    def push(number: int, is_repeat: bool = False):
        sink = FileSink({"path": str(path)})
        return sink.push(Parcel(body(number), f"k:{number}", AT, is_repeat))

    return push


def lines(path) -> list[int]:
    return [json.loads(line)["data"]["sequence"] for line in path.read_bytes().splitlines()]


def test_each_fact_is_a_line_of_the_webhooks_bytes(push, path):
    push(1), push(2)
    assert path.read_bytes() == chain.canonical(body(1)) + b"\n" + chain.canonical(body(2)) + b"\n"


def test_a_repetition_of_what_is_there_writes_nothing(push, path):
    push(1), push(2)
    assert push(1, is_repeat=True).status == "present"
    assert lines(path) == [1, 2]


def test_a_repetition_of_what_is_not_there_is_written(push, path):
    push(1)
    assert push(2, is_repeat=True).status == "written"
    assert lines(path) == [1, 2]


def test_a_first_attempt_that_comes_late_looks_for_its_line_too(push, path, monkeypatch):
    push(1)
    monkeypatch.setattr(file_module, "PATIENCE", -1.0)
    assert push(1).status == "present"
    assert lines(path) == [1]


def test_part_of_another_line_is_not_taken_for_the_line(push, path):
    push(1)
    inner = chain.canonical(body(2)).decode()
    path.write_text(f'["x"{inner}\n')
    push(2, is_repeat=True)
    assert path.read_text().count(inner) == 2


def test_a_line_half_written_by_a_crash_goes(push, path):
    push(1)
    with path.open("ab") as file:
        file.write(chain.canonical(body(2))[:40])
    push(3)
    assert lines(path) == [1, 3]


def test_a_whole_line_without_its_end_stays(push, path):
    push(1)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    push(2)
    assert lines(path) == [1, 2]


def test_writers_at_the_same_time_keep_their_lines_whole(push, path):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(push, range(200)))
    assert sorted(lines(path)) == list(range(200))


def test_a_file_that_was_moved_away_is_begun_anew(push, path):
    push(1)
    path.rename(path.with_suffix(".old"))
    push(2)
    assert lines(path) == [2]


def test_a_relative_path_begins_at_the_installation(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    FileSink({"path": "var/facts.ndjson"}).push(Parcel(body(1), "k", AT))
    assert lines(tmp_path / "var" / "facts.ndjson") == [1]


def test_a_folder_in_its_place_is_a_matter_of_the_settings(tmp_path):
    with pytest.raises(Misconfigured):
        FileSink({"path": str(tmp_path)}).push(Parcel(body(1), "k", AT))
    assert not FileSink({"path": str(tmp_path)}).check().ok


@pytest.mark.parametrize("name", ["pipe", "file/below"])
def test_what_can_never_be_written_is_a_matter_of_the_settings(tmp_path, name):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    sink = FileSink({"path": str(tmp_path / name)})
    assert not sink.check().ok
    with pytest.raises(Misconfigured):
        sink.push(Parcel(body(1), "k", AT))


def test_a_full_disk_leaves_nothing_and_is_tried_again(push, path):
    """With a limit on the size of files the system refuses the write, as it does when the disk is full."""
    push(1)
    program = (
        "import resource, signal, sys, json; from datetime import *; import django; django.setup()\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from workflows.sinks.file import FileSink; from workflows.sinks.base import Parcel, Retry\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({path.stat().st_size + 20}, {path.stat().st_size + 20}))\n"
        "try: FileSink({'path': sys.argv[1]}).push(Parcel(json.loads(sys.argv[2]), 'k', datetime.now(UTC)))\n"
        "except Retry as error: sys.exit(7)"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "ordinus.tests.settings"}
    arguments = [sys.executable, "-c", program, str(path), json.dumps(body(2))]
    assert subprocess.run(arguments, env=environment, check=False).returncode == 7
    assert lines(path) == [1]
    assert path.read_bytes().endswith(b"\n")


def test_a_check_makes_nothing(path, tmp_path):
    finding = FileSink({"path": str(path)}).check()
    assert finding.ok and "can be made" in finding.sentence
    assert list(tmp_path.iterdir()) == []
