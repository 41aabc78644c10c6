"""What each operator says of a fact that is there."""

import pytest

from workflows.core.conditions import Condition, judge

TABLE = [
    ("US", "==", "us", True),
    ("US", "==", "USA", False),
    (500, "==", 500.0, True),
    (True, "==", True, True),
    ("US", "!=", "us", False),
    ("US", "!=", "DE", True),
    (500, "!=", 501, True),
    (501, ">", 500, True),
    (500, ">", 500, False),
    (500, ">=", 500, True),
    (499.5, "<", 500, True),
    (500, "<", 500, False),
    (500, "<=", 500, True),
    ("ca", "in", ["US", "CA"], True),
    ("DE", "in", ["US", "CA"], False),
    (3, "in", [1, "two", 3], True),
    ("DE", "not_in", ["US", "CA"], True),
    ("Us", "not_in", ["US", "CA"], False),
    ("Head of SALES", "contains", "sales", True),
    ("Head of sales", "contains", "support", False),
    ("Acme GmbH", "starts_with", "ACME", True),
    ("Acme GmbH", "starts_with", "gmbh", False),
    ("mit.EDU", "ends_with", ".edu", True),
    ("mit.edu.example", "ends_with", ".edu", False),
    ("VP of Sales", "matches", r"\b(vp|chief)\b", True),
    ("svp", "matches", r"\b(vp|chief)\b", False),
    ("anything", "exists", None, True),
    ("anything", "missing", None, False),
]


@pytest.mark.parametrize(("found", "operator", "value", "expected"), TABLE)
def test_an_operator_says_what_its_name_says(found, operator, value, expected):
    verdict = judge(Condition("answers.x", operator, value), {"answers.x": found})

    assert (verdict.holds, verdict.found, verdict.present) == (expected, found, True)


@pytest.mark.parametrize(
    ("operator", "value"),
    [("==", "STRASSE"), ("in", ["STRASSE"]), ("contains", "rass"), ("ends_with", "SSE")],
)
def test_case_is_ignored_beyond_ascii(operator, value):
    assert judge(Condition("answers.x", operator, value), {"answers.x": "Straße"}).holds


@pytest.mark.parametrize(
    ("found", "operator", "value", "expected"),
    [
        (["de", "EN"], "contains", "en", True),
        (["de", "en"], "contains", "e", False),
        ([1, 2], "contains", 2, True),
        ([], "contains", "en", False),
        (["fr", "EN"], "in", ["de", "en"], True),
        (["fr", "it"], "in", ["de", "en"], False),
        ([], "in", ["de", "en"], False),
        (["fr", "it"], "not_in", ["de", "en"], True),
        (["fr", "en"], "not_in", ["de", "en"], False),
        ([], "not_in", ["de", "en"], True),
    ],
)
def test_a_list_is_asked_for_its_elements(found, operator, value, expected):
    assert judge(Condition("lead.tags", operator, value), {"lead.tags": found}).holds is expected


@pytest.mark.parametrize(
    ("found", "operator", "value", "expected"),
    [
        ("2026-12-24", "<", "2026-12-25", True),
        ("2026-12-25", "<", "2026-12-25", False),
        ("2026-03-01T10:00:00+02:00", "<", "2026-03-01T09:00:00Z", True),
        ("2026-03-01T10:00:00+02:00", ">=", "2026-03-01T08:00Z", True),
        ("2026-03-01T10:00:00", "<", "2026-03-02T09:00:00Z", False),
        ("2026-12-24", "<", "2026-12-25T00:00:00Z", False),
        ("2026-13-45", "<", "2027-01-01", False),
        ("20261224", "<", "2026-12-25", False),
        ("apple", "<", "pear", False),
    ],
)
def test_dates_are_ordered_among_dates_and_instants_among_instants(found, operator, value, expected):
    assert judge(Condition("answers.day", operator, value), {"answers.day": found}).holds is expected


def test_an_expression_is_searched_in_texts_up_to_the_limit():
    condition = Condition("answers.needs", "matches", "end$")

    assert judge(condition, {"answers.needs": "x" * 9_997 + "end"}).holds
    assert not judge(condition, {"answers.needs": "x" * 9_998 + "end"}).holds


def test_a_hostile_expression_takes_no_longer_than_another():
    condition = Condition("answers.needs", "matches", "^(a+)+$")

    assert not judge(condition, {"answers.needs": "a" * 9_999 + "!"}).holds
