"""Reps: the people who take meetings, with their hours, days off and calendars."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ordinus.configuration.nouns.base import Canonical, Noun, replace_rows
from ordinus.configuration.problems import Report, below
from ordinus.configuration.rules import WEEKDAYS, Week
from ordinus.configuration.scalars import Email, Flag, Text, Url, Whole
from ordinus.configuration.shapes import Entry, Items, Key, Record
from ordinus.configuration.times import Date, Holidays, Minutes, Zone
from ordinus.configuration.types import Attribute, Choice, ListOf, MapOf
from routing import assigning, reviews
from routing.calendars import ADAPTERS
from routing.models import Calendar, Membership, Rep


def _ends_after_start(entry: Entry, report: Report) -> None:
    if entry["start"] and entry["end"] and entry["end"] < entry["start"]:
        text = f"{entry['end']} lies before the start, {entry['start']}; correct one of them"
        report.add(below(entry.path, "end"), text)


TIME_OFF = Record(
    Key("start", Date(), "First day.", required=True),
    Key("end", Date(), "Last day; both are whole days of the rep.", required=True),
    Key("reason", Text(120), "For the people who plan; guests do not see it.", default=""),
    checks=(_ends_after_start,),
)
CALENDAR = Record(
    Key("kind", Choice(*ADAPTERS, what="calendar kind"), "How it is read.", default="ics"),
    Key("url", Url(1000, "https", "http", "webcal"), "Where it is read; keep it as secret as the calendar is.",
        required=True),
    Key("stale_after", Minutes(low=1), "Unread for longer, the rep takes no new meetings; left out: the busy times "
        "last read go on counting."),
)  # fmt: skip


PLAIN = ("email", "name", "time_zone", "meeting_url", "attributes", "daily_cap", "weekly_cap")


class Reps(Noun):
    section = "reps"
    noun = "rep"
    label = "rep"
    by = "email"
    help = "The people who take meetings. Their logins are not part of the file."
    record = Record(
        Key("email", Email(), "Identifies the rep; invites and notices go there.", required=True),
        Key("name", Text(120), "What guests read.", required=True),
        Key("time_zone", Zone(), "Of the hours and days off.", default="UTC"),
        Key("hours", Week(), "When meetings may take place, on the rep's wall clock. A day left out is not worked; "
            "22:00-02:00 runs into the next day.", default={}),
        Key("time_off", ListOf(TIME_OFF), "Whole days without meetings.", default=[]),
        Key("meeting_url", Url(500), "Where this rep's meetings take place.", default=""),
        Key("attributes", MapOf(Attribute(), "names of your own, each with one value or a list", longest_name=64),
            "What pools may match on, such as languages.", default={}),
        Key("daily_cap", Whole(), "Most meetings a day, over all pools."),
        Key("weekly_cap", Whole(), "Most meetings in a week that begins on Monday, over all pools."),
        Key("active", Flag(), "`false`: no new meetings; those booked stay.", default=True),
        Key("holidays", Holidays(), "Public holidays on which no meetings take place: a country, or a country and its "
            "region, such as `DE-BY`."),
        Key("leaves_on", Date(), "Last day: no meetings after it, and no turns once it is over."),
        Key("calendars", Items(CALENDAR, "url", "calendar"), "Where busy times are read.", default={}),
    )  # fmt: skip

    def present(self) -> dict[str, Canonical]:
        rows = Rep.objects.exclude(retired_at__isnull=False, is_active=False)
        rows = rows.prefetch_related("hours", "time_off", "calendars")
        return {
            row.email.lower(): self.canonical(row) for row in sorted(rows, key=lambda row: row.email.lower())
        }

    def canonical(self, row: Rep) -> Canonical:
        time_off = sorted(row.time_off.all(), key=lambda days: (days.start_on, days.end_on, days.reason))
        return {
            "email": row.email.lower(),
            "name": row.name,
            "time_zone": row.time_zone,
            "hours": week_of(row.hours.all()),
            "time_off": [
                {"start": days.start_on.isoformat(), "end": days.end_on.isoformat(), "reason": days.reason}
                for days in time_off
            ],
            "meeting_url": row.meeting_url,
            "attributes": row.attributes,
            "daily_cap": row.daily_cap,
            "weekly_cap": row.weekly_cap,
            "active": row.is_active,
            "holidays": row.holidays or None,
            "leaves_on": row.leaves_on.isoformat() if row.leaves_on else None,
            "calendars": {
                feed.url: {"kind": feed.kind, "url": feed.url, "stale_after": feed.stale_after_minutes}
                for feed in sorted(row.calendars.all(), key=lambda feed: feed.url)
            },
        }

    def settle(self, wanted: Entry, present: Canonical | None) -> None:
        """The order of days off means nothing."""
        wanted["time_off"].sort(key=lambda days: (days["start"], days["end"], days["reason"]))

    def row(self, name: str) -> Rep:
        return Rep.objects.get(email__iexact=name)

    def write(self, name: str, wanted: Canonical, now: datetime) -> None:
        row = Rep.objects.filter(email__iexact=name).first()
        if row is None:
            row = Rep(is_active=wanted["active"])
        elif row.is_active != wanted["active"]:
            assigning.set_active(row, wanted["active"], now=now)
            row.is_active = wanted["active"]
        row.retired_at = None
        for field in PLAIN:
            setattr(row, field, wanted[field])
        row.holidays = wanted["holidays"] or ""
        row.save()
        assigning.set_last_day(row, wanted["leaves_on"] and date.fromisoformat(wanted["leaves_on"]), now=now)
        replace_rows(row.hours, week_rows(wanted["hours"]))
        replace_rows(row.time_off, [
            {"start_on": date.fromisoformat(days["start"]), "end_on": date.fromisoformat(days["end"]),
             "reason": days["reason"]}
            for days in wanted["time_off"]
        ])  # fmt: skip
        _write_calendars(row, wanted["calendars"], now)
        reviews.ask([row.pk], now=now)

    def has_history(self, row: Rep) -> bool:
        return row.assignments.exists() or row.ledger.exists() or row.bookings.exists()

    def retire(self, row: Rep, now: datetime) -> bool:
        self._leave_pools(row, now)
        if row.is_active:
            assigning.set_active(row, False, now=now)
        Rep.objects.filter(pk=row.pk).update(retired_at=now)
        return True

    def delete(self, row: Rep) -> None:
        row.memberships.all().delete()
        row.delete()

    def remove(self, name: str, now: datetime) -> bool:
        row = self.row(name)
        self._leave_pools(row, now)
        return super().remove(name, now)

    @staticmethod
    def _leave_pools(row: Rep, now: datetime) -> None:
        for membership in Membership.objects.filter(rep=row, is_active=True).order_by("pool_id"):
            assigning.leave(membership, now=now)

    def told_as(self, name: str) -> str:
        """By number: the chain keeps no address."""
        return f"rep:{Rep.objects.get(email__iexact=name).pk}"


def week_of(rows: Any) -> dict[str, list[list[int]]]:
    """Rows of working or opening hours as the canonical week."""
    week: dict[str, list[list[int]]] = {}
    for row in sorted(rows, key=lambda row: (row.weekday, row.start_minute, row.end_minute)):
        week.setdefault(WEEKDAYS[row.weekday], []).append([row.start_minute, row.end_minute])
    return week


def week_rows(week: dict[str, list[list[int]]]) -> list[dict[str, Any]]:
    return [
        {"weekday": WEEKDAYS.index(day), "start_minute": start, "end_minute": end}
        for day, spans in week.items()
        for start, end in spans
    ]


def _write_calendars(rep: Rep, wanted: dict[str, Canonical], now: datetime) -> None:
    """A feed that stays keeps its busy times and when it was read."""
    present = {feed.url: feed for feed in rep.calendars.all()}
    for url, feed in present.items():
        if url not in wanted or feed.kind != wanted[url]["kind"]:
            feed.delete()
    for url, settings in wanted.items():
        row = present.get(url)
        if row is None or row.kind != settings["kind"]:
            row = Calendar(rep=rep, url=url, kind=settings["kind"], added_at=now, next_read_at=now)
        row.stale_after_minutes = settings["stale_after"]
        row.save()
