"""Meeting types: the shape of a meeting."""

from __future__ import annotations

from typing import Any

from bookings.models import Booking
from ordinus.configuration.nouns.base import Canonical, Slugged
from ordinus.configuration.scalars import Slug, Text
from ordinus.configuration.shapes import Key, Record
from ordinus.configuration.times import MINUTES_A_DAY, Minutes
from routing.models import MeetingType

LONGEST_HORIZON_DAYS = 366


class MeetingTypes(Slugged):
    section = "meeting_types"
    noun = "meeting type"
    label = "meeting_type"
    help = "The shapes of meetings. All lengths but the horizon are multiples of 5 minutes."
    model = MeetingType
    plain = {
        "slug": "slug",
        "name": "name",
        "duration": "duration",
        "step": "step",
        "buffer_before": "buffer_before",
        "buffer_after": "buffer_after",
        "min_notice": "min_notice",
    }
    record = Record(
        Key("slug", Slug(), "Identifies the meeting type.", required=True),
        Key("name", Text(120), "What guests read.", required=True),
        Key("duration", Minutes(low=5, high=MINUTES_A_DAY, step=5), "How long it takes.", required=True),
        Key("step", Minutes(low=5, high=MINUTES_A_DAY, step=5), "Between the starts that are offered, counted from "
            "the guest's midnight.", default=15),
        Key("buffer_before", Minutes(high=MINUTES_A_DAY, step=5), "Kept free before it.", default=0),
        Key("buffer_after", Minutes(high=MINUTES_A_DAY, step=5), "Kept free after it.", default=0),
        Key("min_notice", Minutes(high=366 * MINUTES_A_DAY, step=5), "From booking to the earliest start.", default=0),
        Key(
            "horizon",
            Minutes(low=MINUTES_A_DAY, high=LONGEST_HORIZON_DAYS * MINUTES_A_DAY, step=MINUTES_A_DAY),
            "How far ahead can be booked, in whole days of the guest.",
            default=30 * MINUTES_A_DAY,
        ),
    )  # fmt: skip

    def canonical(self, row: Any) -> Canonical:
        return super().canonical(row) | {"horizon": row.horizon_days * MINUTES_A_DAY}

    def fill(self, row: Any, wanted: Canonical) -> Any:
        row.horizon_days = wanted["horizon"] // MINUTES_A_DAY
        return super().fill(row, wanted)

    def has_history(self, row: Any) -> bool:
        return Booking.objects.filter(meeting_type=row).exists()
