from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.core.rendering import (
    LONGEST_SUBJECT,
    NAMES,
    names_used,
    render_html,
    render_subject,
    render_text,
)

VALUES = {
    "lead_name": "Grace",
    "meeting": "Product demo",
    "starts_at": "Tuesday 24 November, 10:00 (Berlin)",
    "manage_url": "https://book.acme.example/m/abc/?a=1&b=2",
}


def test_names_are_replaced_by_their_values():
    assert render_text("Hi {{ lead_name }}, {{meeting}}!", VALUES) == "Hi Grace, Product demo!"


@pytest.mark.parametrize("values", [{}, {"rep_name": None}, {"rep_name": ""}])
def test_a_missing_value_becomes_nothing(values):
    assert render_text("With {{ rep_name }}.", values) == "With ."


def test_single_braces_are_ordinary_text():
    assert render_text("{lead_name} {x}", VALUES) == "{lead_name} {x}"


def test_a_value_is_not_read_as_a_template():
    values = {"lead_name": "{{ manage_url }} {% x %}", "manage_url": "https://secret.example/"}
    assert render_text("{{ lead_name }}", values) == "{{ manage_url }} {% x %}"
    assert "secret" not in render_html("{{ lead_name }}", values)


@settings(max_examples=60)
@given(st.text(), st.text())
def test_a_name_appears_as_it_is_and_no_more(before, name):
    before = before.replace("{", "").replace("}", "")
    assert render_text(before + "{{ lead_name }}", {"lead_name": name, "meeting": "X"}) == render_text(
        before, {}
    ) + render_text("{{ lead_name }}", {"lead_name": name})


def test_values_only_of_known_names_are_used():
    assert render_text("{{ secret_key }}", {"secret_key": "x"}) == ""


def test_html_escapes_the_authors_text_and_the_values():
    body = render_html("<b>{{ lead_name }}</b> & co", {"lead_name": '<script>alert("1")</script>'})
    assert "<script" not in body and "<b>" not in body
    assert "&lt;b&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&lt;/b&gt; &amp; co" in body


def test_html_has_paragraphs_and_breaks():
    body = render_html("One\r\ntwo\r\n\r\n \r\nThree\n", {})
    assert body.count("<p ") == 2
    assert ">One<br>two</p>" in body
    assert ">Three</p>" in body


def test_a_paragraph_that_comes_out_empty_is_left_out():
    assert render_html("One\n\n{{ join_url }}\n\nTwo", {}).count("<p ") == 2


def test_an_address_in_a_value_becomes_a_link():
    body = render_html("Here: {{ manage_url }}", VALUES)
    assert '<a href="https://book.acme.example/m/abc/?a=1&amp;b=2"' in body
    assert ">https://book.acme.example/m/abc/?a=1&amp;b=2</a>" in body


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lead_name", "https://evil.example/"),
        ("manage_url", "javascript:alert(1)"),
        ("manage_url", 'https://x.example/" onclick="x'),
    ],
)
def test_nothing_else_becomes_a_link(name, value):
    assert "<a " not in render_html("{{ " + name + " }}", {name: value})


def test_a_subject_is_one_line():
    subject = render_subject(
        "Demo {{ lead_name }}\r\nBcc: x@y.example", {"lead_name": "Eve\r\nBcc: victim@y.example"}
    )
    assert subject == "Demo Eve Bcc: victim@y.example Bcc: x@y.example"


def test_a_subject_has_a_limit():
    subject = render_subject("{{ meeting }}", {"meeting": "x" * 1000})
    assert len(subject) == LONGEST_SUBJECT
    assert subject.endswith("…")


def test_the_names_used_are_known():
    assert names_used(
        "{{ lead_name }} {{reschedule_url}} {{ other }} {{ lead_name|upper }} {{ {% rep_name"
    ) == {
        "lead_name",
        "reschedule_url",
    }
    assert names_used("".join("{{ " + name + " }}" for name in NAMES)) == set(NAMES)
