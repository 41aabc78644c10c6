"""Reading what slots are computed from: rows to the pure core's supplies, one query a table and pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from routing import intervals
from routing.core import public_holidays
from routing.core.slots import MeetingShape, PoolCalendar, RepSupply, Reserved, Window
from routing.core.zones import date_of
from routing.instants import minute_from, minute_of
from routing.intervals import Reps
from routing.models import (
    Assignment,
    Calendar,
    Hold,
    Match,
    MeetingType,
    Membership,
    Pool,
    Rep,
    TimeOff,
)

DAY = 1440
# Caps count whole ISO weeks on a rep's clock, which may begin up to a week and a zone's offset before the window.
CAP_MARGIN = 9 * DAY


@dataclass(frozen=True)
class Supply:
    """A pool's members as the core needs them, with who was left out beforehand and why."""

    pool: Pool
    shape: MeetingShape
    calendar: PoolCalendar
    members: tuple[Membership, ...]
    reps: tuple[RepSupply, ...]
    left_out: Mapping[int, dict[str, Any]]
    off: Mapping[int, frozenset[date]]

    def of(self, rep_id: int) -> RepSupply | None:
        return next((supply for supply in self.reps if supply.rep_id == rep_id), None)

    def is_off(self, member: Membership, on: date) -> bool:
        """Whether the member meets nobody on this date of theirs, however free: away, a holiday, or gone."""
        last_day = member.rep.leaves_on
        return on in self.off[member.rep_id] or (last_day is not None and on > last_day)


def shape_of(meeting_type: MeetingType) -> MeetingShape:
    return MeetingShape(
        duration=meeting_type.duration,
        step=meeting_type.step,
        buffer_before=meeting_type.buffer_before,
        buffer_after=meeting_type.buffer_after,
        min_notice=meeting_type.min_notice,
        horizon_days=meeting_type.horizon_days,
    )


def calendar_of(pool: Pool) -> PoolCalendar:
    """Its hours only where there is an SLA, whose clock alone runs by them."""
    rows = pool.hours.values_list("weekday", "start_minute", "end_minute")
    hours = () if pool.sla_minutes is None else tuple(rows)
    return PoolCalendar(
        zone=pool.time_zone,
        hours=hours or None,
        closed=frozenset(row.on for row in pool.closed.all()),
    )


def window(
    zone: str, now: datetime, *, from_on: date | None = None, to_on: date | None = None,
    horizon_days: int = 30, latest_start: int | None = None,
) -> Window:  # fmt: skip
    """The asked dates on the guest's clock; without them everything up to the horizon."""
    today = now.astimezone(ZoneInfo(zone or "UTC")).date()
    return Window(
        guest_zone=zone,
        from_on=max(from_on, today - timedelta(days=1)) if from_on else today,
        to_on=min(to_on or date.max, today + timedelta(days=horizon_days)),
        now=minute_from(now),
        latest_start=latest_start,
    )


def supply(
    pool: Pool,
    facts: Mapping[str, Any],
    view: Window,
    *,
    now: datetime,
    without_booking: int | None = None,
    holder: int | None = None,
) -> Supply:
    """What the pool's matching members can offer within the view.

    `without_booking` is counted neither as busy nor against caps: it is the one being moved. Starts that are
    held are taken, but for what `holder` holds.
    """
    members = tuple(pool.members.filter(is_active=True).select_related("rep").order_by("pk"))
    matches = tuple(pool.matches.all())
    left_out = {member.rep_id: reason for member in members if (reason := _left_out(member, matches, facts))}
    staying = [member for member in members if member.rep_id not in left_out]
    ids = [member.rep_id for member in staying]
    # Five hundred numbers in seven queries take longer to write down than to look up.
    reps: Reps = ids if left_out else pool.members.filter(is_active=True).values("rep")
    start, end = _span(view)
    off, holidays = days_off(reps), holidays_of([member.rep for member in staying], start, end)
    if stale := stale_calendars(reps, now):
        left_out.update(stale)
        reps = [pk for pk in ids if pk not in left_out]
    shape = shape_of(pool.meeting_type)
    hours = intervals.working_hours(reps)
    padding = shape.duration + shape.buffer_before + shape.buffer_after
    busy = intervals.busy_times(reps, start - padding, end + padding)
    taken = _reserved(reps, pool.pk, start - CAP_MARGIN, end + CAP_MARGIN, without_booking)
    held = _held(reps, pool.pk, now, holder)
    return Supply(
        pool=pool,
        shape=shape,
        calendar=calendar_of(pool),
        members=members,
        reps=tuple(
            RepSupply(
                rep_id=member.rep_id,
                zone=member.rep.time_zone,
                hours=hours[member.rep_id],
                days_off=off[member.rep_id],
                holidays=holidays[member.rep_id],
                last_day=member.rep.leaves_on,
                busy=busy[member.rep_id],
                reserved=taken[member.rep_id],
                held=held.get(member.rep_id, ()),
                daily_cap=member.rep.daily_cap,
                weekly_cap=member.rep.weekly_cap,
                member_daily_cap=member.daily_cap,
                member_weekly_cap=member.weekly_cap,
            )
            for member in staying
            if member.rep_id not in left_out
        ),
        left_out=left_out,
        off={rep_id: off[rep_id] | dates for rep_id, dates in holidays.items()},
    )


def supply_of(rep: Rep, start: int, end: int) -> RepSupply:
    """What a rep's own time holds between two instants, in minutes: hours, days off, events. No bookings."""
    return RepSupply(
        rep_id=rep.pk,
        zone=rep.time_zone,
        hours=intervals.working_hours([rep.pk])[rep.pk],
        days_off=days_off([rep.pk])[rep.pk],
        holidays=holidays_of([rep], start - DAY, end + DAY)[rep.pk],
        last_day=rep.leaves_on,
        busy=intervals.busy_times([rep.pk], start, end)[rep.pk],
    )


def _left_out(
    member: Membership, matches: Sequence[Match], facts: Mapping[str, Any]
) -> dict[str, Any] | None:
    if not member.rep.is_active:
        return {"code": "inactive"}
    if member.rep.left_at is not None:
        return {"code": "left", "last_day": (member.rep.leaves_on or member.rep.left_at.date()).isoformat()}
    for match in matches:
        if not fits(member.rep.attributes.get(match.attribute), match.operator, facts.get(match.fact)):
            return {"code": "no_match", "attribute": match.attribute, "fact": match.fact}
    return None


def fits(attribute: Any, operator: str, wanted: Any) -> bool:
    """Whether a rep's attribute fits a fact; a missing fact filters nobody. Text is compared without case."""
    if wanted is None or wanted == "" or wanted == []:
        return True
    wanted_values = {_plain(value) for value in (wanted if isinstance(wanted, list) else [wanted])}
    held = {_plain(value) for value in (attribute if isinstance(attribute, list) else [attribute])}
    if operator == "==":
        return held == wanted_values
    return bool(held & wanted_values)


def _plain(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def stale_calendars(ids: Reps, now: datetime) -> dict[int, dict[str, Any]]:
    """Reps whose calendar has not been read for longer than they allow, and since when."""
    stale: dict[int, dict[str, Any]] = {}
    for calendar in Calendar.objects.filter(rep__in=ids, stale_after_minutes__isnull=False):
        since = calendar.read_at or calendar.added_at
        if now - since > timedelta(minutes=calendar.stale_after_minutes or 0):
            stale[calendar.rep_id] = {"code": "calendar_unread", "since": since.isoformat()}
    return stale


def _span(view: Window) -> tuple[int, int]:
    """Minutes that surely hold the view's dates, whatever the zone."""
    epoch = date(1970, 1, 1)
    return ((view.from_on - epoch).days - 1) * DAY, ((view.to_on - epoch).days + 3) * DAY


def days_off(ids: Reps) -> Mapping[int, frozenset[date]]:
    """The local dates on which each rep takes no meetings."""
    found: dict[int, set[date]] = defaultdict(set)
    rows = TimeOff.objects.filter(rep__in=ids)
    for rep, start, end in rows.values_list("rep", "start_on", "end_on"):
        found[rep].update(start + timedelta(days=day) for day in range((end - start).days + 1))
    return defaultdict(frozenset, {rep: frozenset(days) for rep, days in found.items()})


def holidays_of(reps: Iterable[Rep], start: int, end: int) -> dict[int, frozenset[date]]:
    """The public holidays of each rep on the dates that these minutes touch."""
    first, last = date_of(start // DAY), date_of(end // DAY)
    return {rep.pk: public_holidays.between(rep.holidays, first, last) for rep in reps}


def _reserved(
    reps: Reps, pool: int, start: int, end: int, without_booking: int | None
) -> Mapping[int, Sequence[Reserved]]:
    rows = Assignment.objects.reserved().filter(rep__in=reps, end__gt=start, start__lt=end)
    if without_booking is not None:
        rows = rows.exclude(reference=without_booking)
    lists = intervals.lists_by_rep(rows, "start", "end", "buffer_before", "buffer_after", "pool")
    found = {
        rep: tuple(map(Reserved, since, until, before, after, map(pool.__eq__, of_pool)))
        for rep, (since, until, before, after, of_pool) in lists.items()
    }
    return defaultdict(tuple, found)


def _held(reps: Reps, pool: int, now: datetime, holder: int | None) -> Mapping[int, Sequence[Reserved]]:
    """A handful at a time, so all of them are read, whatever the view."""
    found: dict[int, list[Reserved]] = defaultdict(list)
    rows = Hold.objects.present(now).exclude(holder=holder) if holder else Hold.objects.present(now)
    columns = ("rep", "start", "end", "buffer_before", "buffer_after", "pool")
    for rep, since, until, before, after, of_pool in rows.filter(rep__in=reps).values_list(*columns):
        found[rep].append(Reserved(since, until, before, after, of_pool == pool))
    return found


def minutes_window_at(zone: str, now: datetime, start: datetime) -> Window:
    """A view of the one date a start lies on, for judging that start alone."""
    on = start.astimezone(ZoneInfo(zone or "UTC")).date()
    return Window(guest_zone=zone, from_on=on, to_on=on, now=minute_from(now))


__all__ = ["Supply", "calendar_of", "fits", "minute_of", "minutes_window_at", "shape_of", "supply", "window"]
