"""A look-up whose access has ended renews it in its own thread, and what came of it is kept for all."""

from __future__ import annotations

import pytest

from bookings import enriching
from bookings.tests.organisation import NOW
from workflows import secrets
from workflows.models import Sink, SinkAccess
from workflows.sinks import oauth
from workflows.tests.sinks.salesforce_org import Org


@pytest.mark.django_db(transaction=True)
def test_a_look_up_renews_the_access_and_keeps_the_new_refresh_token(httpserver, settings) -> None:
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
    oauth.TOKENS.clear()
    org = Org(httpserver, refresh_token="refresh")
    org.rotates = True
    org.know("grace@navy.example")
    Sink.objects.create(slug="crm", kind="salesforce", config=org.config, look_up=True)
    for renewal in (1, 2):
        org.sessions = set()
        found = enriching.gather({"lead.email": "grace@navy.example"}, NOW)
        assert found.crm["owner_email"] == "ben@acme.example", found.asked
        assert secrets.unseal(SinkAccess.objects.get().refresh_token) == f"refresh-{renewal}"
