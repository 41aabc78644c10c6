"""A sender of our own form is told which value does not fit; nothing malformed is quietly taken, or breaks anything."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from bookings.models import AttendanceSignal, InboundNews
from bookings.tests.inbound import senders

SIGNALS, PARTIES = "joined, attended, no_show", "guest, host"

TOP = [
    ("timestamp", "nope"), ("timestamp", "9999-12-31T23:59:59-14:00"), ("timestamp", "0001-01-01T00:00:00+14:00"),
    ("timestamp", 10**30), ("timestamp", True), ("timestamp", []), ("timestamp", ""),
    ("type", "party"), ("type", None), ("type", {"a": 1}),
    ("data", None), ("data", []), ("data", {}),
]  # fmt: skip
INNER = [
    ("email", "\x00"), ("email", {"a": 1}), ("email", 7), ("email", "x" * 255), ("email", "\ud800"),
    ("booking", "x"), ("booking", True), ("booking", float("1e308") * 10), ("booking", 1.5), ("booking", 0),
    ("booking", -1), ("booking", 10**18), ("booking", [1]),
    ("record", "\x00"), ("record", {"a": 1}), ("record", True), ("record", 1.5),
    ("at", "soon"), ("at", "9999-12-31T23:59:59-14:00"), ("at", {"a": 1}),
    ("signal", "slept"), ("signal", None), ("signal", ["joined"]), ("signal", "\x00"),
    ("party", "cat"), ("party", None), ("party", 1),
]  # fmt: skip


def attended(meeting: Any, **more: Any) -> dict[str, Any]:
    return {"type": "attendance", "data": {"booking": meeting.pk, "signal": "attended", **more}}


def refused(content: Any, kind: str = "signed") -> dict[str, list[str]]:
    source = senders.a_source(kind)
    if kind == "signed":
        body, headers = senders.standard(content, timezone.now())
        # JSON has no word for infinity, but can write it
        spelt = body.replace(b"Infinity", b"1e400")
        headers["webhook-signature"] = senders.Webhook(senders.SECRET).sign(
            "msg_1", timezone.now(), spelt.decode()
        )
        answer = senders.post(source, spelt, headers)
    else:
        answer = senders.post(source, *senders.zoom(content, timezone.now()))
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] == "invalid" and answer.json()["detail"].endswith(".")
    assert not InboundNews.objects.exists() and not AttendanceSignal.objects.exists()
    return answer.json()["fields"]


@pytest.mark.parametrize("name, value", TOP)
def test_a_value_of_the_message_that_does_not_fit_is_named(booking, clock, name, value):
    assert list(refused(attended(booking) | {name: value})) == [name]


@pytest.mark.parametrize("name, value", INNER)
def test_a_value_of_its_data_that_does_not_fit_is_named(booking, clock, name, value):
    assert list(refused(attended(booking, **{name: value}))) == [f"data.{name}"]


@pytest.mark.parametrize("name, words", [("signal", SIGNALS), ("party", PARTIES)])
def test_the_words_that_can_be_sent_are_told(booking, clock, name, words):
    assert words in refused(attended(booking, **{name: "cat"}))[f"data.{name}"][0]


@pytest.mark.parametrize("outcome", ["", None, 1, {"a": 1}, "\x00", "x" * 255])
def test_an_outcome_that_is_no_word_is_named(booking, clock, outcome):
    content = {"type": "outcome", "data": {"booking": booking.pk, "outcome": outcome}}
    assert list(refused(content)) == ["data.outcome"]


def test_an_id_that_was_used_is_not_taken_with_other_content(booking, clock):
    source, now = senders.a_source("signed"), timezone.now()
    first = senders.standard(attended(booking, party="host"), now)
    assert senders.post(source, *first).json()["effects"] == ["recorded"]
    answer = senders.post(source, *senders.standard(attended(booking), now))
    assert (answer.status_code, answer.json()["code"]) == (422, "message_id_reused")
    assert list(answer.json()["fields"]) == ["webhook-id"]
    assert senders.post(source, *first).json() == {"taken": 0, "effects": []}
    assert AttendanceSignal.objects.count() == InboundNews.objects.count() == 1
    assert senders.post(source, *senders.standard(attended(booking), now, ident="msg_2")).status_code == 200


def test_the_same_id_of_two_sources_is_two_messages(booking, clock):
    now = timezone.now()
    one, two = senders.a_source("signed"), senders.a_source("signed", slug="another")
    assert senders.post(one, *senders.standard(attended(booking, party="host"), now)).status_code == 200
    assert senders.post(two, *senders.standard(attended(booking), now)).json()["effects"] == ["recorded"]


@pytest.mark.parametrize(
    "content",
    [[], {"event": "meeting.participant_joined", "payload": []},
     {"event": "meeting.participant_joined", "payload": "x"},
     {"event": "meeting.participant_joined", "payload": {"object": {"id": 1, "participant": {"email": "\x00"}}}},
     {"event": "\ud800"}],
)  # fmt: skip
def test_what_zoom_cannot_mean_breaks_nothing(booking, clock, content):
    refused(content, "zoom")


@pytest.mark.parametrize(
    "at", ["nope", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", 10**400, {}, []]
)
def test_an_instant_of_zoom_that_is_none_finds_no_meeting(booking, clock, at):
    source = senders.a_source("zoom")
    person = {"id": "x", "join_time": at}
    content = {
        "event": "meeting.participant_joined",
        "payload": {"object": {"id": 123456789, "participant": person}},
    }
    answer = senders.post(source, *senders.zoom(content, timezone.now()))
    assert (answer.status_code, answer.json().get("effects")) == (200, ["unmatched"])


@pytest.mark.parametrize("event", ["meeting.started", None, 7, ["a"], {"a": 1}])
def test_events_of_zoom_that_we_do_not_know_are_let_pass(acme, event):
    source = senders.a_source("zoom")
    answer = senders.post(source, *senders.zoom({"event": event, "payload": 7}, timezone.now()))
    assert (answer.status_code, answer.json()) == (200, {"taken": 0, "effects": []})


@pytest.mark.parametrize("occurred", [10**400, "nope", None, -(10**18), 1.5, {"a": 1}])
def test_an_instant_of_hubspot_that_is_none_breaks_nothing(acme, occurred):
    source = senders.a_source("hubspot", field="demo_outcome")
    event = {
        "subscriptionType": "contact.propertyChange", "propertyName": "demo_outcome", "eventId": 1,
        "propertyValue": "Bad fit", "objectId": {"a": 1}, "occurredAt": occurred,
    }  # fmt: skip
    answer = senders.post(source, *senders.hubspot([event, None, 7, {}], timezone.now(), source))
    assert (answer.status_code, answer.json().get("effects")) == (200, ["unmatched"])
