"""Reminders in a file: offsets alone, or rows that say more; each comes back as short as it can be."""

from __future__ import annotations

import pytest

from ordinus.tests.configuration.files import (
    SMALL,
    applied,
    changed,
    export,
    problems_in,
)

pytestmark = pytest.mark.django_db

ROWS = (
    "reminders: [3d, {before: 1d, template: other, when: [[{fact: segment, is: exists}]]}, "
    "{before: 2h, quiet: \"21:00-08:00\"}, {before: 1h}]"
)  # fmt: skip
OTHER = '  - {slug: other, subject: Other, body: "{{ reschedule_url }}"}\n'
WITH_ROWS = changed(SMALL, "reminders: [1d]", ROWS).replace("workflows:\n", OTHER + "workflows:\n")


def test_rows_are_exported_as_short_as_they_can_be_and_change_nothing_again() -> None:
    applied(WITH_ROWS)
    text = export()
    written = text.partition("reminders:")[2].partition("reminder_template")[0]
    assert "".join(written.split()) == (
        '-3d-{before:1d,template:other,when:[[{fact:segment,is:exists}]]}-{before:2h,quiet:"21:00-08:00"}-1h'
    )
    assert applied(text) == []
    assert export() == text


def test_a_list_of_offsets_stays_a_list_of_offsets() -> None:
    applied(SMALL)
    assert "reminders: [1d]" in export()


def test_each_mistake_in_a_row_has_its_path() -> None:
    bad = changed(
        SMALL, "reminders: [1d]", "reminders: [1d, 1d, soon, {quiet: 9-5}, {before: 1d, tmplate: x}]"
    )
    places = [
        problem.partition(": ")[0].removeprefix("workflows[0].stages[3].reminders")
        for problem in problems_in(bad)
    ]
    assert places == ["[1]", "[2]", "[3].before", "[3].quiet", "[4].tmplate"]


def test_a_row_that_names_no_template_there_is_is_refused() -> None:
    bad = changed(SMALL, "reminders: [1d]", "reminders: [{before: 1d, template: gone}]")
    assert problems_in(bad) == [
        "workflows[0].stages[3].reminders[0].template: no template 'gone'; add it under templates, "
        "or name another"
    ]
