"""Which stages one step passes, and what it can reach before anything waits."""

from __future__ import annotations

from workflows.core.graph import next_offers_after, passed_without_waiting, reaches_without_waiting
from workflows.tests.core.graphs import INBOUND_DEMO, replaced, stage


def test_a_step_passes_stages_up_to_those_that_wait_or_end():
    assert passed_without_waiting(INBOUND_DEMO, "qualification") == [
        "qualification", "routing", "nurture", "offer", "triage", "lost",
    ]  # fmt: skip


def test_a_step_into_a_waiting_stage_goes_no_further():
    assert passed_without_waiting(INBOUND_DEMO, "meeting") == ["meeting"]


def test_a_step_may_go_on_from_a_waiting_stage_by_an_outcome_it_can_take_at_once():
    assert passed_without_waiting(INBOUND_DEMO, "no-show") == ["no-show", "lost"]


def test_a_name_that_no_stage_has_is_left_out():
    broken = replaced(INBOUND_DEMO, stage("chase", "action", done="nowhere"))
    assert passed_without_waiting(broken, "chase") == ["chase"]
    assert passed_without_waiting(broken, "nowhere") == []


def test_a_loop_is_walked_once():
    looping = [stage("a", "action", done="b"), stage("b", "action", done="a")]
    assert passed_without_waiting(looping, "a") == ["a", "b"]


def test_routing_reaches_an_offer_without_waiting():
    assert reaches_without_waiting(INBOUND_DEMO, "routing", {"offer"})
    assert reaches_without_waiting(INBOUND_DEMO, "offer", {"offer"})


def test_what_lies_behind_a_wait_is_not_reached_without_waiting():
    slow = replaced(INBOUND_DEMO, stage("chase", "wait", done="last-offer"))
    assert not reaches_without_waiting(slow, "chase", {"offer"})
    assert not reaches_without_waiting(INBOUND_DEMO, "triage", {"offer"})


def test_the_offers_after_an_action_are_those_before_the_next_wait():
    assert next_offers_after(INBOUND_DEMO, "chase") == ["last-offer"]
    assert next_offers_after(INBOUND_DEMO, "routing") == ["offer"]
    assert next_offers_after(INBOUND_DEMO, "nurture") == []
    assert next_offers_after(INBOUND_DEMO, "meeting") == []
