"""Inbound sources in a file: read back, their secrets never, and refused where a key means nothing."""

from __future__ import annotations

import pytest

from bookings.models import InboundSource
from ordinus.tests.configuration.files import applied, export, problems_in
from workflows import secrets

pytestmark = pytest.mark.django_db


def source(rest: str) -> str:
    return f"ordinus: 1\ninbound:\n  - {{slug: crm, {rest}}}\n"


def test_a_source_is_read_back_and_its_stored_secret_stays() -> None:
    applied(source("kind: hubspot, secret: hush, field: demo_outcome, outcomes: {Bad fit: not_a_fit}"))
    row = InboundSource.objects.get()
    assert secrets.is_sealed(row.secret) and secrets.unseal(row.secret) == "hush"
    assert row.outcomes == {"Bad fit": "not_a_fit"}
    text = export()
    assert "hush" not in text and '"Bad fit": not_a_fit' in text
    assert applied(text) == []
    assert applied(source("kind: hubspot, secret: env:CRM_SECRET, field: demo_outcome"))
    assert "secret: env:CRM_SECRET" in export()


@pytest.mark.parametrize(
    "rest, problem",
    [
        ("kind: zooom", "inbound[0].kind: no inbound kind 'zooom'; did you mean 'zoom'?"),
        (
            "kind: zoom, field: x",
            "inbound[0].field: has no meaning for the kind zoom; remove it, or use hubspot",
        ),
        ("kind: signed, outcomes: {Won: Closed Won}", "inbound[0].outcomes.Won: 'Closed Won' "),
    ],
)
def test_what_does_not_fit_is_a_problem(rest: str, problem: str) -> None:
    assert any(each.startswith(problem) for each in problems_in(source(rest))), problems_in(source(rest))
