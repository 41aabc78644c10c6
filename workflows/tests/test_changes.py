"""Changes of the configuration are told one by one, private ones as hashes."""

from __future__ import annotations

import pytest
from django.db import transaction

from workflows.changes import Change, announce_changes, differences
from workflows.core import chain
from workflows.models import AuditEvent, Evidence
from workflows.tests.telling import NOW

pytestmark = pytest.mark.django_db


def test_each_change_is_an_event_of_the_configuration_chain() -> None:
    with transaction.atomic():
        changes = [Change("catch_up", 5, 6), Change("fallback", None, "general")]
        announce_changes("pool:enterprise", changes, actor="staff:1", at=NOW)
    told = list(AuditEvent.objects.filter(run=0).order_by("sequence").values_list("data", flat=True))
    assert told == [
        {"object": "pool:enterprise", "field": "catch_up", "old": 5, "new": 6},
        {"object": "pool:enterprise", "field": "fallback", "old": None, "new": "general"},
    ]


def test_a_private_value_is_kept_as_a_salted_hash_and_its_text_as_evidence() -> None:
    with transaction.atomic():
        announce_changes("rep:3", [("name", "Ana", "Ana Silva", True)], actor="staff:1", at=NOW)
    event, evidence = AuditEvent.objects.get(run=0), Evidence.objects.get(run=0)
    assert "Ana" not in str(event.data)
    assert evidence.content["new"] == "Ana Silva"
    assert event.data["new"] == f"sha256:{chain.evidence_hash(evidence.content['salt'], 'Ana Silva')}"


def test_nothing_is_told_of_what_stays() -> None:
    old = {"rank": (10, False), "name": ("Enterprise", True)}
    new = {"rank": (20, False), "name": ("Enterprise", True), "pool": ("general", False)}
    assert differences(old, new) == [Change("pool", None, "general"), Change("rank", 10, 20)]
