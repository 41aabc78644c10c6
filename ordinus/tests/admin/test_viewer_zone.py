"""The admin's clock is the viewer's: the browser's, else the rep's, else UTC."""

from __future__ import annotations

import pytest

from bookings.tests.organisation import Organisation
from workflows.tests.admin.pages import Admin


def place(ops: Admin) -> str:
    return ops.get("/admin/").split("times in ")[1].split(".")[0]


@pytest.mark.parametrize(
    "said, told",
    [("America%2FNew_York", "New York (UTC-5)"), ("", "UTC"), ("Mars%2FOlympus", "UTC"), ("../etc", "UTC")],
)
def test_the_browser_says_the_zone(ops: Admin, said: str, told: str) -> None:
    ops.client.cookies["viewer_zone"] = said
    assert place(ops) == told


def test_before_the_browser_has_said_it_is_the_reps_own(ops: Admin, acme: Organisation) -> None:
    rep = acme.reps[0]
    rep.user = ops.user
    rep.save()
    assert place(ops) == "Berlin (UTC+1)"


def test_outside_the_admin_nothing_changes(ops: Admin, acme: Organisation) -> None:
    ops.client.cookies["viewer_zone"] = "America%2FNew_York"
    lead = ops.get("/admin/bookings/lead/")
    assert "New York" in lead
    assert ops.client.get("/healthz").status_code == 200
