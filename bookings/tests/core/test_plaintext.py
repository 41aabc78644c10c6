from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.core.plaintext import many_lines, one_line


@settings(max_examples=100)
@given(st.text())
def test_a_line_stays_a_line(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert "\x00" not in line
    assert one_line(line) == line


def test_breaks_and_blanks_become_one_blank():
    assert one_line(" Ana\r\nBcc:\t victim@y.example\u2028 x ") == "Ana Bcc: victim@y.example x"


def test_a_name_cannot_turn_the_words_after_it_around():
    assert one_line("Ana\u202e gnp.exe\u2066") == "Ana gnp.exe"


def test_joined_characters_stay_joined():
    assert one_line("👩\u200d💻 ok") == "👩\u200d💻 ok"


def test_a_long_line_ends_with_an_ellipsis_within_the_limit():
    assert one_line("abcdef ghi", 8) == "abcdef…"
    assert one_line("abcdefgh", 8) == "abcdefgh"


def test_lines_keep_their_breaks_and_lose_other_controls():
    assert many_lines("a\r\nb\rc\u2028d\te\x00\x1b[1m") == "a\nb\nc\nd\te[1m"
