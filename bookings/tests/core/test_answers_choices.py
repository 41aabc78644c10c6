from __future__ import annotations

import pytest

from bookings.core.answers import QuestionSpec, clean

COUNTRIES = ("US", "CA", "NO")


def answer(kind: str, raw: object, **spec: object) -> tuple[object, list[str]]:
    cleaned = clean([QuestionSpec("q", "Question", kind, **spec)], {"q": raw})
    return cleaned.values.get("q"), cleaned.errors.get("q", [])


def test_a_choice_is_one_of_those_offered():
    assert answer("select", " NO ", choices=COUNTRIES) == ("NO", [])


@pytest.mark.parametrize("raw", ["no", "FR", ["US"], 1, False, {"a": 1}])
def test_another_choice_is_told_which_there_are(raw):
    assert answer("select", raw, choices=COUNTRIES) == (None, ["Please choose one of these: US, CA, NO."])


def test_many_choices_are_not_told_again():
    many = tuple(str(number) for number in range(40))
    assert answer("select", "x", choices=many) == (None, ["Please choose one of the options."])


@pytest.mark.parametrize(
    ("raw", "chosen"),
    [
        (["NO", "US"], ["US", "NO"]),
        (["US", "US"], ["US"]),
        ("CA", ["CA"]),
        (("CA",), ["CA"]),
        (["", "CA"], ["CA"]),
    ],
)
def test_several_choices_come_in_the_questions_order_and_once(raw, chosen):
    assert answer("multiselect", raw, choices=COUNTRIES) == (chosen, [])


@pytest.mark.parametrize("raw", [[], [""], None, "", ()])
def test_no_choice_is_no_answer(raw):
    assert answer("multiselect", raw, choices=COUNTRIES) == (None, [])
    assert answer("multiselect", raw, choices=COUNTRIES, required=True) == (
        None,
        ["Please choose at least one of the options."],
    )


@pytest.mark.parametrize("raw", [["US", "FR"], "FR"])
def test_a_choice_not_offered_is_refused(raw):
    assert answer("multiselect", raw, choices=COUNTRIES) == (
        None,
        ["Please choose only of these: US, CA, NO."],
    )


@pytest.mark.parametrize("raw", [5, True, {"US": 1}, [1], [["US"]], [None]])
def test_what_is_no_list_of_choices_is_refused(raw):
    assert answer("multiselect", raw, choices=COUNTRIES) == (
        None,
        ["Please choose one or several of these: US, CA, NO."],
    )


@pytest.mark.parametrize("kind", ["checkbox", "consent"])
@pytest.mark.parametrize(
    ("raw", "ticked"),
    [(True, True), ("on", True), ("True", True), ("1", True), (False, False), ("off", False), ("0", False),
     (None, False), ("", False)],
)  # fmt: skip
def test_a_box_is_ticked_or_not(kind, raw, ticked):
    assert answer(kind, raw) == (ticked, [])


def test_a_box_left_out_is_not_ticked():
    assert clean([QuestionSpec("q", "News", "checkbox")], {}).values == {"q": False}


@pytest.mark.parametrize("raw", [False, "off", None])
def test_consent_that_is_needed_must_be_given(raw):
    assert answer("consent", raw, required=True) == (
        None,
        ["Please tick this box: we need your consent to go on."],
    )
    assert answer("consent", True, required=True) == (True, [])


@pytest.mark.parametrize("raw", ["maybe", 1, [True], {}])
def test_a_box_knows_only_yes_and_no(raw):
    value, (sentence,) = answer("checkbox", raw)
    assert value is None
    assert "yes or no" in sentence
