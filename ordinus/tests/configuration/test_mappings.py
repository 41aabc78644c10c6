"""Their field: our fact; in a longer form as a type, or always the same; kept in the shortest form that says it."""

from __future__ import annotations

import pytest

from ordinus.tests.configuration.files import applied, export, problems_in
from workflows.models import Sink

pytestmark = pytest.mark.django_db


def sink(mapping: str) -> str:
    return f"ordinus: 1\nsinks:\n  - {{slug: crm, kind: file, config: {{path: x}}, mapping: {mapping}}}\n"


def test_both_forms_are_read_and_exported_the_same_again() -> None:
    applied(
        sink("{a: lead.email, b: {fact: answers.n, type: number}, c: {value: Web}, d: {fact: booking.start}}")
    )
    assert Sink.objects.get().mapping == {
        "a": "lead.email",
        "b": {"fact": "answers.n", "type": "number"},
        "c": {"value": "Web"},
        "d": "booking.start",
    }
    text = export()
    assert applied(text) == [] and export() == text


@pytest.mark.parametrize(
    "mapping, said",
    [
        ("{a: lead.emil}", "did you mean 'lead.email'"),
        ("{a: {fact: lead.emil, type: text}}", "did you mean 'lead.email'"),
        ("{a: {fact: lead.email, type: colour}}", "has no type 'colour'"),
        ("{a: {fact: lead.email, value: x}}", "must have either fact"),
        ("{a: {value: [x]}}", "has a value that is no text"),
        ("{a: 5}", "must be the name of a fact"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(mapping: str, said: str) -> None:
    (problem,) = problems_in(sink(mapping))
    assert said in str(problem) and "sinks[0].mapping.a" in str(problem)
