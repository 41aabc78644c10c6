"""Salesforce, as its documentation has it: leads, contacts, events, owners, topics, and what can go wrong."""

from __future__ import annotations

import pytest

from workflows.sinks.base import Misconfigured, Permanent, RateLimited, Retry
from workflows.sinks.conformance import PERSON, Receiver, SinkConformance, parcel
from workflows.sinks.oauth import TOKENS
from workflows.sinks.salesforce import SalesforceSink
from workflows.sinks.salesforce_values import quoted
from workflows.tests.sinks.salesforce_org import Org


@pytest.fixture(autouse=True)
def nothing_remembered(settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
    TOKENS.clear()


@pytest.fixture
def org(httpserver) -> Org:
    return Org(httpserver)


@pytest.fixture
def sink(org) -> SalesforceSink:
    return SalesforceSink(org.config)


class TestSalesforce(SinkConformance):
    adapter = SalesforceSink
    side = Org

    @pytest.fixture
    def receiver(self, httpserver) -> Receiver:
        return Org(httpserver, refresh_token="refresh")


def test_a_stranger_becomes_a_lead_with_topics_and_an_event(org, sink):
    sink.push(parcel(sink))
    ((number, lead),) = org.records["Lead"].items()
    assert lead == {
        "Email": PERSON, "FirstName": "Grace", "LastName": "Hopper", "Company": "navy.example", "OwnerId": "005A",
    }  # fmt: skip
    assert [row["EntityId"] for row in org.records["TopicAssignment"].values()] == [number]
    ((_, event),) = org.records["Event"].items()
    assert event["WhoId"] == number and event["Subject"] == "Product demo with Ana Silva"
    assert event["Description"].endswith("Confirmed.\nOrdinus booking 3.")


def test_a_stranger_becomes_a_contact_where_the_sink_says_so(org):
    sink = SalesforceSink({**org.config, "record": "contact"})
    sink.push(parcel(sink))
    assert not org.records["Lead"]
    assert [row["LastName"] for row in org.records["Contact"].values()] == ["Hopper"]


def test_a_contact_who_is_there_stays_one_and_keeps_its_owner(org, sink):
    org.know(PERSON)
    sink.push(parcel(sink))
    assert not org.records["Lead"] and "OwnerId" not in org.records["Contact"]["003G"]
    SalesforceSink({**org.config, "owner": "replace"}).push(parcel(sink))
    assert org.records["Contact"]["003G"]["OwnerId"] == "005A"


def test_an_event_is_found_on_a_later_page_and_tells_what_became_of_it(org, sink):
    sink.push(parcel(sink))
    (lead,) = org.records["Lead"]
    mine = org.records["Event"].pop("EV0000")
    org.records["Event"] |= {f"EV1{number}": {"WhoId": lead, "Description": None} for number in range(5)}
    org.records["Event"]["EV9999"] = mine
    sink.push(parcel(sink, verb="booking.cancelled", facts={"booking.status": "cancelled"}))
    assert len(org.records["Event"]) == 6
    assert org.records["Event"]["EV9999"]["Subject"] == "Cancelled: Product demo with Ana Silva"


def test_a_tag_that_is_taken_off_is_taken_off(org, sink):
    sink.push(parcel(sink, facts={"lead.tags": ["nurture", "vip"]}))
    told = parcel(sink, verb="lead.untagged", facts={"lead.tags": ["vip"]})
    told.body["data"]["event"]["tag"] = "nurture"
    sink.push(told)
    topics = {number: row["Name"] for number, row in org.records["Topic"].items()}
    assert [topics[row["TopicId"]] for row in org.records["TopicAssignment"].values()] == ["vip"]


def test_a_look_up_reads_owner_account_and_open_opportunities(org, sink):
    org.know(PERSON)
    told = {
        "owner_email": "ben@acme.example",
        "account_name": "Navy",
        "is_customer": True,
        "open_opportunity": True,
    }
    assert sink.look_up(PERSON, "navy.example", timeout=5) == {**told, "do_not_contact": True}
    assert sink.look_up("new@navy.example", "navy.example", timeout=5) == told
    assert sink.look_up("new@avy.example", "avy.example", timeout=5) == {}


def test_a_field_that_only_contacts_have_is_asked_of_contacts_alone(org, sink):
    org.know(PERSON)
    sink.reads = {"crm.lifecycle": "AccountId", "crm.do_not_contact": "Shoe__c', Name FROM User"}
    sink.look_up(PERSON, "", timeout=5)
    sink.look_up("new@navy.example", "", timeout=5)
    kinds = [(soql.partition(" FROM ")[2].split()[0], "AccountId" in soql) for soql in org.queries]
    assert [each for each in kinds if each[0] != "Opportunity"] == [
        ("Contact", True), ("Contact", True), ("Lead", False),
    ]  # fmt: skip


def test_a_session_that_ended_is_renewed_and_the_call_made_again(org, sink):
    sink.push(parcel(sink))
    org.sessions = set()
    sink.push(parcel(sink))
    assert org.renewals == 2 and len(org.records["Lead"]) == 1


def test_a_consent_that_was_withdrawn_is_a_matter_of_the_settings(httpserver):
    org = Org(httpserver, refresh_token="withdrawn")
    with pytest.raises(Misconfigured, match="connect again"):
        SalesforceSink(org.config).push(parcel(SalesforceSink(org.config)))


@pytest.mark.parametrize("lost", ["sobjects/Lead", "sobjects/Topic", "sobjects/Event"])
def test_whatever_was_taken_without_an_answer_is_there_once(org, sink, lost):
    org.loses = f"POST /services/data/v62.0/{lost}"
    with pytest.raises(Retry):
        sink.push(parcel(sink))
    sink.push(parcel(sink, is_repeat=True))
    assert {kind: len(rows) for kind, rows in org.effects().items()} == dict.fromkeys(
        ("Lead", "Event", "Topic", "TopicAssignment"), 1
    )


@pytest.mark.parametrize(
    "status, error, kind, words",
    [
        (403, {"errorCode": "REQUEST_LIMIT_EXCEEDED"}, RateLimited, "used up"),
        (400, {"errorCode": "UNABLE_TO_LOCK_ROW"}, Retry, "just now"),
        (400, {"errorCode": "INVALID_FIELD", "message": "No such column 'Shoe__c'"}, Misconfigured, "Shoe__c"),
        (400, {"errorCode": "STRING_TOO_LONG", "fields": ["LastName"]}, Permanent, "LastName"),
        (400, {"errorCode": "DUPLICATES_DETECTED"}, Permanent, "duplicate rule"),
        (403, {"errorCode": "INSUFFICIENT_ACCESS_OR_READONLY"}, Misconfigured, "does not allow"),
    ],
)  # fmt: skip
def test_codes_of_errors_say_what_to_do(org, sink, status, error, kind, words):
    org.error = (status, error)
    with pytest.raises(kind, match=words):
        sink.push(parcel(sink))


def test_no_address_can_end_a_query(org, sink):
    assert quoted("o'hara\\@x.example") == "'o\\'hara\\\\@x.example'"
    hostile = "x' OR Email != '@navy.example"
    org.know(PERSON)
    assert sink.look_up(hostile, "", timeout=5) == {}
