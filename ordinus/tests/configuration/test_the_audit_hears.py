"""Every change by file is a `config.changed` event, without names, addresses or texts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ordinus.tests.configuration.files import SMALL, applied, changed
from routing.models import Rep
from workflows.models import AuditEvent, Evidence

pytestmark = pytest.mark.django_db


def told() -> list[dict[str, Any]]:
    return [event.data for event in AuditEvent.objects.filter(verb="config.changed").order_by("sequence")]


def told_since(lines_before: int) -> list[dict[str, Any]]:
    return told()[lines_before:]


@pytest.fixture(autouse=True)
def before() -> int:
    applied(SMALL)
    return len(told())


def test_the_events_form_chain_0_and_name_who_did_it() -> None:
    events = AuditEvent.objects.filter(verb="config.changed")
    assert {(event.run, event.actor, event.lead) for event in events} == {(0, "system", None)}


def test_a_number_is_told_as_it_is(before: int) -> None:
    applied(changed(SMALL, "name: Sales,", "name: Sales, sla: 8h, catch_up: 7,"))
    assert told_since(before) == [
        {"object": "pool:sales", "field": "sla", "old": None, "new": "8h"},
        {"object": "pool:sales", "field": "catch_up", "old": 5, "new": 7},
    ]


def test_a_member_is_told_by_number(before: int) -> None:
    applied(changed(SMALL, "{rep: bo@acme.example}", "{rep: bo@acme.example, weight: 2}"))
    bo = Rep.objects.get(name="Bo")
    assert told_since(before) == [
        {"object": "pool:sales", "field": f"members[rep:{bo.pk}].weight", "old": 1, "new": 2}
    ]
    applied(changed(SMALL, ", {rep: bo@acme.example}", ""))
    assert told()[-1] == {
        "object": "pool:sales", "field": f"members[rep:{bo.pk}]", "old": {"weight": 2}, "new": None,
    }  # fmt: skip


def test_a_text_is_told_by_its_hash_and_lies_in_evidence(before: int) -> None:
    applied(changed(SMALL, "Hi {{ lead_name }}", "Dear {{ lead_name }}"))
    (event,) = told_since(before)
    assert event["object"] == "template:confirmation" and event["field"] == "body"
    assert event["old"].startswith("sha256:") and event["new"].startswith("sha256:")
    content = Evidence.objects.order_by("pk").last().content
    assert (content["old"], content["new"]) == ("Hi {{ lead_name }}", "Dear {{ lead_name }}")


def test_no_event_holds_a_name_an_address_or_a_text() -> None:
    kept = json.dumps(told())
    for private in ("ana@acme.example", "bo@acme.example", "Ana", "Hi {{", "Everyone", "https://"):
        assert private not in kept


def test_what_goes_is_told(before: int) -> None:
    applied("ordinus: 1\n", prune=True)
    gone = {event["object"]: event["field"] for event in told_since(before)}
    assert gone["workflow:inbound"] == "retired"
    assert gone["template:reminder"] == "exists"
    assert sum(label.startswith("rep:") for label in gone) == 2
