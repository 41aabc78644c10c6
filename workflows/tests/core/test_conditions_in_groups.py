"""Groups: any of them, all conditions of one; and their shape in the configuration."""

import pickle
import time

import pytest

from workflows.core.conditions import (
    Condition,
    compile_groups,
    groups_from,
    groups_to,
    holds,
    judge_groups,
    known_fact,
)

LARGE = Condition("answers.employees", ">=", 500)
AMERICAN = Condition("answers.country", "in", ["US", "CA"])
RICH = Condition("enrichment.revenue", ">", 1_000_000)
GROUPS = ((LARGE,), (AMERICAN, RICH))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"answers.employees": 500}, True),
        ({"answers.country": "ca", "enrichment.revenue": 2_000_000}, True),
        ({"answers.country": "ca", "enrichment.revenue": 10}, False),
        ({"answers.country": "ca"}, False),
        ({}, False),
    ],
)
def test_any_group_is_enough_and_all_its_conditions_are_needed(facts, expected):
    assert holds(GROUPS, facts) is expected
    assert judge_groups(GROUPS, facts).holds is expected
    assert compile_groups(GROUPS)(facts) is expected


def test_no_groups_always_hold():
    assert holds((), {})
    assert compile_groups(())({})
    assert judge_groups((), {}).holds


def test_every_condition_is_judged_for_the_record():
    judgement = judge_groups(GROUPS, {"answers.employees": 900, "answers.country": "DE"})

    assert [[verdict.holds for verdict in group] for group in judgement.groups] == [[True], [False, False]]
    assert [verdict.present for verdict in judgement.groups[1]] == [True, False]


def test_the_configuration_shape_comes_back_as_it_was():
    shape = [
        [{"fact": "answers.employees", "is": ">=", "value": 500}],
        [
            {"fact": "answers.country", "is": "in", "value": ["US", "CA"]},
            {"fact": "lead.tags", "is": "exists"},
        ],
    ]

    assert groups_to(groups_from(shape)) == shape
    assert groups_from(shape)[1][0] == AMERICAN


def test_a_condition_keeps_its_list_when_the_configuration_changes_it():
    countries = ["US"]
    condition = Condition("answers.country", "in", countries)
    countries.append("DE")

    assert condition == Condition("answers.country", "in", ["US"])


def test_a_condition_that_was_judged_can_be_sent_to_another_process():
    assert holds(((LARGE,),), {"answers.employees": 500})

    assert pickle.loads(pickle.dumps(LARGE)) == LARGE


@pytest.mark.parametrize(
    ("shape", "place"),
    [
        ("text", "groups"),
        ([{"fact": "form", "is": "exists"}], r"^\[0\]:"),
        ([[], ["text"]], r"^\[1\]\[0\]:"),
        ([[{"fact": "form"}]], r"^\[0\]\[0\]:"),
        ([[{"fact": "form", "is": "exists"}, {"fact": "form", "is": "==", "vlue": "a"}]], r"^\[0\]\[1\]:"),
        ([[{"fact": 5, "is": "exists"}]], r"^\[0\]\[0\]:"),
    ],
)
def test_another_shape_is_refused_with_its_place(shape, place):
    with pytest.raises(ValueError, match=place):
        groups_from(shape)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("answers.employees", True),
        ("utm.source", True),
        ("crm.is_customer", True),
        ("no_shows", True),
        ("answers.", False),
        ("answer.employees", False),
        ("lead.phone", False),
        ("segments", False),
    ],
)
def test_a_fact_has_one_of_the_names_there_are(name, expected):
    assert known_fact(name) is expected


def test_fifty_rules_over_ten_thousand_leads_take_less_than_two_seconds():
    rules = [compile_groups(GROUPS) for _ in range(50)]
    leads = [
        {"answers.employees": n % 500, "answers.country": "US", "enrichment.revenue": n}
        for n in range(10_000)
    ]

    started = time.process_time()
    matched = sum(rule(facts) for facts in leads for rule in rules)

    assert matched == 0
    assert time.process_time() - started < 2
