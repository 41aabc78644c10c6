"""The past is told and look-ups are moved from a sink's page, by those who may change sinks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from workflows.models import AuditEvent, Backfill, Delivery, Sink
from workflows.sinks.base import SINK_KINDS, SinkAdapter
from workflows.sweeping import sweep
from workflows.tests.admin.pages import Admin
from workflows.tests.telling import NOW, a_run, a_sink, tell

pytestmark = pytest.mark.django_db


class Answering(SinkAdapter):
    kind = "tests.Answering"
    title = "A CRM"
    can_look_up = True


@pytest.fixture
def crms(monkeypatch) -> tuple[Sink, Sink]:
    monkeypatch.setitem(SINK_KINDS, Answering.kind, Answering)
    return a_sink("old", kind=Answering.kind, look_up=True), a_sink("new", kind=Answering.kind)


def page(sink: Sink, act: str) -> str:
    return f"/admin/workflows/sink/{sink.pk}/{act}/"


def test_look_ups_move_from_one_to_the_other_and_back(ops: Admin, crms) -> None:
    old, new = crms
    (told,) = ops.press(page(new, "switch"))
    assert told == "“new” answers from now on. “old” is no longer asked."
    assert dict(Sink.objects.values_list("slug", "look_up")) == {"old": False, "new": True}
    changed = AuditEvent.objects.filter(verb="config.changed", data__field="look_up").order_by("pk")
    assert [(event.data["object"], event.data["new"]) for event in changed] == [
        ("sink:old", False), ("sink:new", True),
    ]  # fmt: skip
    ops.press(page(old, "switch"))
    assert dict(Sink.objects.values_list("slug", "look_up")) == {"old": True, "new": False}


def test_what_cannot_answer_is_not_switched_to(ops: Admin, crms) -> None:
    hook = a_sink("hook")
    ops.client.post(page(hook, "switch"), {"_form_submitted": "on"})
    Sink.objects.filter(slug="new").update(is_enabled=False)
    ops.client.post(page(crms[1], "switch"), {"_form_submitted": "on"})
    assert list(Sink.objects.filter(look_up=True).values_list("slug", flat=True)) == ["old"]


def test_the_past_is_told_with_progress_and_can_be_stopped(ops: Admin, tmp_path) -> None:
    for day in range(4):
        tell(a_run(lead=day + 1), at=NOW + timedelta(days=day))
    sink = a_sink("file", kind="file", config={"path": str(tmp_path / "facts")})
    (told,) = ops.press(page(sink, "backfill"), since="2026-03-03", until="2026-03-05", per_minute=1)
    assert told.startswith("3 facts will be told")
    backfill = Backfill.objects.get()
    after = backfill.created_at + timedelta(seconds=1)
    sweep(after, after)
    shown = ops.get(f"/admin/workflows/backfill/{backfill.pk}/change/")
    assert "1 of 3" in shown and "33% are settled. About 2 minutes to go." in shown
    assert "Under way" in ops.get("/admin/workflows/backfill/")
    ops.press(f"/admin/workflows/backfill/{backfill.pk}/stop/")
    assert Delivery.objects.count() == 1
    assert "Stopped" in ops.get("/admin/workflows/backfill/")


def test_a_backfill_that_cannot_be_says_why(ops: Admin) -> None:
    sink = a_sink("file", kind="file", events=())
    (told,) = ops.press(page(sink, "backfill"), per_minute=600)
    assert told == "“file” takes no facts. Say first what it is told."
    assert not Backfill.objects.exists()
