"""Secrets come from the environment or from under a seal, and stay out of texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.secrets import (
    MissingSecret,
    SecretError,
    UnreadableSecret,
    is_reference,
    is_sealed,
    mask,
    resolve,
    seal,
    unseal,
)


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_what_is_sealed_is_unsealed_as_it_was(text):
    assert unseal(seal(text)) == text


def test_a_seal_shows_nothing_of_the_secret_and_is_never_the_same():
    assert "pa55word" not in seal("pa55word")
    assert seal("pa55word") != seal("pa55word")
    assert is_sealed(seal("pa55word"))


def test_a_changed_seal_does_not_open():
    token = seal("pa55word")
    for place in range(len("sealed:") + 1, len(token), 7):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(UnreadableSecret):
            unseal(token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize("token", ["", "sealed:", "sealed:nonsense", "sealed:é", "plain"])
def test_what_was_never_sealed_does_not_open(token):
    with pytest.raises(UnreadableSecret, match="SECRET_KEY"):
        unseal(token)


def test_a_former_key_still_opens_until_it_is_dropped(settings):
    settings.SECRET_KEY = "former-key-0123456789"
    token = seal("pa55word")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "present-key-0123456789", ["former-key-0123456789"]
    assert unseal(token) == "pa55word"
    renewed = seal("pa55word")
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(renewed) == "pa55word"
    with pytest.raises(UnreadableSecret):
        unseal(token)


def test_a_reference_is_read_from_the_environment_when_it_is_used(monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", "first")
    assert resolve("env:HOOK_SECRET") == "first"
    monkeypatch.setenv("HOOK_SECRET", "second")
    assert resolve("env:HOOK_SECRET") == "second"


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_that_is_not_set_is_named(value, monkeypatch):
    if value is None:
        monkeypatch.delenv("HOOK_SECRET", raising=False)
    else:
        monkeypatch.setenv("HOOK_SECRET", value)
    with pytest.raises(MissingSecret) as caught:
        resolve("env:HOOK_SECRET")
    assert str(caught.value) == "the environment variable HOOK_SECRET is not set"
    assert caught.value.name == "HOOK_SECRET"
    assert isinstance(caught.value, SecretError)


def test_a_sealed_value_is_unsealed_and_plain_text_stays():
    assert resolve(seal("pa55word")) == "pa55word"
    assert resolve("https://hooks.example/") == "https://hooks.example/"


def test_settings_are_resolved_however_deep(monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", "whsec")
    config = {"url": "https://x.example", "auth": {"key": "env:HOOK_SECRET"}, "list": [seal("a"), 5, None]}
    assert resolve(config) == {"url": "https://x.example", "auth": {"key": "whsec"}, "list": ["a", 5, None]}
    assert config["auth"] == {"key": "env:HOOK_SECRET"}


def test_only_names_of_variables_may_be_shown():
    assert is_reference("env:HOOK_SECRET")
    assert not any(is_reference(value) for value in (seal("x"), "HOOK_SECRET", "", None, 5))
    assert not any(is_sealed(value) for value in ("env:HOOK_SECRET", "plain", None, 5))


def test_secrets_are_masked_in_texts_and_urls():
    text = "POST https://x.example/?key=s%26cret+1 with s&cret 1, again s%26cret%201"
    assert mask(text, ["s&cret 1"]) == "POST https://x.example/?key=••• with •••, again •••"


def test_a_secret_within_another_leaves_no_rest():
    assert mask("token-long token", ["token", "token-long"]) == "••• •••"


def test_empty_and_tiny_secrets_mask_nothing():
    assert mask("a sentence", ["", "a"]) == "a sentence"
