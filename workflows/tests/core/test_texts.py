"""What people upload is read whichever program wrote it, or refused with what to do."""

from __future__ import annotations

import pytest

from workflows.core import texts

TEXT = "name,city\nÄnne,Málaga\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("read", [texts.decoded, texts.in_utf])
def test_unicode_is_read_with_and_without_its_mark(encoding, read):
    assert read(TEXT.encode(encoding)) == TEXT
    assert read(b"") == ""


def test_both_orders_of_utf_16_are_read():
    assert texts.decoded(b"\xfe\xff" + TEXT.encode("utf-16-be")) == TEXT
    assert texts.decoded(b"\xff\xfe" + TEXT.encode("utf-16-le")) == TEXT


def test_windows_letters_are_read_where_they_may_be():
    assert texts.decoded(TEXT.encode("cp1252")) == TEXT
    with pytest.raises(UnicodeDecodeError):
        texts.in_utf(TEXT.encode("cp1252"))


@pytest.mark.parametrize("content", [b"a\x00b", b"\xff\xfea", b"\x81", TEXT.encode("utf-32"), b"\xff\x00"])
def test_what_is_no_text_says_so_and_what_to_do(content):
    with pytest.raises(texts.NoText, match=r"encoding is wrong.*CSV UTF-8"):
        texts.decoded(content)


@pytest.mark.parametrize("content", [b"a\x00b", b"\xff\xfea", b"\xff\x00"])
def test_what_is_neither_utf_8_nor_text_says_so(content):
    with pytest.raises(texts.NoText, match=r"encoding is wrong.*CSV UTF-8"):
        texts.in_utf(content)
