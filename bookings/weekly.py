"""The week's numbers by mail: found by the sweep, written into the outbox, sent as every other mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bookings.core import weekly
from bookings.models import Booking, Message, WeeklyReport
from bookings.reporting import REPORTS
from bookings.reporting.funnel import ACKNOWLEDGED, funnel
from bookings.reporting.health import unmarked
from bookings.reporting.selection import Selection
from bookings.reporting.steps import LABELS, VIEWED, Steps, rows_of
from workflows.core.chain import instant_text
from workflows.core.scale import number
from workflows.models import Delivery
from workflows.registry import DueWork
from workflows.transactions import atomically

WEEK = timedelta(days=7)


def due(at: datetime, clock: datetime, limit: int) -> list[int]:
    """Reports whose week has ended and has not been sent. There are few, so each is looked at."""
    found = WeeklyReport.objects.filter(is_active=True, retired_at=None).order_by("pk")
    return [row.pk for row in found if _week_to_send(row, at)][:limit]


@atomically
def write(pk: int, at: datetime, clock: datetime) -> bool:
    """Afterwards a mail to each recipient is on its way; after an outage only the newest week's."""
    row = WeeklyReport.objects.select_for_update().select_related(None).get(pk=pk)
    until = _week_to_send(row, at)
    if until is None or not row.is_active or row.retired_at:
        return False
    details = {
        "name": row.name, "time_zone": row.time_zone, "rows": rows(row, until),
        "since": instant_text(until - WEEK), "until": instant_text(until),
    }  # fmt: skip
    for address in row.recipients:
        Message.objects.get_or_create(
            key=f"weekly:{row.slug}:{until:%Y-%m-%dT%H:%M}:{address}"[:160],
            defaults={
                "kind": Message.Kind.WEEKLY_REPORT, "audience": Message.Audience.STAFF, "to_address": address,
                "details": details, "due_at": at, "created_at": at, "expires_at": until + WEEK,
            },
        )  # fmt: skip
    row.sent_until = until
    row.save(update_fields=["sent_until"])
    return True


def rows(report: WeeklyReport, until: datetime) -> list[dict[str, str]]:
    """The week's numbers beside those of the week before, as label and value."""
    selection = Selection(until - WEEK, until, workflow=report.workflow.slug if report.workflow else "")
    before = Steps().before(selection)
    told = [
        _row(LABELS[row.key], row.values["leads"], before.get(row.key))
        for row in rows_of(funnel(selection))
        if row.key not in (VIEWED, ACKNOWLEDGED)
    ]
    missed, missed_before = _missed(selection), _missed(selection.before)
    told.append({"label": "Meetings missed", "value": f"{missed} (the week before: {missed_before})"})
    return told + _to_do(until)


def _to_do(until: datetime) -> list[dict[str, str]]:
    """What waits for somebody; only what there is."""
    waiting = {
        "Outcomes not marked": unmarked(Booking.objects.all(), until).count(),
        "Mails given up": Message.objects.filter(state=Message.State.DEAD).count(),
        "Deliveries given up": Delivery.objects.filter(state=Delivery.State.DEAD).count(),
    }
    return [{"label": label, "value": number(count)} for label, count in waiting.items() if count]


def _missed(selection: Selection) -> str:
    found = REPORTS["no-shows"].rows(selection, "clicks")
    meetings, missed = (_sum(row.values[name] for row in found) for name in ("meetings", "missed"))
    return f"{number(missed)} of {number(meetings)}"


def _sum(values: Iterable[Any]) -> int:
    return sum(int(value or 0) for value in values)


def _row(label: str, now: Any, before: int | None) -> dict[str, str]:
    return {"label": label, "value": f"{number(now or 0)} (the week before: {number(before or 0)})"}


def _week_to_send(row: WeeklyReport, at: datetime) -> datetime | None:
    """The end of the newest week, if it has not been sent."""
    until = weekly.latest(row.weekday, row.minute, row.time_zone, at)
    begun = row.sent_until or row.since
    return until if until > begun else None


WORK = DueWork("weekly reports", due, write, order=15)
