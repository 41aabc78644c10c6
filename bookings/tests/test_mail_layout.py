"""The mail layout in both its parts, as the template engine writes them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

CONTEXT: dict[str, Any] = {
    "brand": {"name": "Acme", "colour": "#2f5bd7", "text_colour": "#ffffff"},
    "subject": "Confirmed: Product demo",
    "preheader": "Tuesday 24 November, 10:00-10:30 (Berlin)",
    "body_html": mark_safe("<p>Hi Grace,</p>"),
    "body_text": "Hi Grace,\n\nsee you & Ana.",
    "facts": [
        {"label": "What", "value": "Product demo"},
        {"label": "When", "value": "Tuesday 24 November, 10:00-10:30 (Berlin)"},
        {"label": "How to join", "value": "Online", "url": "https://book.acme.example/m/abc/join/?a=1&b=2"},
    ],
    "button": {"label": "Join the meeting", "url": "https://book.acme.example/m/abc/join/"},
    "links": [
        {"label": "Move it", "url": "https://book.acme.example/m/abc/reschedule/"},
        {"label": "Cancel it", "url": "https://book.acme.example/m/abc/"},
    ],
    "footer": "Sent by Acme.\nAnswers reach us.",
}


class Page(HTMLParser):
    """Tags that are open, addresses that are loaded or linked, and the text."""

    VOID = frozenset({"meta", "br", "img", "link", "hr", "input"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            elif name in ("src", "background", "srcset"):
                self.loaded.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def html(**changes: Any) -> str:
    return render_to_string("bookings/mail/message.html", CONTEXT | changes)


def text(**changes: Any) -> str:
    return render_to_string("bookings/mail/message.txt", CONTEXT | changes)


def test_the_html_part_is_a_whole_page_that_loads_nothing():
    source = html()
    page = Page(source)
    assert source.startswith("<!doctype html>")
    assert page.open == []
    assert page.loaded == []
    assert "script" not in page.tags
    assert "url(" not in source and "@import" not in source


def test_the_html_part_links_where_it_should_and_nowhere_else():
    assert Page(html()).links == [
        "https://book.acme.example/m/abc/join/?a=1&b=2",
        "https://book.acme.example/m/abc/join/",
        "https://book.acme.example/m/abc/reschedule/",
        "https://book.acme.example/m/abc/",
    ]


def test_values_are_escaped_and_the_rendered_body_is_not():
    source = html(facts=[{"label": "Who", "value": "<img src=x>"}], subject="</title><script>", footer="<b>")
    assert "<p>Hi Grace,</p>" in source
    assert Page(source).loaded == []
    assert "&lt;img src=x&gt;" in source
    assert "<script" not in source and "<b>" not in source


def test_the_brand_colours_its_button():
    source = html(brand={"name": "Acme", "colour": "#abcdef", "text_colour": "#010203"})
    assert 'bgcolor="#abcdef"' in source
    assert "color:#010203" in source


def test_dark_schemes_are_provided_for():
    source = html()
    assert '<meta name="color-scheme" content="light dark">' in source
    assert "prefers-color-scheme: dark" in source


def test_the_text_part_reads_as_well():
    assert text() == (
        "Hi Grace,\n\nsee you & Ana.\n\n"
        "What: Product demo\n"
        "When: Tuesday 24 November, 10:00-10:30 (Berlin)\n"
        "How to join: Online\n  https://book.acme.example/m/abc/join/?a=1&b=2\n\n"
        "Join the meeting:\nhttps://book.acme.example/m/abc/join/\n\n"
        "Move it:\nhttps://book.acme.example/m/abc/reschedule/\n\n"
        "Cancel it:\nhttps://book.acme.example/m/abc/\n\n"
        "-- \nSent by Acme.\nAnswers reach us.\n"
    )


@pytest.mark.parametrize("missing", [None, "", []])
def test_a_mail_of_words_alone_has_no_empty_frames(missing):
    changes = dict.fromkeys(["facts", "button", "links", "footer", "preheader"], missing)
    assert text(**changes).strip() == CONTEXT["body_text"]
    page = Page(html(**changes))
    assert page.open == [] and page.links == []
    assert "th" not in page.tags
    assert html(**changes).count("None") == 0
