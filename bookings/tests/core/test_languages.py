"""What is a tag of a language, and what only looks like one."""

from __future__ import annotations

import pytest

from bookings.core.languages import is_tag


@pytest.mark.parametrize(
    "tag", ["de", "pt-br", "zh-hant-tw", "es-419", "gsw", "gsw-ch", "de-ch-1996", "sl-rozaj", "no"]
)
def test_a_tag_that_readers_may_have(tag: str) -> None:
    assert is_tag(tag)


@pytest.mark.parametrize(
    "tag", ["xx", "xx-yy-zz-qq", "de-at-ch", "DE", "d", "german", "de_at", "de-", "", "qq-de", "de-1"]
)
def test_what_is_none(tag: str) -> None:
    assert not is_tag(tag)
