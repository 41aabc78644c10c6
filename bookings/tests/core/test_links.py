from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.core.links import PURPOSES, digest, looks_like_token, token

KEY = b"a key of the tests"
NONCE = bytes(range(16))

ARGUMENTS = st.tuples(
    st.sampled_from(PURPOSES),
    st.integers(0, 10**12),
    st.integers(0, 1000),
    st.binary(min_size=16, max_size=40),
)


def test_the_same_link_can_be_written_again():
    assert token(KEY, "run", 7, 0, NONCE) == token(KEY, "run", 7, 0, NONCE)


@settings(max_examples=100)
@given(ARGUMENTS, ARGUMENTS)
def test_another_purpose_number_revision_or_nonce_makes_another_token(first, second):
    assert (token(KEY, *first) == token(KEY, *second)) == (first == second)


def test_digits_cannot_wander_between_number_and_revision():
    assert token(KEY, "revision", 1, 11, NONCE) != token(KEY, "revision", 11, 1, NONCE)
    assert token(KEY, "revision", 1, 1, b"1" + NONCE) != token(KEY, "revision", 1, 11, NONCE)


def test_another_key_makes_another_token():
    assert token(b"other", "run", 7, 0, NONCE) != token(KEY, "run", 7, 0, NONCE)


@settings(max_examples=50)
@given(ARGUMENTS)
def test_every_token_looks_like_one_and_fits_a_url(arguments):
    text = token(KEY, *arguments)
    assert looks_like_token(text)
    assert len(text) == 43
    assert "=" not in text and "/" not in text and "+" not in text


def test_the_digest_is_the_sha256_of_the_token():
    text = token(KEY, "manage", 3, 0, NONCE)
    assert digest(text) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "text",
    ["", "A" * 42, "A" * 44, "A" * 42 + "\n", "A" * 41 + "=" + "A", "../" * 14 + "A", "ä" * 43, None, 7,
     b"A" * 43, "A" * 42 + "B", " " + "A" * 42],
)  # fmt: skip
def test_what_cannot_be_a_token_is_seen_without_a_look_up(text):
    assert not looks_like_token(text)


def test_a_token_has_one_spelling():
    text = token(KEY, "run", 7, 0, NONCE)
    spellings = [
        text[:-1] + last for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    ]
    assert sum(looks_like_token(spelling) for spelling in spellings) == 16


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("admin", 1, 0, NONCE), "purpose"),
        (("run", 1, 0, NONCE[:15]), "nonce"),
        (("run", -1, 0, NONCE), "negative"),
        (("run", 1, -1, NONCE), "negative"),
    ],
)
def test_arguments_that_would_weaken_a_token_are_refused(arguments, word):
    with pytest.raises(ValueError, match=word):
        token(KEY, *arguments)


def test_an_empty_key_is_refused():
    with pytest.raises(ValueError, match="key"):
        token(b"", "run", 1, 0, NONCE)


def test_a_digest_of_broken_unicode_is_only_an_unknown_one():
    assert len(digest("\ud800")) == 64
