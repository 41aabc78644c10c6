"""A new SECRET_KEY takes over the stored secrets, after which the former one can go."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from bookings.models import Enrichment, InboundSource
from workflows import resealing, secrets
from workflows.models import Sink, SinkAccess

pytestmark = pytest.mark.django_db
FORMER, NEW = "the former key of the installation", "the new key of the installation"


@pytest.fixture
def stored(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = FORMER, []
    config = {
        "url": "https://x.example",
        "secret": secrets.seal("one"),
        "more": [{"token": secrets.seal("two")}],
    }
    sink = Sink.objects.create(slug="hook", kind="webhook", config=config)
    source = InboundSource.objects.create(slug="crm", kind="signed", secret=secrets.seal("three"))
    enrichment = Enrichment.objects.create(slug="e", kind="http", token="env:TOKEN")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [FORMER]
    return sink, source, enrichment


def test_all_secrets_open_with_the_new_key_alone(stored, settings, capsys):
    call_command("reseal_secrets")
    assert "3 of 3 stored secrets sealed anew" in capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = []
    for row in stored:
        row.refresh_from_db()
    sink, source, enrichment = stored
    resolved = secrets.resolve(sink.config)
    assert (resolved["secret"], resolved["more"][0]["token"]) == ("one", "two")
    assert secrets.unseal(source.secret) == "three"
    assert enrichment.token == "env:TOKEN"


def test_a_secret_that_no_key_opens_is_named_and_stays(stored, settings, capsys):
    settings.SECRET_KEY_FALLBACKS = []
    before = stored[1].secret
    with pytest.raises(SystemExit):
        call_command("reseal_secrets")
    assert "inbound source crm" in capsys.readouterr().out
    stored[1].refresh_from_db()
    assert stored[1].secret == before


def test_every_field_that_holds_sealed_secrets_is_known(stored):
    known = {(Sink, "config"), (SinkAccess, "token"), (SinkAccess, "refresh_token"),
             (Enrichment, "token"), (InboundSource, "secret"), (InboundSource, "former_secret"),
             (InboundSource, "private_key")}  # fmt: skip
    assert {(resealing.apps.get_model(label), name) for label, name in resealing.SEALED_FIELDS} == known
