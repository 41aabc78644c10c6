"""A signing secret is changed in the admin without a gap, and what is secret is shown once."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from workflows import secrets
from workflows.models import AuditEvent, Sink
from workflows.tests.admin.pages import Admin, viewer

pytestmark = pytest.mark.django_db
SHOWN = re.compile(r"whsec_[A-Za-z0-9+/=]{32}")


@pytest.fixture
def sink() -> Sink:
    config = {"url": "https://hooks.acme.example/x", "secret": secrets.seal("whsec_b2xk")}
    return Sink.objects.create(slug="warehouse", kind="webhook", config=config)


def press(ops: Admin, sink: Sink, action: str) -> str:
    return str(ops.press(f"/admin/workflows/sink/{sink.pk}/{action}/"))


def test_a_new_secret_is_shown_once_and_the_former_one_holds_until_it_is_ended(
    ops: Admin, sink: Sink
) -> None:
    made = SHOWN.findall(press(ops, sink, "new_secret"))
    sink.refresh_from_db()
    assert made and secrets.unseal(sink.config["secret"]) == made[0]
    assert secrets.unseal(sink.config["former_secret"]) == "whsec_b2xk"
    shown, page = (ops.get(f"/admin/workflows/sink/{sink.pk}/change/") for _ in range(2))
    assert made[0] in shown
    assert made[0] not in page and "whsec_b2xk" not in page and "gAAAA" not in page
    press(ops, sink, "end_former")
    sink.refresh_from_db()
    assert "former_secret" not in sink.config and secrets.unseal(sink.config["secret"]) == made[0]
    told = list(AuditEvent.objects.filter(verb="config.changed").values_list("data", flat=True))
    assert {each["field"] for each in told} >= {"config.secret", "config.former_secret"}
    assert made[0] not in str(told) and "whsec_" not in str(told)


def test_who_may_only_look_changes_no_secret(client: Client, sink: Sink) -> None:
    before = sink.config
    client.force_login(viewer())
    assert client.post(f"/admin/workflows/sink/{sink.pk}/new_secret/", {}).status_code in (302, 403)
    sink.refresh_from_db()
    assert sink.config == before
