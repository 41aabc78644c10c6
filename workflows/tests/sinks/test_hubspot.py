"""HubSpot, as its documentation has it: contacts, meetings, owners, tags, and everything that can go wrong."""

from __future__ import annotations

import pytest

from workflows.sinks import hubspot
from workflows.sinks.base import Misconfigured, Permanent, RateLimited, Retry
from workflows.sinks.conformance import PERSON, Receiver, SinkConformance, parcel
from workflows.sinks.hubspot import HubSpotSink
from workflows.sinks.oauth import TOKENS
from workflows.tests.sinks.hubspot_account import Account, said

OAUTH = {"token": "", "client_id": "app", "client_secret": "client-secret", "refresh_token": "refresh"}


@pytest.fixture(autouse=True)
def nothing_remembered(settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
    TOKENS.clear()
    hubspot.ENSURED.clear()


@pytest.fixture
def account(httpserver) -> Account:
    return Account(httpserver)


@pytest.fixture
def sink(account) -> HubSpotSink:
    return HubSpotSink(account.config)


class TestHubSpot(SinkConformance):
    adapter = HubSpotSink
    side = Account

    @pytest.fixture
    def receiver(self, httpserver) -> Receiver:
        return Account(httpserver)


class TestHubSpotByOAuth(TestHubSpot):
    @pytest.fixture
    def receiver(self, httpserver) -> Receiver:
        return Account(httpserver, **OAUTH)


def test_a_contact_with_its_tags_and_a_meeting_with_its_outcome_are_kept(account, sink):
    sink.push(parcel(sink))
    ((number, contact),) = account.records["contacts"].items()
    assert contact == {
        "email": PERSON, "firstname": "Grace", "lastname": "Hopper", "ordinus_tags": "nurture",
        "hubspot_owner_id": "71",
    }  # fmt: skip
    ((meeting, properties),) = account.records["meetings"].items()
    assert properties["hs_meeting_outcome"] == "SCHEDULED" and properties["hubspot_owner_id"] == "71"
    assert properties["hs_meeting_title"] == "Product demo with Ana Silva"
    assert account.linked == {(meeting, number)}
    sink.push(parcel(sink, verb="no_show.presumed", facts={"booking.status": "no_show"}))
    assert [row["hs_meeting_outcome"] for row in account.records["meetings"].values()] == ["NO_SHOW"]


def test_an_owner_stays_unless_the_sink_says_replace(account, sink):
    account.know(PERSON)
    sink.push(parcel(sink))
    assert account.records["contacts"]["501"]["hubspot_owner_id"] == "72"
    HubSpotSink({**account.config, "owner": "replace"}).push(parcel(sink))
    assert account.records["contacts"]["501"]["hubspot_owner_id"] == "71"


def test_a_look_up_reads_owner_stage_and_deals_of_every_page(account, sink):
    account.know(PERSON)
    assert sink.look_up(PERSON, "navy.example", timeout=5) == {
        "owner_email": "ben@acme.example", "lifecycle": "customer", "is_customer": True, "open_opportunity": True,
        "do_not_contact": False,
    }  # fmt: skip
    assert len([call for call in account.calls if call.endswith("associations/deals")]) == 2


def test_the_company_of_a_strangers_domain_is_told(account, sink):
    account.records["companies"]["9"] = {
        "domain": "navy.example", "name": "Navy", "lifecyclestage": "lead", "hubspot_owner_id": "71"
    }  # fmt: skip
    found = sink.look_up("new@navy.example", "navy.example", timeout=5)
    assert found["account_name"] == "Navy" and found["owner_email"] == "ana@acme.example"
    assert sink.look_up("new@gmail.example", "", timeout=5) == {}


def test_an_access_that_ended_is_renewed_once_and_the_call_made_again(httpserver):
    account = Account(httpserver, **OAUTH)
    sink = HubSpotSink(account.config)
    sink.push(parcel(sink))
    account.good_tokens = set()
    sink.push(parcel(sink, facts={"lead.name": "Grace H"}))
    assert account.renewals == 2
    assert [row["lastname"] for row in account.records["contacts"].values()] == ["H"]


def test_a_consent_that_was_withdrawn_is_a_matter_of_the_settings(httpserver):
    account = Account(httpserver, **OAUTH | {"refresh_token": "gone"})
    with pytest.raises(Misconfigured, match="connect again"):
        HubSpotSink(account.config).push(parcel(HubSpotSink(account.config)))


def test_neither_token_nor_client_is_incomplete(account):
    with pytest.raises(Misconfigured, match="Access token"):
        HubSpotSink({"url": account.config["url"], "client_id": "app"})


def test_what_broke_off_between_contact_and_meeting_is_made_whole_once(account, sink):
    account.fails_at = "/associations/default"
    told = parcel(sink)
    with pytest.raises(Retry):
        sink.push(told)
    assert set(told.links.kept) == {"contact", "meeting"} and not account.linked
    sink.push(parcel(sink, is_repeat=True, links=told.links))
    assert len(account.records["contacts"]) == len(account.records["meetings"]) == len(account.linked) == 1


def test_a_part_that_failed_in_a_batch_is_a_refusal(account, sink):
    errors = [
        {"status": "error", "category": "VALIDATION_ERROR", "context": {"propertyName": ["lifecyclestage"]}}
    ]
    account.answer = None
    account._upsert = lambda kind, told: said({"status": "COMPLETE", "results": [], "errors": errors}, 207)
    with pytest.raises(Permanent, match="lifecyclestage"):
        sink.push(parcel(sink))


def test_a_property_that_hubspot_has_not_is_named(account, sink):
    sink.mapping = {"shoe_size": "segment"}
    with pytest.raises(Misconfigured, match="shoe_size"):
        sink.push(parcel(sink))


def test_a_contact_that_is_gone_is_made_again(account, sink):
    told = parcel(sink)
    sink.push(told)
    account.records["contacts"].clear()
    with pytest.raises(Permanent) as raised:
        sink.fetch(told.links.as_dict(), ["email"])
    assert raised.value.code == "gone"
    sink.push(parcel(sink, links=told.links))
    assert len(account.records["contacts"]) == 1


def test_the_limit_of_a_day_pauses_for_an_hour_where_no_wait_is_named(account, sink):
    account.answer = said({"policyName": "DAILY", "errorType": "RATE_LIMIT"}, 429)
    with pytest.raises(RateLimited) as raised:
        sink.push(parcel(sink))
    assert raised.value.wait.total_seconds() == 3600


def test_a_missing_scope_is_told_by_the_check(account, sink):
    account.answer = said({"status": "error", "category": "MISSING_SCOPES"}, 403)
    finding = sink.check()
    assert not finding.ok and "scope" in finding.sentence
