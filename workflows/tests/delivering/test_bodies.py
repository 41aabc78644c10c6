"""The body of a delivery: exactly what the contract says, with the fields that the sink's mapping asks for."""

from __future__ import annotations

import json

import pytest

from workflows import delivering, registry
from workflows.core import chain
from workflows.tests.telling import NOW, a_run, only_delivery, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def body_told(hook, monkeypatch):
    """The body that arrives for a fact of a run with these facts, under this mapping."""

    def told(mapping, facts=None, carried=None, **news):
        monkeypatch.setattr(registry, "FACT_SOURCES", [lambda run: facts or {}])
        hook.sink(mapping=mapping, events=["*"])
        tell(a_run(carried=carried), **news)
        delivering.deliver(only_delivery().pk, NOW, NOW)
        return hook.told[0]

    return told


def test_the_body_is_the_contracts(body_told):
    body = body_told({}, booking=5, data={"kind": "meeting", "visit": 3})
    run = only_delivery().run
    assert body == {
        "type": "stage.entered",
        "timestamp": "2026-03-02T09:00:00Z",
        "data": {
            "run": run, "lead": 7, "booking": 5, "sequence": 1, "event": {"kind": "meeting", "visit": 3}, "fields": {},
        },
    }  # fmt: skip


def test_fields_are_named_by_the_mapping(body_told):
    facts = {"lead.email": "mia@acme.example", "answers.employees": 500}
    fields = body_told({"email": "lead.email", "size": "answers.employees"}, facts)["data"]["fields"]
    assert fields == {"email": "mia@acme.example", "size": 500}


def test_missing_facts_are_null(body_told):
    assert body_told({"owner": "rep.email", "outcome": "outcome"})["data"]["fields"] == {
        "owner": None,
        "outcome": None,
    }


def test_what_the_run_carries_is_a_fact(body_told):
    carried = {"segment": "enterprise", "rep.email": "ana@acme.example", "_booking": 5}
    mapping = {"segment": "segment", "owner": "rep.email", "hidden": "_booking"}
    assert body_told(mapping, carried=carried)["data"]["fields"] == {
        "segment": "enterprise",
        "owner": "ana@acme.example",
        "hidden": None,
    }


def test_facts_about_the_delivery_can_be_registered(body_told, monkeypatch):
    from workflows import bodies

    monkeypatch.setattr(bodies, "DELIVERY_FACTS", [lambda delivery: {"booking.number": delivery.booking}])
    assert body_told({"meeting": "booking.number"}, booking=5)["data"]["fields"] == {"meeting": 5}


@pytest.mark.parametrize(
    "value, sent",
    [(2.50, 2.5), (2.0, 2), (["a", "b"], ["a", "b"]), (NOW, "2026-03-02T09:00:00Z"), (2**60, str(2**60)),
     ("nul\x00", "nul"), (True, True)],
)  # fmt: skip
def test_values_are_json_that_both_databases_keep(body_told, value, sent):
    assert body_told({"x": "answers.x"}, {"answers.x": value})["data"]["fields"] == {"x": sent}


def test_what_is_stored_is_what_was_sent(body_told, hook):
    body_told({"x": "answers.x"}, {"answers.x": {"z": 1, "ä": [1.5, "€"], "a": None}})
    assert chain.canonical(only_delivery().body) == hook.requests[0].get_data()


def test_a_pushed_event_goes_by_its_own_name(hook):
    hook.sink(events=["trial.started"])
    tell(a_run(), "event.pushed", data={"event": "trial.started"})
    delivering.deliver(only_delivery().pk, NOW, NOW)
    assert (hook.told[0]["type"], hook.told[0]["data"]["event"]) == (
        "trial.started",
        {"event": "trial.started"},
    )


@pytest.mark.parametrize("events, count", [(["*"], 1), (["event.pushed"], 1), (["trial.started", "event.pushed"], 1),
                                           (["trial.ended"], 0)])  # fmt: skip
def test_a_pushed_event_reaches_the_sinks_that_take_it(hook, events, count):
    hook.sink(events=events)
    tell(a_run(), "event.pushed", data={"event": "trial.started"})
    assert len(delivering.due(NOW, NOW, 10)) == count


def test_the_line_of_a_file_is_the_body_of_the_webhook(hook, tmp_path):
    hook.sink(mapping={"segment": "segment"})
    path = tmp_path / "facts.ndjson"
    hook.sink("file", kind="file", mapping={"segment": "segment"}, config={"path": str(path)})
    tell(a_run(carried={"segment": "enterprise"}))
    for number in delivering.due(NOW, NOW, 10):
        delivering.deliver(number, NOW, NOW)
    assert path.read_bytes() == hook.requests[0].get_data() + b"\n"
    assert json.loads(path.read_text()) == hook.told[0]
