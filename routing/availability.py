"""Reading what slots are computed from: rows to the pure core's supplies, in the same few statements for any pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from routing import intervals
from routing.core import public_holidays
from routing.core.hours import Hours
from routing.core.slots import MeetingShape, PoolCalendar, RepSupply, Window
from routing.core.zones import date_of
from routing.instants import minute_from, minute_of
from routing.intervals import OnHand
from routing.models import Calendar, Match, MeetingType, Pool, Rep

DAY = 1440
# Caps count whole ISO weeks on a rep's clock, which may begin up to a week and a zone's offset before the window.
CAP_MARGIN = 9 * DAY


class Member(NamedTuple):
    """A membership and its rep, as read for slots and draws: a row, which takes a third of the time of objects."""

    pk: int
    rep_id: int
    weight: int
    balance: float
    daily_cap: int | None
    weekly_cap: int | None
    name: str
    time_zone: str
    attributes: Mapping[str, Any]
    rep_daily_cap: int | None
    rep_weekly_cap: int | None
    is_active: bool
    holidays: str
    leaves_on: date | None
    left_at: datetime | None

    @property
    def is_taking_turns(self) -> bool:
        return self.is_active and self.left_at is None


_OF_MEMBER = ("pk", "rep", "weight", "balance", "daily_cap", "weekly_cap")
_OF_REP = (
    "name",
    "time_zone",
    "attributes",
    "daily_cap",
    "weekly_cap",
    "is_active",
    "holidays",
    "leaves_on",
    "left_at",
)


@dataclass(frozen=True)
class Supply:
    """A pool's members as the core needs them, with who was left out beforehand and why."""

    pool: Pool
    shape: MeetingShape
    calendar: PoolCalendar
    members: tuple[Member, ...]
    reps: tuple[RepSupply, ...]
    left_out: Mapping[int, dict[str, Any]]
    off: Mapping[int, frozenset[date]]

    @cached_property
    def _by_rep(self) -> Mapping[int, RepSupply]:
        return {supply.rep_id: supply for supply in self.reps}

    def of(self, rep_id: int) -> RepSupply | None:
        return self._by_rep.get(rep_id)

    def is_off(self, member: Member, on: date) -> bool:
        """Whether the member meets nobody on this date of theirs, however free: away, a holiday, or gone."""
        last_day = member.leaves_on
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
    rows = pool.hours.values_list("weekday", "start_minute", "end_minute")
    hours = () if pool.sla_minutes is None else tuple(rows)
    return _calendar(pool, hours, frozenset(row.on for row in pool.closed.all()))


def _calendar(pool: Pool, hours: Hours, closed: frozenset[date]) -> PoolCalendar:
    """Its hours only where there is an SLA, whose clock alone runs by them."""
    asked = hours if pool.sla_minutes is not None else ()
    return PoolCalendar(zone=pool.time_zone, hours=asked or None, closed=closed)


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
    members, matches = _members(pool)
    left_out = {member.rep_id: reason for member in members if (reason := _left_out(member, matches, facts))}
    staying = [member for member in members if member.rep_id not in left_out]
    shape = shape_of(pool.meeting_type)
    start, end = _span(view)
    padding = shape.duration + shape.buffer_before + shape.buffer_after
    asked = intervals.Asked(
        pool=pool,
        # Five hundred numbers in six tables take longer to write down than to look up.
        reps=[member.rep_id for member in staying] if left_out else None,
        since=start - padding,
        until=end + padding,
        booked_since=start - CAP_MARGIN,
        booked_until=end + CAP_MARGIN,
        now=now,
        without_booking=without_booking,
        holder=holder,
    )
    on_hand = intervals.of_pool(asked)
    if on_hand.unread:
        left_out.update(stale_calendars(on_hand.unread, now))
    holidays = {member.rep_id: holidays_of(member.holidays, start, end) for member in staying}
    return Supply(
        pool=pool,
        shape=shape,
        calendar=_calendar(pool, on_hand.open_hours, on_hand.closed),
        members=members,
        reps=tuple(
            _supply(member, on_hand, holidays[member.rep_id])
            for member in staying
            if member.rep_id not in left_out
        ),
        left_out=left_out,
        off={rep_id: on_hand.off[rep_id] | dates for rep_id, dates in holidays.items()},
    )


def _members(pool: Pool) -> tuple[tuple[Member, ...], tuple[Match, ...]]:
    """The pool's active members by number, and what they must match, which most pools ask nothing of."""
    rows = pool.members.filter(is_active=True).order_by("pk")
    matches = Exists(Match.objects.filter(pool=OuterRef("pool")))
    columns = (*_OF_MEMBER, *(f"rep__{name}" for name in _OF_REP))
    members, is_matching = [], False
    for *row, asks in rows.values_list(*columns, matches):
        members.append(Member._make(row))
        is_matching = asks
    return tuple(members), tuple(pool.matches.all()) if is_matching else ()


def _supply(member: Member, on_hand: OnHand, holidays: frozenset[date]) -> RepSupply:
    rep_id = member.rep_id
    return RepSupply(
        rep_id=rep_id,
        zone=member.time_zone,
        hours=on_hand.hours[rep_id],
        days_off=on_hand.off[rep_id],
        holidays=holidays,
        last_day=member.leaves_on,
        busy=on_hand.busy[rep_id],
        reserved=on_hand.reserved[rep_id],
        held=on_hand.held[rep_id],
        daily_cap=member.rep_daily_cap,
        weekly_cap=member.rep_weekly_cap,
        member_daily_cap=member.daily_cap,
        member_weekly_cap=member.weekly_cap,
    )


def supply_of(rep: Rep, start: int, end: int) -> RepSupply:
    """What a rep's own time holds between two instants, in minutes: hours, days off, events. No bookings."""
    on_hand = intervals.of_rep(rep.pk, start, end)
    return RepSupply(
        rep_id=rep.pk,
        zone=rep.time_zone,
        hours=on_hand.hours[rep.pk],
        days_off=on_hand.off[rep.pk],
        holidays=holidays_of(rep.holidays, start - DAY, end + DAY),
        last_day=rep.leaves_on,
        busy=on_hand.busy[rep.pk],
    )


def _left_out(member: Member, matches: Sequence[Match], facts: Mapping[str, Any]) -> dict[str, Any] | None:
    if not member.is_active:
        return {"code": "inactive"}
    if member.left_at is not None:
        return {"code": "left", "last_day": (member.leaves_on or member.left_at.date()).isoformat()}
    for match in matches:
        if not fits(member.attributes.get(match.attribute), match.operator, facts.get(match.fact)):
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


def stale_calendars(ids: Sequence[int], now: datetime) -> dict[int, dict[str, Any]]:
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


def holidays_of(code: str, start: int, end: int) -> frozenset[date]:
    """The public holidays by this code on the dates that these minutes touch."""
    return public_holidays.between(code, date_of(start // DAY), date_of(end // DAY)) if code else frozenset()


def minutes_window_at(zone: str, now: datetime, start: datetime) -> Window:
    """A view of the one date a start lies on, for judging that start alone."""
    on = start.astimezone(ZoneInfo(zone or "UTC")).date()
    return Window(guest_zone=zone, from_on=on, to_on=on, now=minute_from(now))


__all__ = ["Supply", "calendar_of", "fits", "minute_of", "minutes_window_at", "shape_of", "supply", "window"]
