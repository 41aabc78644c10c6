"""Form fields take what people write and show what is stored."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from workflows.admin import fields


@pytest.mark.parametrize(
    "field, stored",
    [
        (fields.DurationField(), "3d"),
        (fields.DurationsField(), ["3d", "1d", "2h"]),
        (fields.MinutesField(), 1440),
        (fields.MinutesField(), 90),
        (fields.DaysField(), 30),
        (fields.MillisecondsField(), 2000),
        (fields.MillisecondsField(), 750),
        (fields.ClockField(), 540),
        (fields.ClockField(), 1440),
        (fields.LinesField(), ["US", "CA"]),
        (fields.TagsField(), ["nurture", "vip"]),
        (fields.RowsField(style="scalar"), {"employees": 900, "name": "Acme, Inc"}),
        (fields.RowsField(sign=":", style="one_or_more"), {"languages": ["de", "en"], "region": "emea"}),
        (fields.RowsField(), {"email": "lead.email", "owner": "rep.email"}),
        (fields.ActionsField(), [{"send": "still-interested"}, {"notify": "ops@acme.example"}]),
    ],
)
def test_what_is_shown_is_read_back_as_what_is_stored(field: forms.Field, stored: Any) -> None:
    assert field.clean(field.prepare_value(stored)) == stored
    assert not field.has_changed(stored, field.prepare_value(stored))


@pytest.mark.parametrize(
    "text, minutes", [("20h", 1200), ("9 days", 12960), ("90 m", 90), ("2 weeks", 20160)]
)
def test_lengths_of_time_may_be_spelt_out(text: str, minutes: int) -> None:
    assert fields.MinutesField().clean(text) == minutes


def test_another_way_to_write_the_same_length_is_no_change() -> None:
    assert not fields.MinutesField().has_changed(1440, "24h")


@pytest.mark.parametrize(
    "field, text, sentence",
    [
        (fields.DurationField(), "soon", "30m, 2h, 3d or 2w"),
        (fields.MinutesField(step=5), "7m", "multiple of 5"),
        (fields.DaysField(), "36h", "whole days"),
        (fields.ClockField(), "25:00", "time of the day"),
        (fields.ClockField(), "24:30", "time of the day"),
        (fields.MillisecondsField(), "2m", "2s or 500ms"),
        (fields.TagsField(), "two words", "no tag"),
        (fields.ActionsField(), "shout loudly", "nothing that can be done"),
        (fields.ActionsField(), "send", "nothing that can be done"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_cure(field: forms.Field, text: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        field.clean(text)


def test_a_time_past_midnight_is_shown_as_the_clock_shows_it() -> None:
    assert fields.ClockField().prepare_value(1560) == "02:00"
