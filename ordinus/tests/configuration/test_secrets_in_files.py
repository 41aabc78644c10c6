"""Secrets: by the names of variables in files, sealed in the database, never shown."""

from __future__ import annotations

import pytest

from bookings.models import Enrichment
from ordinus.tests.configuration.files import applied, changed, export, problems_in
from workflows import secrets
from workflows.models import AuditEvent, Evidence, Sink

pytestmark = pytest.mark.django_db

WEBHOOK = """\
ordinus: 1
sinks:
  - {slug: warehouse, kind: webhook, config: {url: "https://hooks.acme.example/in", secret: SECRET}}
"""
PROVIDER = """\
ordinus: 1
enrichments:
  - {slug: provider, kind: http, url: "https://enrich.example/v1", token: TOKEN}
"""
WORD = "correct horse battery staple"


def test_the_name_of_a_variable_is_stored_and_exported_as_such() -> None:
    text = changed(WEBHOOK, "SECRET", "env:HOOK_SECRET")
    applied(text)
    assert Sink.objects.get().config["secret"] == "env:HOOK_SECRET"
    assert "secret: env:HOOK_SECRET" in export()
    assert applied(text) == []


def test_a_secret_written_out_is_sealed_and_left_out_of_exports() -> None:
    text = changed(WEBHOOK, "SECRET", f'"{WORD}"')
    applied(text)
    stored = Sink.objects.get().config["secret"]
    assert secrets.is_sealed(stored) and secrets.unseal(stored) == WORD
    assert WORD not in export() and "sealed:" not in export()
    assert applied(text) == []
    assert Sink.objects.get().config["secret"] == stored


@pytest.mark.parametrize("before", ["env:HOOK_SECRET", f'"{WORD}"'])
def test_one_left_out_stays_as_it_is_stored(before: str) -> None:
    applied(changed(WEBHOOK, "SECRET", before))
    stored = Sink.objects.get().config
    assert applied(changed(WEBHOOK, ", secret: SECRET", "")) == []
    assert Sink.objects.get().config == stored


def test_null_removes_one() -> None:
    applied(changed(WEBHOOK, "SECRET", "env:HOOK_SECRET"))
    assert applied(changed(WEBHOOK, "SECRET", "null")) == [
        "~ change sink warehouse config.secret: env:HOOK_SECRET -> null"
    ]
    assert Sink.objects.get().config == {"url": "https://hooks.acme.example/in"}


def test_a_plan_shows_no_secret() -> None:
    applied(changed(WEBHOOK, "SECRET", "env:HOOK_SECRET"))
    assert applied(changed(WEBHOOK, "SECRET", f'"{WORD}"')) == [
        "~ change sink warehouse config.secret: env:HOOK_SECRET -> (secret)"
    ]


def test_the_token_of_an_enrichment_is_kept_the_same_way() -> None:
    applied(changed(PROVIDER, "TOKEN", WORD))
    assert secrets.unseal(Enrichment.objects.get().token) == WORD
    assert WORD not in export()
    assert applied(changed(PROVIDER, ", token: TOKEN", "")) == []
    assert applied(changed(PROVIDER, "TOKEN", "null")) == [
        '~ change enrichment provider token: (secret) -> ""'
    ]


def test_no_secret_reaches_the_audit() -> None:
    applied(changed(WEBHOOK, "SECRET", "env:HOOK_SECRET"))
    applied(changed(WEBHOOK, "SECRET", f'"{WORD}"'))
    applied(changed(PROVIDER, "TOKEN", WORD))
    told = [str(event.data) for event in AuditEvent.objects.all()]
    told += [str(evidence.content) for evidence in Evidence.objects.all()]
    assert not any(WORD in words for words in told)


def test_a_variable_that_is_not_set_is_no_problem_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOK_SECRET", raising=False)
    assert problems_in(changed(WEBHOOK, "SECRET", "env:HOOK_SECRET")) == []


def test_a_name_that_no_variable_can_have_is_one() -> None:
    assert problems_in(changed(WEBHOOK, "SECRET", '"env:HOOK SECRET"')) == [
        "sinks[0].config.secret: 'env:HOOK SECRET' names no environment variable; write env: and letters, digits and _"
    ]
