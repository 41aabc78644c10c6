"""The guide from HubSpot to Tryton, carried out as it stands: workflows stay as they are, and so do decisions."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.core import serializers

from bookings import facts as known
from bookings.models import Enquiry
from bookings.stages.routing import first_pool
from bookings.tests.organisation import NOW, Organisation, build
from ordinus.tests.tryton import guide
from routing.models import Pool, Segment, SegmentCondition
from workflows import preparing
from workflows.foresight import foresee
from workflows.models import AuditEvent, Branch, BranchCondition, Sink, Stage, Workflow, WorkflowVersion
from workflows.registry import kind_named
from workflows.stages.base import Context, Result
from workflows.sweeping import sweep
from workflows.tests.sinks.hubspot_account import Account
from workflows.versions import load

pytestmark = pytest.mark.django_db

PAGE = Path(configured.BASE_DIR) / "docs/how-to/move-from-hubspot-to-tryton.md"
WORKFLOW = (Workflow, WorkflowVersion, Stage, Branch, BranchCondition, Segment, SegmentCondition, Pool)
KNOWN, LEADS = 16, 200
SWITCH = "sink ask tryton"


def address(number: int) -> str:
    """Of a company of its own: what a CRM makes of a known person's colleagues is its own affair."""
    return f"guest@{'college' if number % 20 == 7 else 'company'}-{number}.{'edu' if number % 20 == 7 else 'example'}"


def employees(number: int) -> int:
    return 900 if number % 3 == 0 else 20


def rows() -> bytes:
    """Everything that workflows consist of, as it lies in the database."""
    return b"\n".join(
        serializers.serialize("json", model._base_manager.order_by("pk")).encode() for model in WORKFLOW
    )


def decisions(acme: Organisation) -> list[tuple[Any, ...]]:
    """How 200 leads would be decided now: by the look-ups, segments and pools of production, nothing written.

    Routing is asked once for all leads with one first pool and one owner: nothing else tells them apart here.
    """
    version, now = load(acme.form.workflow.published_id or 0), NOW + timedelta(days=1)
    routed: dict[Any, Result] = {}

    def route(context: Context) -> Result:
        key = first_pool(context), context.facts.get("crm.owner_email")
        return routed.get(key) or routed.setdefault(key, kind_named("routing").foresee(context))

    found = []
    for number in range(LEADS):
        answers = {"name": "A Guest", "email": address(number), "employees": employees(number)}
        facts = known.of_submission(acme.form, answers, {}, "Europe/Berlin", "en")
        prepared = preparing.prepare(version, version.first.name, facts=facts, now=now)
        (looked_up,) = prepared.values()
        assert [each.source for each in looked_up.asked if not each.is_answered] == []
        facts |= looked_up.as_facts()
        ahead = foresee(
            version, version.first.name, facts=facts, carried={}, now=now, prepared=prepared,
            foretellers={"routing": route},
        )  # fmt: skip
        owner = (ahead.carried.get("_decision") or {}).get("owner")
        found.append((number, ahead.path, ahead.carried, owner))
    return found


@pytest.fixture
def acme(tryton, httpserver, monkeypatch, tmp_path) -> Any:
    """An organisation with HubSpot, in which 16 people have booked; Tryton runs and has never heard of them."""
    account = Account(httpserver)
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "HUBSPOT_URL": account.config["url"],
        "HUBSPOT_TOKEN": account.config["token"],
        "TRYTON_URL": tryton.url,
        "TRYTON_PASSWORD": tryton.config["password"],
    }.items():
        monkeypatch.setitem(os.environ, name, value)
    with time_machine.travel(NOW, tick=False) as clock:
        organisation = build(reps=2)
        organisation.clock, organisation.account, organisation.tryton = clock, account, tryton
        Pool.objects.update(owner_from=["crm.owner_email"])
        Sink.objects.create(
            slug="hubspot", name="HubSpot", kind="hubspot", look_up=True, events=["booking.made"],
            config={"url": "env:HUBSPOT_URL", "token": "env:HUBSPOT_TOKEN"}, mapping={"email": "lead.email"},
        )  # fmt: skip
        for number in range(KNOWN):
            book(organisation, number)
        sweep(NOW, NOW)
        yield organisation


def book(acme: Organisation, number: int) -> None:
    lead = acme.submit(email=address(number), employees=employees(number), name=f"Guest {number}")
    if lead.status == "qualified":
        acme.book(lead, 0)


def test_each_step_does_what_the_page_says_and_nothing_else_changes(acme: Any, tmp_path: Path) -> None:
    before, said = rows(), ""
    decided: list[Any] = []
    for block in guide.blocks(PAGE):
        if block.kind == "yaml":
            (tmp_path / block.name).write_text(block.text)
        elif block.kind == "text":
            assert guide.is_said(block.text, said), said
        for command in block.commands if block.kind == "sh" else ():
            acme.clock.shift(timedelta(minutes=1))
            if command == SWITCH:
                decided.append(decisions(acme))
            said = guide.run(command)
            if command == SWITCH:
                decided.append(decisions(acme))
            if command.startswith("backfill tryton --status"):
                book_beside_each_other(acme)

    assert rows() == before
    sections = [
        (tmp_path / name).read_text().partition("sinks:")[0] for name in ("before.yaml", "after.yaml")
    ]
    assert sections[0] == sections[1] and "workflows:" in sections[0]

    by_hubspot, by_tryton = decided
    assert by_hubspot == by_tryton
    assert len(by_tryton) == LEADS
    owners = {owner for *_, owner in by_tryton}
    assert len(owners - {None}) >= 2, "both reps own somebody, or nothing was proved"
    assert Sink.objects.filter(is_enabled=True).get().slug == "tryton"


def book_beside_each_other(acme: Any) -> None:
    """A lead that comes while both run is told to both."""
    number = KNOWN + 1
    before = len(acme.tryton.opportunities())
    lead = acme.submit(email=address(number), name="Both", employees=20, now=NOW + timedelta(hours=1))
    acme.book(lead, 3, now=NOW + timedelta(hours=1))
    at = NOW + timedelta(hours=2)
    sweep(at, at)
    assert len(acme.tryton.opportunities()) == before + 1
    assert address(number) in str(acme.account.records["contacts"])
    assert Enquiry.objects.filter(lead__email=address(number)).exists()
    assert AuditEvent.objects.filter(verb="delivery.failed").count() == 0
