"""Reading reps' calendars: claim, fetch outside any transaction, replace the busy times in one.

Unreadable is no reason to forget: the busy times last read stay, and what is wrong stands with the calendar.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from routing import reviews
from routing.calendars import ADAPTERS, BusyInterval, CalendarUnreadable, Fetched, Seen, Window
from routing.core import spans
from routing.instants import EPOCH
from routing.models import BusyTime, Calendar
from workflows import secrets
from workflows.core import backoff
from workflows.registry import DueWork

logger = logging.getLogger(__name__)
chance = random.SystemRandom()

EVERY = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=1)
BEHIND = timedelta(days=1)
AHEAD = timedelta(days=400)
WHOLE_EVERY = timedelta(hours=6)
"""How old a whole reading may get: until then "unchanged" is taken for an answer, whatever the window."""
BATCH = 1000


def due(at: datetime, clock: datetime, limit: int) -> list[int]:
    """Numbers of the calendars of active reps to read at `at`, the longest overdue first."""
    return list(Calendar.objects.due(at).values_list("pk", flat=True)[:limit])


def read(number: int, at: datetime, clock: datetime) -> bool:
    """Read one calendar; true when its busy times are up to date afterwards, from a day back to 400 ahead.

    A calendar that cannot be read keeps what was read before, says why, and is tried again after a growing
    pause of at most an hour.
    """
    calendar = _claim(number, at)
    if calendar is None:
        return False
    try:
        fetched = _fetch(calendar, at)
    except CalendarUnreadable as error:
        _note_failure(calendar, error.sentence, at)
        return False
    return _keep(calendar, fetched, at)


def _claim(number: int, at: datetime) -> Calendar | None:
    """The calendar, which nobody else reads before its next turn; None when another has it."""
    if not Calendar.objects.filter(pk=number, next_read_at__lte=at).update(next_read_at=at + EVERY):
        return None
    return Calendar.objects.select_related("rep").filter(pk=number, rep__is_active=True).first()


def _fetch(calendar: Calendar, at: datetime) -> Fetched:
    adapter = ADAPTERS.get(calendar.kind)
    if adapter is None:
        raise CalendarUnreadable(f"Nothing installed reads calendars of the kind “{calendar.kind}”.")
    window = Window(at - BEHIND, at + AHEAD, ZoneInfo(calendar.rep.time_zone))
    try:
        config = secrets.resolve({"kind": calendar.kind, "url": calendar.url})
        return adapter.fetch(config, window, _seen(calendar, at))
    except secrets.SecretError as error:
        raise CalendarUnreadable(f"Its address cannot be had: {error}.") from error
    except CalendarUnreadable:
        raise
    except Exception as error:
        logger.exception("the adapter “%s” failed", calendar.kind)
        raise CalendarUnreadable("The calendar could not be understood.") from error


def _seen(calendar: Calendar, at: datetime) -> Seen | None:
    """What to tell the server of the last reading; nothing when it is time to read the calendar as a whole.

    An unchanged calendar still has later events to tell as time passes, and its days begin elsewhere when its
    rep has moved.
    """
    if calendar.read_at is None or (at - EPOCH) // WHOLE_EVERY != (calendar.read_at - EPOCH) // WHOLE_EVERY:
        return None
    return Seen(calendar.etag, calendar.modified)


@transaction.atomic
def _keep(calendar: Calendar, fetched: Fetched, at: datetime) -> bool:
    """False when the calendar was removed or given another address meanwhile; nothing is kept then."""
    same = Calendar.objects.select_for_update().filter(pk=calendar.pk, kind=calendar.kind, url=calendar.url)
    if not same.exists():
        return False
    if fetched.busy is not None:
        _replace(calendar, fetched.busy, at)
    Calendar.objects.filter(pk=calendar.pk).update(
        etag=_fitting(fetched.seen.etag, Calendar.etag),
        modified=_fitting(fetched.seen.modified, Calendar.modified),
        read_at=at,
        next_read_at=at + EVERY,
        failures=0,
        problem="",
    )
    return True


def _replace(calendar: Calendar, busy: Sequence[BusyInterval], at: datetime) -> None:
    """Afterwards these are the calendar's busy times; one that says the same again costs no writing."""
    rows = BusyTime.objects.filter(calendar=calendar)
    wanted = spans.merged(busy)
    if list(rows.order_by("start").values_list("start", "end")) == wanted:
        return
    rows.delete()
    BusyTime.objects.bulk_create(
        (BusyTime(rep_id=calendar.rep_id, calendar=calendar, start=start, end=end) for start, end in wanted),
        batch_size=BATCH,
    )
    reviews.ask([calendar.rep_id], now=at)


def _note_failure(calendar: Calendar, sentence: str, at: datetime) -> None:
    pause = min(backoff.delay(calendar.failures + 1, chance.random()), LONGEST_PAUSE)
    Calendar.objects.filter(pk=calendar.pk, url=calendar.url).update(
        failures=F("failures") + 1, problem=sentence[:300], next_read_at=at + pause
    )


def _fitting(value: str, column: Any) -> str:
    """A validator that does not fit its column is left out: cut short it would name another version."""
    return value if len(value) <= column.field.max_length else ""


WORK = DueWork("calendars", find=due, perform=read, order=10)
