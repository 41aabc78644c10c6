"""The fields of a sink as a table, what a real lead would bring, and what the other side has no field for."""

from __future__ import annotations

import pytest

from workflows import delivering, registry
from workflows.models import AuditEvent, Delivery, Sink
from workflows.sinks.base import SINK_KINDS, Answer, Field, Retry, SinkAdapter
from workflows.tests.admin.pages import Admin, viewer
from workflows.tests.telling import NOW, a_run, a_sink, tell

pytestmark = pytest.mark.django_db
FACTS = {"lead.email": "mia@acme.example", "answers.employees": "900"}


class Fielded(SinkAdapter):
    """A CRM that has three fields, or is down."""

    kind = "tests.Fielded"
    title = "A CRM"
    can_read = True
    is_down = False
    pushed: list = []

    def list_fields(self):
        if self.is_down:
            raise Retry("down", "It is down.")
        return [
            Field("email", "E-mail"),
            Field("size", "Company size", "number"),
            Field("id", "Id", is_writable=False),
        ]

    def push(self, delivery):
        self.pushed.append(dict(delivery.body))
        return Answer("200")


@pytest.fixture
def sink(monkeypatch) -> Sink:
    monkeypatch.setitem(SINK_KINDS, Fielded.kind, Fielded)
    monkeypatch.setattr(Fielded, "pushed", [])
    monkeypatch.setattr(registry, "FACT_SOURCES", [lambda run: FACTS])
    return a_sink("crm", kind=Fielded.kind, mapping={"email": "lead.email"})


def page(sink: Sink) -> str:
    return f"/admin/workflows/sink/{sink.pk}/fields/"


def send(ops: Admin, sink: Sink, *rows: tuple[str, str, str, str], **more: str):
    names = ("theirs", "fact", "type", "constant")
    data = {
        f"form-{n}-{name}": value
        for n, row in enumerate(rows)
        for name, value in zip(names, row, strict=True)
    }
    data |= {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0"} | more
    return ops.client.post(page(sink), data)


def test_rows_are_saved_with_types_and_constants_and_told_to_the_audit(ops: Admin, sink: Sink) -> None:
    rows = [("email", "lead.email", "", ""), ("size", "answers.employees", "number", ""), ("source", "", "", "Ordinus"),
            ("", "", "", "")]  # fmt: skip
    assert send(ops, sink, *rows, save="yes").status_code == 302
    sink.refresh_from_db()
    assert sink.mapping == {
        "email": "lead.email",
        "size": {"fact": "answers.employees", "type": "number"},
        "source": {"value": "Ordinus"},
    }
    assert AuditEvent.objects.get(verb="config.changed").data["object"] == "sink:crm"
    assert "answers.employees as number" in ops.get(f"/admin/workflows/sink/{sink.pk}/change/")


def test_what_is_shown_of_a_lead_is_what_is_then_sent(ops: Admin, sink: Sink) -> None:
    run = a_run()
    tell(run)
    rows = [
        ("email", "lead.email", "", ""),
        ("size", "answers.employees", "number", ""),
        ("source", "", "", "Web"),
    ]
    shown = send(ops, sink, *rows, run=str(run.pk)).content.decode()
    assert (
        "mia@acme.example" in shown and "always the same" in shown and "answers.employees as number" in shown
    )
    sink.refresh_from_db()
    assert sink.mapping == {"email": "lead.email"} and Fielded.pushed == []
    assert Delivery.objects.get().body is None

    send(ops, sink, *rows, save="yes")
    delivering.deliver(Delivery.objects.get().pk, NOW, NOW)
    (body,) = Fielded.pushed
    assert body["data"]["fields"] == {"email": "mia@acme.example", "size": 900, "source": "Web"}
    from workflows import previewing

    sink.refresh_from_db()
    assert previewing.preview(sink, run, sink.mapping).body == body


def test_fields_that_the_other_side_has_not_are_named_and_unused_ones_offered(ops: Admin, sink: Sink) -> None:
    Sink.objects.update(mapping={"e_mail": "lead.email"})
    shown = ops.get(page(sink))
    assert "The other side has no such field: e_mail." in shown
    assert "Fields of theirs that are not used (2)" in shown


def test_a_crm_that_cannot_be_asked_is_no_fault(ops: Admin, sink: Sink, monkeypatch) -> None:
    monkeypatch.setattr(Fielded, "is_down", True)
    assert "Their fields could not be asked for: It is down." in ops.get(page(sink))


@pytest.mark.parametrize(
    "rows, said",
    [
        ([("email", "lead.emil", "", "")], "there is no fact “lead.emil”"),
        ([("email", "lead.email", "", "x")], "one of the two"),
        ([("email", "", "", "")], "one of the two"),
        ([("", "lead.email", "", "")], "Name their field"),
        ([("a", "lead.email", "", ""), ("a", "segment", "", "")], "“a” stands here twice"),
    ],
)
def test_what_is_wrong_is_said_beside_the_row_and_nothing_is_saved(
    ops: Admin, sink: Sink, rows, said
) -> None:
    response = send(ops, sink, *rows, save="yes")
    assert response.status_code == 200 and said in response.content.decode()
    sink.refresh_from_db()
    assert sink.mapping == {"email": "lead.email"}


def test_who_may_only_look_has_no_such_page(sink: Sink) -> None:
    assert Admin(viewer()).client.get(page(sink)).status_code == 403
