"""The facts of a sink as people choose them: the usual ones in sight, the others folded, none lost."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django import forms

from workflows.admin.events_field import EVERYTHING, MOST, USUAL, EventsField, choices
from workflows.models import Sink
from workflows.registry import VERBS
from workflows.tests.admin.pages import Admin


class Chosen(forms.Form):
    events = EventsField(required=False)


def open_groups(html: str) -> list[str]:
    return re.findall(r"<details open>\s*<summary>([^<]+?)\s*<", html)


def ticked(html: str) -> list[str | None]:
    found: list[str | None] = []

    class Boxes(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == "input" and "checked" in dict(attrs):
                found.append(dict(attrs)["value"])

    Boxes().feed(html)
    return found


def test_every_verb_can_be_chosen_once() -> None:
    offered = [verb for _, options in choices() for verb, _ in options]
    assert sorted(offered) == sorted([EVERYTHING, *VERBS])


def test_the_usual_ones_are_registered() -> None:
    assert set(USUAL) <= set(VERBS)


def test_a_group_is_open_where_something_is_ticked() -> None:
    html = str(Chosen(initial={"events": ["stage.entered", "delivery.failed"]})["events"])
    assert open_groups(html) == [MOST, "Steps of a workflow", "Other systems"]
    assert ticked(html) == ["stage.entered", "delivery.failed"] and "(1 of " in html


def test_what_is_ticked_in_a_folded_group_is_kept() -> None:
    form = Chosen({"events": ["run.failed", "booking.made"]})
    assert form.is_valid() and set(form.cleaned_data["events"]) == {"run.failed", "booking.made"}
    assert not Chosen({"events": ["no.verb"]}).is_valid()


@pytest.mark.django_db
def test_a_new_sink_begins_with_the_usual_facts(ops: Admin) -> None:
    ops.client.post("/admin/workflows/sink/add/", {"name": "CRM", "slug": "crm", "kind": "webhook"})
    sink = Sink.objects.get()
    assert (sink.events, sink.is_enabled) == (list(USUAL), False)
