from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from bookings.core import sheets


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0",
        "+1",
        "-1+2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1+1",
        "＝1＋1",
        "－1",
        "＠x",
        "＋1",
    ],
)
def test_text_that_a_spreadsheet_could_run_is_text(text: str) -> None:
    assert sheets.cell(text) == f"'{text}"


def test_numbers_stay_numbers_and_the_rest_is_said_plainly() -> None:
    assert [sheets.cell(value) for value in (-1, 0.5, None, True, "Ana = Ben")] == [
        -1,
        0.5,
        "",
        "yes",
        "Ana = Ben",
    ]
    assert sheets.cell(datetime(2026, 3, 2, 8, tzinfo=UTC)) == "2026-03-02T08:00:00Z"


def test_what_is_written_reads_back_as_it_was() -> None:
    text = sheets.written(["Pool", "Leads"], [['A "big", one\nof two', 3]])
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:], newline=""))) == [
        ["Pool", "Leads"],
        ['A "big", one\nof two', "3"],
    ]
