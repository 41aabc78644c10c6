"""The adapter bears, before a real Tryton, what every adapter has to."""

from __future__ import annotations

import pytest

from ordinus.tests.tryton.servers import Between
from workflows.sinks.base import Misconfigured, Permanent
from workflows.sinks.conformance import PERSON, Receiver, SinkConformance, parcel
from workflows.sinks.tryton import TrytonSink
from workflows.sinks.tryton_rpc import SESSIONS


class TestTryton(SinkConformance):
    adapter = TrytonSink
    side = Between

    @pytest.fixture
    def receiver(self, tryton, httpserver) -> Receiver:
        return Between(tryton, httpserver)


@pytest.fixture
def sink(tryton) -> TrytonSink:
    return TrytonSink(tryton.config)


def test_a_password_that_is_wrong_is_a_matter_of_the_settings(tryton):
    finding = TrytonSink({**tryton.config, "password": "guessed"}).check()
    assert not finding.ok and "credentials" in finding.sentence and "guessed" not in finding.sentence


def test_a_session_that_has_ended_is_begun_anew(sink, tryton):
    sink.push(parcel(sink))
    SESSIONS[sink.rpc.key] = ("YWRtaW46MTpnb25l", SESSIONS[sink.rpc.key][1])
    sink.push(parcel(sink, facts={"lead.name": "Grace H."}))
    assert [name for name, *_ in tryton.parties()] == ["Grace H."]


def test_a_person_who_is_there_already_is_not_made_twice(sink, tryton):
    Between.know(type("Side", (), {"server": tryton})(), PERSON.upper())
    sink.push(parcel(sink))
    assert [value for _, value, _ in tryton.parties()] == [PERSON.upper()]


def test_tags_become_categories_and_only_the_one_taken_off_goes(sink, tryton):
    sink.push(parcel(sink, facts={"lead.tags": ["nurture", "vip"]}))
    told = parcel(sink, verb="lead.untagged", facts={"lead.tags": ["vip"]})
    told.body["data"]["event"]["tag"] = "nurture"
    sink.push(told)
    assert [tags for *_, tags in tryton.parties()] == ["vip"]


def test_outcomes_move_the_opportunity_along_and_lose_it(sink, tryton):
    sink.push(parcel(sink, verb="outcome.recorded", facts={"outcome": "follow_up"}))
    assert [state for _, state, *_ in tryton.opportunities()] == ["opportunity"]
    corrected = parcel(sink, verb="outcome.corrected", facts={"outcome": "not_a_fit"})
    corrected.body["data"]["sequence"] = 6
    sink.push(corrected)
    assert [state for _, state, *_ in tryton.opportunities()] == ["lost"]
    meeting = "Product demo with Ana Silva, Wednesday 4 March 2026, 09:00–09:30 UTC. Confirmed."
    assert tryton.notes()[-1] == f"Corrected. Grace Hopper: {meeting} Outcome: not a fit.\nOrdinus 12/6."


def test_a_field_that_tryton_has_not_is_named(sink):
    sink.mapping = {"party.shoe_size": "lead.name"}
    with pytest.raises(Misconfigured, match="party\\.shoe_size"):
        sink.push(parcel(sink))


def test_other_fields_of_party_and_opportunity_can_be_asked_for(sink, tryton):
    sink.push(parcel(sink))
    sink.reads = {"crm.account_name": "party.code", "crm.lifecycle": "opportunity.reference"}
    found = sink.look_up(PERSON, "navy.example", timeout=5)
    assert found["account_name"].isdigit() and found["lifecycle"] == "ordinus-run-12"


def test_what_tryton_refuses_is_told_in_its_words(sink, tryton):
    sink.mapping = {"opportunity.payment_term": "answers.term"}
    with pytest.raises(Permanent):
        sink.push(parcel(sink, facts={"answers.term": "soon"}))


def test_a_record_that_is_gone_is_told_when_it_is_read_and_made_again_when_it_is_written(sink, tryton):
    told = parcel(sink)
    sink.push(told)
    tryton.empty()
    with pytest.raises(Permanent) as raised:
        sink.fetch(told.links.as_dict(), ["party.name"])
    assert raised.value.code == "gone"
    sink.push(parcel(sink, links=told.links))
    assert len(tryton.parties()) == len(tryton.opportunities()) == len(tryton.notes()) == 1
