"""YAML 1.2 by its core schema, with lines for whoever has to mend the file."""

from __future__ import annotations

import pytest

from ordinus.configuration.problems import InvalidFile
from ordinus.configuration.reading import read


@pytest.mark.parametrize(
    "word", ["NO", "no", "yes", "on", "off", "y", "2026-12-24", "09:00", "1_000", "0b1", "<<"]
)
def test_what_other_versions_of_yaml_take_for_something_else_is_text(word: str) -> None:
    assert read(f"key: {word}").data == {"key": word}


def test_numbers_truth_and_nothing_are_themselves() -> None:
    assert read("[1, -2, 0o17, 0x1F, 1.5, 2e3, .5, true, FALSE, null, ~, '1', !!str 1]").data == [
        1, -2, 15, 31, 1.5, 2000.0, 0.5, True, False, None, None, "1", "1",
    ]  # fmt: skip


def test_an_empty_file_holds_nothing() -> None:
    assert read("").data is None
    assert read("# only words\n").data is None


def test_keys_are_texts_whatever_they_look_like() -> None:
    assert read("{1: a, true: b, NO: c}").data == {"1": "a", "true": "b", "NO": "c"}


def test_every_value_knows_its_line() -> None:
    source = read("pools:\n  - slug: a\n    members:\n      - rep: x\n")
    assert source.line_of("pools[0].members[0].rep") == 4
    assert source.line_of("pools[0].sla") == 2
    assert source.line_of("reps[3]") == 1


def test_an_anchor_repeats_its_value() -> None:
    assert read("a: &week {mon: [x]}\nb: *week").data["b"] == {"mon": ["x"]}


def test_a_key_given_twice_is_a_problem_that_names_both_lines() -> None:
    source = read("pools:\n  - slug: a\n    sla: 1h\n    sla: 2h\n")
    assert [str(problem) for problem in source.problems] == [
        "pools[0].sla: the key 'sla' is given twice, first in line 3; remove one (line 4)"
    ]
    assert source.data == {"pools": [{"slug": "a", "sla": "1h"}]}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a:\n\t- 1", "this is not YAML: a tab cannot indent or begin a value; use spaces (line 2)"),
        ("a: 1\n---\nb: 2", "a file holds one document; remove the line --- (line 2)"),
        ("a: [1, 2", "this is not YAML: while parsing a flow sequence, expected ',' or ']', "
                     "but got '<stream end>' (line 1)"),
        ("? [a]\n: 1", "a key must be a plain text (line 1)"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(InvalidFile) as error:
        read(text)
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    "value", [".nan", "-.inf", "1e999", "!!int x", "!secret x", "*nowhere", '"\\0"', '"\\ud800"']
)
def test_values_that_no_database_keeps_are_problems(value: str) -> None:
    problems = read(f"key: {value}").problems
    assert [problem.path for problem in problems] == ["key"]


def test_a_file_of_few_lines_cannot_stand_for_millions_of_values() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(InvalidFile, match="repeat too much"):
        read("\n".join(lines))


def test_a_file_nested_without_end_is_refused() -> None:
    with pytest.raises(InvalidFile, match="make it flatter"):
        read("[" * 200 + "]" * 200)
