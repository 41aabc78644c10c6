"""That somebody was there or did not come is told to every CRM, whoever told it to us."""

from __future__ import annotations

from typing import Any

import pytest

from workflows.sinks import hubspot
from workflows.sinks.base import Parcel, SinkAdapter
from workflows.sinks.conformance import parcel
from workflows.sinks.hubspot import HubSpotSink
from workflows.sinks.oauth import TOKENS
from workflows.sinks.salesforce import SalesforceSink
from workflows.sinks.slack import SlackSink, text_of
from workflows.sinks.tryton import TrytonSink
from workflows.tests.sinks.hubspot_account import Account
from workflows.tests.sinks.salesforce_org import Org

WHEN = "Product demo with Ana Silva, Wednesday 4 March 2026, 09:00–09:30 UTC."
SLACK = {"url": "https://hooks.slack.example/services/T/B/X"}


@pytest.fixture(autouse=True)
def nothing_remembered(settings: Any) -> None:
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
    TOKENS.clear()
    hubspot.ENSURED.clear()


def signalled(sink: SinkAdapter, signal: str, party: str = "guest", status: str = "") -> Parcel:
    of_signal = {"no_show": "no_show", "attended": "attended"}.get(signal, "confirmed")
    told = parcel(sink, verb="attendance.signalled", facts={"booking.status": status or of_signal})
    told.body["data"]["event"] = {"signal": signal, "party": party, "source": "rep-screen"}
    return told


@pytest.mark.parametrize(
    "signal, outcome", [("joined", "SCHEDULED"), ("attended", "COMPLETED"), ("no_show", "NO_SHOW")]
)
def test_hubspot_keeps_it_as_the_outcome_of_the_meeting(httpserver: Any, signal: str, outcome: str) -> None:
    account = Account(httpserver)
    sink = HubSpotSink(account.config)
    sink.push(parcel(sink))
    sink.push(signalled(sink, signal))
    assert [row["hs_meeting_outcome"] for row in account.records["meetings"].values()] == [outcome]


def test_salesforce_says_so_in_the_event(httpserver: Any) -> None:
    org = Org(httpserver)
    sink = SalesforceSink(org.config)
    sink.push(parcel(sink))
    for signal, words in (("attended", "It took place."), ("no_show", "It did not take place.")):
        sink.push(signalled(sink, signal))
        ((_, event),) = org.records["Event"].items()
        assert event["Description"] == f"{WHEN} {words}\nOrdinus booking 3."


@pytest.mark.parametrize(
    "signal, party, status, sentence",
    [("no_show", "guest", "no_show", f"Grace Hopper did not come: {WHEN} It did not take place."),
     ("attended", "guest", "attended", f"Grace Hopper was there: {WHEN} It took place."),
     ("joined", "guest", "confirmed", f"Grace Hopper joined: {WHEN} Confirmed."),
     ("no_show", "host", "confirmed", f"Ana Silva did not come, the meeting with Grace Hopper: {WHEN}")],
)  # fmt: skip
def test_slack_says_who_was_there_and_who_was_not(
    signal: str, party: str, status: str, sentence: str
) -> None:
    assert text_of(signalled(SlackSink(SLACK), signal, party, status)) == sentence


class Notes:
    """Tryton's notes: found by what they end with, made, and never changed."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def call(self, model: str, method: str, *arguments: Any) -> list[int]:
        if method == "create":
            self.texts.append(arguments[0][0]["message"])
            return [len(self.texts)]
        mark = str(arguments[0][-1][-1]).strip("%")
        return [place for place, text in enumerate(self.texts, 1) if text.endswith(mark)]


def test_tryton_notes_who_was_there_in_the_end_and_not_who_pressed_join() -> None:
    sink = TrytonSink.__new__(TrytonSink)
    sink.config, sink.mapping = {}, {}
    sink.rpc = Notes()  # type: ignore[assignment]
    for signal in ("joined", "no_show", "no_show"):
        sink._activity(signalled(sink, signal), 5)
    assert sink.rpc.texts == [  # type: ignore[attr-defined]
        f"Grace Hopper did not come: {WHEN} It did not take place.\nOrdinus 12/5."
    ]
