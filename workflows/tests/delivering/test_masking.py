"""What other systems answer is kept without secrets and without what it says about a person."""

from __future__ import annotations

import pytest

from workflows import delivering, registry, secrets
from workflows.masking import masked
from workflows.models import AuditEvent, DeliveryAttempt
from workflows.tests.telling import NOW, a_run, only_delivery, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer_kept(hook, monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", "env-secret-123")
    monkeypatch.setattr(
        registry,
        "FACT_SOURCES",
        [
            lambda run: {
                "answers.name": "Mia Novak",
                "answers.needs": ["Something quite private"],
                "segment": "enterprise",
            }
        ],
    )

    def kept(text: str, status: int = 500) -> str:
        hook.answer(status, text=text)
        config = {"secret": "env:HOOK_SECRET", "other": secrets.seal("sealed-secret")}
        mapping = {"name": "answers.name", "needs": "answers.needs", "segment": "segment"}
        hook.sink(mapping=mapping, config=config)
        tell(a_run())
        delivering.deliver(only_delivery().pk, NOW, NOW)
        return DeliveryAttempt.objects.get().answer

    return kept


@pytest.mark.parametrize(
    "hidden",
    ["env-secret-123", "sealed-secret", "Mia Novak", "Something quite private", "someone@else.example",
     "+49 170 1234567", "0170/1234567", "(555) 123-4567"],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 500])
def test_secrets_and_personal_data_are_masked(answer_kept, hidden, status):
    assert answer_kept(f"cannot take “{hidden}” today", status) == "cannot take “•••” today"


def test_what_is_neither_stays(answer_kept):
    assert answer_kept("no segment enterprise, error 500") == "no segment enterprise, error 500"


def test_a_long_answer_is_cut(answer_kept):
    kept = answer_kept("x" * 5000)
    assert len(kept) == 500 and kept.endswith("…")


def test_the_audit_trail_holds_only_codes(answer_kept):
    answer_kept("no account for Mia Novak", 422)
    event = AuditEvent.objects.get(verb="delivery.failed")
    assert event.evidence_hash == "" and "Mia" not in str(event.data)


@pytest.mark.parametrize(
    "text",
    ["retry 503 in 120 s", "object 10472938475 of 2026-03-02T09:00:00Z", "v1.0.20260302 at 127.0.0.1:8000"],
)
def test_instants_numbers_of_objects_and_versions_are_not_telephones(text):
    assert masked(text, ()) == text
