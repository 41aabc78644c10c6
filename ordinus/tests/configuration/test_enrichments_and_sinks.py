"""Sections whose objects depend on a kind, or on their order."""

from __future__ import annotations

import pytest

from bookings.models import Enrichment, EnrichmentRow
from ordinus.tests.configuration.files import applied, changed, export, problems_in
from workflows.models import Sink

pytestmark = pytest.mark.django_db

TABLE = "{slug: SLUG, kind: table, key: lead.email_domain, rows: {acme.example: {employees: 900}}}"
NAMES = ("one", "two", "three")


def tables(*names: str) -> str:
    return "ordinus: 1\nenrichments:\n" + "".join(f"  - {TABLE.replace('SLUG', name)}\n" for name in names)


def sink(rest: str) -> str:
    return f"ordinus: 1\nsinks:\n  - {{slug: crm, {rest}}}\n"


def in_order() -> list[str]:
    return list(Enrichment.objects.values_list("slug", flat=True))


def test_enrichments_are_asked_in_the_order_of_the_file() -> None:
    applied(tables(*NAMES))
    assert in_order() == list(NAMES)
    assert applied(tables("two", "three", "one")) == [
        "~ change enrichments order: [one, two, three] -> [two, three, one]"
    ]
    assert in_order() == ["two", "three", "one"]


def test_one_that_the_file_does_not_name_keeps_its_place() -> None:
    applied(tables(*NAMES))
    applied(tables("three", "one"))
    assert in_order() == ["three", "two", "one"]


def test_a_new_one_comes_where_the_file_has_it() -> None:
    applied(tables("one", "three"))
    assert applied(tables(*NAMES)) == ["+ create enrichment two"]
    assert in_order() == list(NAMES)
    assert applied(export()) == []


def test_only_the_rows_that_differ_are_written() -> None:
    text = changed(tables("one"), "rows: {", "rows: {globex.example: {employees: 5}, ")
    applied(text)
    kept = EnrichmentRow.objects.get(key="acme.example").pk
    assert applied(changed(text, "employees: 5", "employees: 6")) == [
        "~ change enrichment one rows['globex.example']: {employees: 5} -> {employees: 6}"
    ]
    assert EnrichmentRow.objects.get(key="acme.example").pk == kept


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        ("{slug: a, kind: table}", "enrichments[0].key: is missing; an enrichment of kind table needs it"),
        ("{slug: a, kind: http}", "enrichments[0].url: is missing; an enrichment of kind http needs it"),
        ("{slug: a, kind: http, url: 'https://x.example', key: form}",
         "enrichments[0].key: has no meaning for the kind http; remove it, or use table"),
        ("{slug: a, kind: http, url: 'https://x.example/{lead.emial}'}",
         "enrichments[0].url: no fact 'lead.emial'; did you mean 'lead.email'?"),
        ("{slug: a, kind: http, url: 'https://x.example', timeout: 2m}",
         "enrichments[0].timeout: '2m' is no time to wait; write for example 2s or 500ms, at most 30s"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_kind_of_enrichment_is_a_problem(definition: str, problem: str) -> None:
    assert problems_in(f"ordinus: 1\nenrichments: [{definition}]\n") == [problem]


@pytest.mark.parametrize(
    ("rest", "problem"),
    [
        ("kind: webhok", "sinks[0].kind: no sink kind 'webhok'; did you mean 'webhook'?"),
        ("kind: webhook", "sinks[0].config.url: is missing; add url, an address that begins with `https://`, "
         "or `env:NAME`"),
        ("kind: webhook, config: {urll: 'https://x.example'}",
         "sinks[0].config.urll: unknown key 'urll'; did you mean 'url'?"),
        ("kind: file, config: {path: x}, events: [booking.mad]",
         "sinks[0].events[0]: no event 'booking.mad'; did you mean 'booking.made'?"),
        ("kind: file, config: {path: x}, mapping: {size: answer.size}",
         "sinks[0].mapping.size: no fact 'answer.size'; facts are answers.NAME, enrichment.NAME, utm.NAME and those "
         "of the reference, such as lead.email"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_kind_of_sink_is_a_problem(rest: str, problem: str) -> None:
    assert problem in problems_in(sink(rest))


def test_a_sink_may_take_an_event_that_an_action_pushes() -> None:
    text = sink("kind: file, config: {path: x}, events: [vip.arrived]")
    assert problems_in(text)
    text += """\
workflows:
  - slug: vip
    name: VIP
    stages: [{name: tell, kind: action, do: [{push: vip.arrived}], branches: {done: over}}, {name: over, kind: end}]
"""
    applied(text)
    assert Sink.objects.get().events == ["vip.arrived"]
    assert applied(export()) == []


def test_a_sink_may_take_everything_and_be_off() -> None:
    text = sink('kind: file, name: Files, enabled: false, config: {path: "env:OUTBOX"}, events: ["*"]')
    applied(text)
    found = Sink.objects.get()
    assert (found.is_enabled, found.events, found.config) == (False, ["*"], {"path": "env:OUTBOX"})
    assert applied(export()) == []


def test_what_a_look_up_answers_is_read_back() -> None:
    reads = "{crm.owner_email: owner, crm.is_customer: 'stage = customer'}"
    applied(sink(f"kind: file, config: {{path: x}}, reads: {reads}"))
    assert Sink.objects.get().reads == {"crm.owner_email": "owner", "crm.is_customer": "stage = customer"}
    assert applied(export()) == []
    assert problems_in(sink("kind: file, config: {path: x}, reads: {crm.size: employees}")) == [
        "sinks[0].reads['crm.size']: “crm.size” is none of the facts that a CRM answers: crm.owner_email, "
        "crm.account_name, crm.lifecycle, crm.is_customer, crm.open_opportunity, crm.do_not_contact."
    ]
