from __future__ import annotations

import pytest

from bookings.core.answers import QUESTION_TYPES, QuestionSpec, clean


def answer(kind: str, raw: object, **spec: object) -> tuple[object, list[str]]:
    cleaned = clean([QuestionSpec("q", "Question", kind, **spec)], {"q": raw})
    assert set(cleaned.errors) <= {"q"}
    return cleaned.values.get("q"), cleaned.errors.get("q", [])


@pytest.mark.parametrize("kind", ["text", "textarea", "hidden"])
def test_a_text_is_trimmed_and_composed(kind):
    assert answer(kind, "  Zoe\u0308 \n") == ("Zoë", [])


@pytest.mark.parametrize("kind", ["text", "textarea", "hidden", "email", "phone", "number", "select"])
@pytest.mark.parametrize("nothing", [None, "", "  \n"])
def test_an_empty_answer_has_no_value(kind, nothing):
    cleaned = clean([QuestionSpec("q", "Question", kind)], {"q": nothing})
    assert cleaned.values == {} and cleaned.errors == {}


@pytest.mark.parametrize("kind", QUESTION_TYPES)
@pytest.mark.parametrize("raw", [{}, {"q": None}, {"q": ""}])
def test_a_required_answer_must_be_there(kind, raw):
    cleaned = clean([QuestionSpec("q", "Question", kind, required=True)], raw)
    assert cleaned.values == {}
    (sentence,) = cleaned.errors["q"]
    assert sentence.startswith("Please ") and sentence.endswith(".")


def test_a_question_that_nobody_asked_is_named():
    cleaned = clean([QuestionSpec("name", "Your name", "text")], {"name": "Ana", "colour": "red"})
    assert cleaned.values == {"name": "Ana"}
    assert cleaned.errors == {"colour": ["There is no question “colour” in this form. Please leave it out."]}


def test_one_wrong_answer_leaves_the_others():
    questions = [QuestionSpec("name", "Your name", "text"), QuestionSpec("size", "Size", "number")]
    cleaned = clean(questions, {"name": "Ana", "size": "many"})
    assert cleaned.values == {"name": "Ana"}
    assert cleaned.errors == {"size": ["Please enter a number."]}


@pytest.mark.parametrize("kind", ["text", "textarea", "hidden", "email", "phone"])
@pytest.mark.parametrize("raw", [5, 1.5, True, ["a"], {"a": 1}])
def test_what_is_no_text_is_refused_with_a_way_on(kind, raw):
    assert answer(kind, raw) == (None, ["Please write this as a text."])


@pytest.mark.parametrize(("kind", "longest"), [("text", 500), ("hidden", 500), ("textarea", 5000)])
def test_texts_have_limits(kind, longest):
    assert answer(kind, "x" * longest) == ("x" * longest, [])
    value, (sentence,) = answer(kind, "x" * (longest + 1))
    assert value is None
    assert f"at most {longest:,} characters; it has {longest + 1:,}" in sentence


@pytest.mark.parametrize("kind", ["text", "textarea", "hidden", "email", "phone"])
@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\ud800"])
def test_control_characters_are_refused(kind, character):
    value, sentences = answer(kind, f"a{character}b")
    assert value is None
    assert sentences == ["Please remove the invisible control characters from this text."]


def test_a_textarea_keeps_its_lines():
    assert answer("textarea", "one\r\ntwo\rthree\tx") == ("one\ntwo\nthree\tx", [])


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\u2028"])
def test_a_text_has_one_line(break_):
    assert answer("text", f"one{break_}two") == (None, ["Please write this on one line."])


def test_a_tab_in_a_text_is_a_blank():
    assert answer("text", "one\ttwo") == ("one two", [])


def test_markup_is_an_answer_like_any_other():
    assert answer("text", "<script>alert(1)</script>") == ("<script>alert(1)</script>", [])
