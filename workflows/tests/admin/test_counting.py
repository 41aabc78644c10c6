"""A list says how many rows it has, exactly as long as they can be counted in no time."""

from __future__ import annotations

import re

import pytest

from workflows.models import Heartbeat
from workflows.tests.admin.pages import Admin, superuser
from workflows.tests.telling import NOW

LIST = "/admin/workflows/heartbeat/"


@pytest.fixture
def ops(db: None) -> Admin:
    for number in range(7):
        Heartbeat.objects.create(name=f"work-{number}", at=NOW)
    return Admin(superuser())


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_few_are_counted(ops: Admin) -> None:
    page = words(ops.get(LIST))
    assert "7 heartbeats" in page and "Show all" not in page and "result" not in page


def test_many_are_counted_so_far(ops: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.admin.counting.MOST_COUNTED", 5)
    assert "over 5 heartbeats" in words(ops.get(LIST))
    monkeypatch.setattr("workflows.admin.counting.MOST_COUNTED", 7)
    assert "over" not in words(ops.get(LIST)).partition("heartbeats")[0][-20:]


def test_pages_end_with_what_is_counted(ops: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.admin.counting.MOST_COUNTED", 4)
    monkeypatch.setattr("workflows.admin.system.HeartbeatAdmin.list_per_page", 2)
    shown = [re.findall(rf"{LIST}(\d+)/change/", ops.get(f"{LIST}?p={page}")) for page in (1, 2)]
    assert all(shown) and not set(shown[0]) & set(shown[1])
    assert "?p=2" in ops.get(LIST) and "?p=3" not in ops.get(LIST)
