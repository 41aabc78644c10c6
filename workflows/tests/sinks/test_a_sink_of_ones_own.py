"""The guide “Write a sink of your own” works as it is written."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from workflows.models import Sink
from workflows.sinks.base import SINK_KINDS, adapter_of, load_kinds

GUIDE = Path(django_settings.BASE_DIR, "docs/how-to/write-a-sink.md")
BLOCK = re.compile(r"```python\n# (\S+)\n(.*?)```", re.DOTALL)


@pytest.fixture
def written(tmp_path, monkeypatch) -> Path:
    """The files of the guide, in a folder that Python finds."""
    for name, text in BLOCK.findall(GUIDE.read_text()):
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield tmp_path
    for name in ("rolodex", "test_rolodex"):
        sys.modules.pop(name, None)


def test_its_suite_passes_and_its_class_goes_into_service(written, pytester_run):
    assert pytester_run(written / "test_rolodex.py") >= 13
    path = re.search(r"ORDINUS_SINKS=(\S+)", GUIDE.read_text())[1]
    load_kinds([path])
    try:
        sink = Sink(kind=path, config={"url": "https://rolodex.example", "token": "quiet"})
        adapter = adapter_of(sink)
    finally:
        del SINK_KINDS[path]
    assert adapter.title == "Rolodex" and adapter.reads["crm.owner_email"] == "keeper"


@pytest.fixture
def pytester_run():
    """Runs a test file in a process of its own; how many tests passed, or a failure that shows why not."""
    import subprocess

    def run(file: Path) -> int:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
                   f"--rootdir={django_settings.BASE_DIR}", f"-c{django_settings.BASE_DIR}/pyproject.toml",
                   str(file)]  # fmt: skip
        done = subprocess.run(command, cwd=django_settings.BASE_DIR, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:]
        return int(re.search(r"(\d+) passed", done.stdout)[1])

    return run
