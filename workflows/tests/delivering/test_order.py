"""A sink hears of one lead in the order of what happened, and of other leads meanwhile."""

from __future__ import annotations

import pytest

from workflows import delivering
from workflows.models import Delivery
from workflows.tests.telling import NOW, a_run, later, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_facts(hook):
    """Deliveries of three facts of one lead, oldest first."""
    hook.sink()
    run = a_run()
    for visit in (1, 2, 3):
        tell(run, data={"visit": visit})
    return [delivery.pk for delivery in Delivery.objects.order_by("pk")]


def test_only_the_first_open_fact_of_a_lead_is_due(three_facts):
    assert delivering.due(NOW, NOW, 10) == three_facts[:1]


def test_a_later_fact_is_not_delivered_before_an_earlier_one_is(three_facts, hook):
    assert not delivering.deliver(three_facts[1], NOW, NOW)
    assert hook.told == []


def test_they_arrive_in_order_in_one_sweep(three_facts, hook):
    while numbers := delivering.due(NOW, NOW, 10):
        assert [delivering.deliver(number, NOW, NOW) for number in numbers] == [True]
    assert [told["data"]["event"]["visit"] for told in hook.told] == [1, 2, 3]


def test_one_that_failed_holds_the_later_ones_back(three_facts, hook):
    hook.answer(500)
    delivering.deliver(three_facts[0], NOW, NOW)
    assert delivering.due(NOW, NOW, 10) == []
    assert delivering.due(later(minutes=1), later(minutes=1), 10) == three_facts[:1]


def test_one_that_is_being_sent_holds_the_later_ones_back(three_facts):
    Delivery.objects.claim(three_facts[0], NOW, NOW)
    assert delivering.due(NOW, NOW, 10) == []


@pytest.mark.parametrize("status", [404])
def test_one_that_was_given_up_does_not(three_facts, hook, status):
    hook.answer(status)
    delivering.deliver(three_facts[0], NOW, NOW)
    assert delivering.due(NOW, NOW, 10) == [three_facts[1]]


def test_one_that_was_discarded_does_not(three_facts):
    delivering.discard(three_facts[0], NOW, "staff:1", "wrong")
    assert delivering.due(NOW, NOW, 10) == [three_facts[1]]


def test_another_run_of_the_same_lead_waits_too(three_facts):
    tell(a_run(lead=7))
    assert delivering.due(NOW, NOW, 10) == three_facts[:1]


def test_other_leads_do_not_wait(three_facts, hook):
    tell(a_run(lead=8))
    hook.answer(500)
    delivering.deliver(three_facts[0], NOW, NOW)
    assert [Delivery.objects.get(pk=number).lead for number in delivering.due(NOW, NOW, 10)] == [8]


def test_other_sinks_do_not_wait(three_facts, hook):
    hook.sink("other", events=["stage.left"])
    tell(a_run(lead=7), "stage.left")
    due = Delivery.objects.filter(pk__in=delivering.due(NOW, NOW, 10))
    assert sorted(due.values_list("sink__slug", flat=True)) == ["other", "warehouse"]


def test_facts_of_no_lead_do_not_wait_for_each_other(hook):
    hook.sink(events=["config.changed"])
    for number in (1, 2):
        tell(None, "config.changed", data={"object": number})
    assert len(delivering.due(NOW, NOW, 10)) == 2


def test_the_limit_is_kept(hook):
    hook.sink()
    for lead in range(5):
        tell(a_run(lead=lead))
    assert len(delivering.due(NOW, NOW, 3)) == 3
