from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.core.rendering import NAMES, problems, render_html, render_text


def test_a_template_of_known_names_has_no_problem():
    assert problems("\n".join(f"{{{{ {name} }}}} {{{{{name}}}}} {{x}} 100 %}}" for name in NAMES)) == []


def test_a_problem_names_its_line_and_column():
    (problem,) = problems("Hi,\r\n\r\n  {{ led_name }}")
    assert (problem.line, problem.column) == (3, 3)
    assert problem.sentence == "There is no name “led_name”. Did you mean “lead_name”?"


def test_problems_come_in_the_order_of_the_text():
    found = problems("{{ x }}\n{% if %} {{ y }}")
    assert [(problem.line, problem.column) for problem in found] == [(1, 1), (2, 1), (2, 10)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ zzzzz }}", "These are known: lead_name"),
        ("{{ lead_name|upper }}", "more than a name"),
        ("{{ lead.name }}", "more than a name"),
        ("{{ 7 * 7 }}", "more than a name"),
        ("{{ }}", "no name between"),
        ("{{ lead_name", "not closed"),
        ("{{ lead_name }", "not closed"),
        ("{{ lead\n_name }}", "not closed"),
        ("lead_name }}", "close nothing"),
        ("{% for x in y %}", "{% is not allowed"),
        ("{# note #}", "{# is not allowed"),
        ("{{{ lead_name }}}", "not closed"),
    ],
)
def test_a_problem_says_what_to_do(text, words):
    assert words in problems(text)[0].sentence


@settings(max_examples=100)
@given(st.text(alphabet="{}%# \nab_lead_name|", max_size=60))
def test_every_text_can_be_judged_and_rendered(text):
    found = problems(text)
    render_html(text, {})
    # Without a problem, no double brace is left for a guest to see.
    if not found:
        assert "{{" not in render_text(text, {}) and "{%" not in render_text(text, {})
