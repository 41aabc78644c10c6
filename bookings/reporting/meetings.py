"""Meetings: which are missed, what becomes of those who open the page to move, and whom a new offer wins back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import ExtractHour, TruncWeek

from bookings.core.progress import HELD
from bookings.models import Booking
from bookings.reporting import names
from bookings.reporting.selection import Selection
from bookings.reporting.tables import Column, Counted, Fact
from workflows.models import AuditEvent

DAY = timedelta(days=1)
LEAD_TIMES = {
    "under_1d": ("Under a day", DAY),
    "1d_3d": ("1 to 3 days", 3 * DAY),
    "3d_7d": ("3 to 7 days", 7 * DAY),
    "7d_14d": ("1 to 2 weeks", 14 * DAY),
    "over_14d": ("Over 2 weeks", timedelta.max),
}
CLICKS = {"opened": "Opened the page to move", "not_opened": "Never opened it"}
BECAME = {
    "moved": "Moved to another time",
    "met": "Kept it and came",
    "missed": "Kept it and did not come",
    "cancelled": "Cancelled",
    "ahead": "Still ahead",
}
S = Booking.Status


class NoShows(Counted):
    name = "no-shows"
    title = "Meetings that guests missed"
    unit = ("meeting", "meetings")
    says = "Meetings of the period that were held or missed; cancelled ones do not count."
    by = {
        "lead_time": "By time between booking and meeting", "hour": "By hour on the guest’s clock",
        "clicks": "By clicks on the link to move", "pool": "By pool", "rep": "By rep", "week": "By week",
    }  # fmt: skip
    columns = (
        Column("meetings", "Meetings"),
        Column("missed", "Missed"),
        Column("rate", "Missed, share", "share"),
    )
    shares = {"rate": ("missed", "meetings")}
    main = "rate"
    is_over_time = frozenset(("hour", "week"))

    def sums(self, selection: Selection, by: str) -> dict[str, list[int]]:
        """Grouped by the database, so that the number of meetings matters little."""
        missed = Count("pk", filter=Q(status=S.NO_SHOW))
        grouped = self._keyed(selection, by).values_list("key").annotate(meetings=Count("pk"), missed=missed)
        return {_key(by, value): [meetings, missed] for value, meetings, missed in grouped}

    def facts(self, selection: Selection, by: str) -> Iterator[Fact]:
        for value, lead, status in self._keyed(selection, by).values_list("key", "lead", "status").iterator():
            yield _key(by, value), lead, (True, status == S.NO_SHOW)

    def _keyed(self, selection: Selection, by: str) -> QuerySet[Any]:
        meetings = selection.meetings().filter(status__in=(S.ATTENDED, S.NO_SHOW)).order_by()
        return meetings.annotate(key=_hour(meetings) if by == "hour" else KEYS[by])

    def labels(self, by: str, keys: Iterable[str]) -> dict[str, str]:
        if by == "lead_time":
            return {key: label for key, (label, _) in LEAD_TIMES.items()}
        if by == "hour":
            hours = sorted(int(key) for key in keys)
            return {f"{hour:02}": f"{hour}:00" for hour in range(hours[0], hours[-1] + 1)} if hours else {}
        if by == "clicks":
            return dict(CLICKS)
        return names.weeks(keys) if by == "week" else names.named(by, keys)


class Reschedules(Counted):
    name = "reschedules"
    title = "What became of those who opened the page to move"
    unit = ("time of a meeting", "times of meetings")
    says = "Each meeting counts once for each of its times whose page to move was opened within the period."
    by = {"became": "By what became of it"}
    columns = (Column("opened", "Opened the page"),)
    main = "opened"

    def facts(self, selection: Selection, by: str) -> Iterator[Fact]:
        clicks = AuditEvent.objects.filter(
            verb="reschedule.clicked", at__gte=selection.since, at__lt=selection.until
        ).order_by()
        opened: dict[tuple[int | None, int], bool] = {}
        for booking, data in clicks.values_list("booking", "data").iterator():
            place = (booking, data.get("revision", 0))
            opened[place] = opened.get(place, False) or bool(data.get("used"))
        of_clicks = selection.bookings().filter(pk__in=clicks.values("booking")).order_by()
        states = {pk: (lead, status) for pk, lead, status in of_clicks.values_list("pk", "lead", "status")}
        for (booking, _), used in opened.items():
            if booking in states:
                lead, status = states[booking]
                yield "moved" if used else _became(status), lead, (True,)

    def labels(self, by: str, keys: Iterable[str]) -> dict[str, str]:
        return dict(BECAME)


class WonBack(Counted):
    name = "won-back"
    title = "Guests who did not come, and were won back"
    says = (
        "Leads who missed a meeting within the period, and how many of them have booked again and then met."
    )
    by = {"pool": "By pool", "segment": "By segment", "rep": "By rep", "week": "By week"}
    columns = (
        Column("missed", "Did not come"), Column("won_back", "Booked again"), Column("met", "Then met"),
        Column("rate", "Won back, share", "share"),
    )  # fmt: skip
    shares = {"rate": ("won_back", "missed")}
    main = "rate"
    is_over_time = frozenset(("week",))

    def facts(self, selection: Selection, by: str) -> Iterator[Fact]:
        reps = names.reps() if by == "rep" else {}
        rows = selection.missed().order_by()
        for run in rows.only(
            "lead", "pool", "segment", "rep", "missed_at", "won_back_at", "held_at", "furthest"
        ):
            if by == "week":
                key = names.week(run.missed_at) if run.missed_at else names.NONE
            else:
                key = (reps.get(run.rep or 0) if by == "rep" else getattr(run, by)) or names.NONE
            again = run.won_back_at is not None
            yield key, run.lead, (True, again, again and run.furthest >= HELD)

    def labels(self, by: str, keys: Iterable[str]) -> dict[str, str]:
        return names.weeks(keys) if by == "week" else names.named(by, keys)


KEYS: dict[str, Any] = {
    "lead_time": Case(
        *[
            When(made_at__gt=F("start_at") - below, then=Value(key))
            for key, (_, below) in LEAD_TIMES.items()
            if below < timedelta.max
        ],
        default=Value("over_14d"),
        output_field=CharField(),
    ),
    "clicks": Case(When(clicked_revision__gte=0, then=Value("opened")), default=Value("not_opened")),
    "pool": F("pool__slug"),
    "rep": F("rep__email"),
    "week": TruncWeek("start_at", tzinfo=UTC),
}


def _hour(meetings: QuerySet[Any]) -> Case:
    """The hour on the clock of each guest, who live in some dozen zones at most."""
    zones = meetings.exclude(time_zone="").values_list("time_zone", flat=True).distinct()
    return Case(
        *[When(time_zone=zone, then=ExtractHour("start_at", tzinfo=ZoneInfo(zone))) for zone in zones],
        default=ExtractHour("start_at", tzinfo=UTC),
    )


def _key(by: str, value: Any) -> str:
    if by == "hour":
        return f"{value:02}"
    return names.week(value) if by == "week" else str(value)


def _became(status: str) -> str:
    return {S.ATTENDED: "met", S.NO_SHOW: "missed", S.CANCELLED: "cancelled"}.get(S(status), "ahead")
