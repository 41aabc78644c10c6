"""What is wrong with a condition, said with its cure; and how it reads."""

from datetime import date

import pytest

from workflows.core.conditions import Condition, in_words, problems

FIT = [
    Condition("answers.x", "==", "a"),
    Condition("answers.x", "==", ""),
    Condition("answers.x", "!=", False),
    Condition("answers.x", ">", 0),
    Condition("answers.x", "<=", "2026-12-24"),
    Condition("answers.x", "<", "2026-12-24T09:00:00Z"),
    Condition("answers.x", "in", ["a", 1, True]),
    Condition("answers.x", "contains", 5),
    Condition("answers.x", "starts_with", "a"),
    Condition("answers.x", "matches", "^a+$"),
    Condition("answers.x", "exists"),
    Condition("answers.x", "missing"),
]

UNFIT = [
    (Condition(" ", "exists"), "has no name"),
    (Condition("answers.x", "~", "a"), "use one of == !="),
    (Condition("answers.x", "is", "a"), "use one of == !="),
    (Condition("answers.x", "=="), "use exists or missing"),
    (Condition("answers.x", "exists", True), "remove it"),
    (Condition("answers.x", "missing", "a"), "remove it"),
    (Condition("answers.x", "==", ["a"]), "for several use in"),
    (Condition("answers.x", "==", {"a": 1}), "takes one value"),
    (Condition("answers.x", "in", "a"), "needs a list"),
    (Condition("answers.x", "not_in", []), "at least one value"),
    (Condition("answers.x", "in", ["a", ["b"]]), "texts, numbers, true and false"),
    (Condition("answers.x", "in", [None]), "texts, numbers, true and false"),
    (Condition("answers.x", ">", "many"), "numbers, dates and instants"),
    (Condition("answers.x", ">", True), "numbers, dates and instants"),
    (Condition("answers.x", "<", "2026-12-24T09:00"), "2026-12-24T09:00Z"),
    (Condition("answers.x", "<", date(2026, 12, 24)), "in quotes"),
    (Condition("answers.x", "==", 2**53), "too large"),
    (Condition("answers.x", "==", float("inf")), "too large"),
    (Condition("answers.x", "starts_with", 49), "in quotes"),
    (Condition("answers.x", "contains", ""), "empty text"),
    (Condition("answers.x", "matches", "("), "missing )"),
    (Condition("answers.x", "matches", "(?<!a)b"), "look-around"),
    (Condition("answers.x", "matches", "a" * 201), "shorten it to 200"),
]


@pytest.mark.parametrize("condition", FIT, ids=in_words)
def test_a_fit_condition_has_no_problems(condition):
    assert problems(condition) == []


@pytest.mark.parametrize(("condition", "cure"), UNFIT)
def test_an_unfit_condition_is_told_its_cure(condition, cure):
    [problem] = problems(condition)

    assert cure in problem


def test_two_mistakes_are_two_sentences():
    assert len(problems(Condition("", "~"))) == 2


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("answers.employees", ">=", 500), "answers.employees is at least 500"),
        (Condition("answers.country", "in", ["US", "CA"]), "answers.country is one of US, CA"),
        (Condition("lead.free_email", "==", False), "lead.free_email is false"),
        (Condition("utm.source", "missing"), "utm.source is missing"),
        (Condition("answers.x", "==", ""), 'answers.x is ""'),
    ],
)
def test_a_condition_reads_as_english(condition, words):
    assert in_words(condition) == words
