"""Which adapters there are, and how one is made for a sink."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from workflows import secrets
from workflows.models import Sink
from workflows.sinks.base import SINK_KINDS, Misconfigured, SinkAdapter, adapter_of, load_kinds

OWN = "workflows.tests.sinks.test_kinds.Own"


class Own(SinkAdapter):
    kind = "own"
    title = "Own"


@pytest.fixture
def own_kind():
    load_kinds([OWN])
    yield
    del SINK_KINDS[OWN]


def test_webhook_and_file_are_built_in():
    assert {"webhook", "file"} <= SINK_KINDS.keys()


def test_every_kind_says_what_it_is_and_what_can_be_set():
    for kind in SINK_KINDS.values():
        assert kind.title and kind.help
        assert all(setting.label and setting.help for setting in kind.fields)


def test_a_class_of_ones_own_goes_by_its_dotted_path(own_kind):
    assert isinstance(adapter_of(Sink(kind=OWN, config={"anything": 1})), Own)


@pytest.mark.parametrize(
    "path, why", [("nowhere.Sink", "cannot be imported"), ("workflows.secrets.seal", "no subclass")]
)
def test_a_path_that_leads_to_no_adapter_stops_the_start(path, why):
    with pytest.raises(ImproperlyConfigured, match=why):
        load_kinds([path])


def test_a_kind_that_nobody_brings_is_a_matter_of_the_settings():
    with pytest.raises(Misconfigured, match="“gone\\.Kind”"):
        adapter_of(Sink(kind="gone.Kind"))


def test_secrets_come_from_the_environment_and_from_seals(monkeypatch):
    monkeypatch.setenv("HOOK_URL", "https://hooks.example/")
    config = {"url": "env:HOOK_URL", "secret": secrets.seal("quiet")}
    assert adapter_of(Sink(kind="webhook", config=config)).config == {
        "url": "https://hooks.example/",
        "secret": "quiet",
    }


def test_a_variable_that_is_not_set_is_named(monkeypatch):
    monkeypatch.delenv("HOOK_SECRET", raising=False)
    with pytest.raises(Misconfigured, match="HOOK_SECRET is not set"):
        adapter_of(
            Sink(kind="webhook", config={"url": "https://hooks.example/", "secret": "env:HOOK_SECRET"})
        )


def test_a_seal_that_does_not_open_is_a_matter_of_the_settings(settings):
    config = {"url": "https://hooks.example/", "secret": secrets.seal("quiet")}
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of the installation", []
    with pytest.raises(Misconfigured, match="secret cannot be read"):
        adapter_of(Sink(kind="webhook", config=config))
