"""A booking's plan, row by row: what is to happen or has happened, when, and why it did not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bookings.core import reminders
from bookings.models import Booking, Message, MessageTemplate
from bookings.reminding import PURPOSE
from bookings.story import unsent
from workflows.admin.naming import with_names
from workflows.admin.words import planned_words, said
from workflows.core import conditions
from workflows.models import AuditEvent, Timer
from workflows.registry import facts_of

TIMER_TONES = {"waiting": "info", "fired": "success", "skipped": "warning", "failed": "danger"}
MAIL_STATES = {
    "waiting": ("Being sent", "info"),
    "sending": ("Being sent", "info"),
    "sent": ("Sent", "success"),
    "dead": ("Given up", "danger"),
    "withdrawn": ("Withdrawn", "default"),
}
AS_THINGS_STAND = {
    True: "as things stand, its condition holds and it will go out",
    False: "as things stand, its condition does not hold and it will be left out",
}


def rows_of(booking: Booking) -> list[dict[str, Any]]:
    """The rows of the plan by their instants, those of former revisions marked as old."""
    mails = {
        (mail.revision, _mark(mail.details)): mail
        for mail in Message.objects.filter(booking=booking, kind=Message.Kind.REMINDER)
    }
    names = dict(MessageTemplate.objects.values_list("slug", "name"))
    timers = list(Timer.objects.filter(booking=booking.pk).select_related("run").order_by("due_at", "pk"))
    rows = [_of_timer(timer, booking, mails, names) for timer in timers]
    _foresee(rows, timers)
    told = AuditEvent.objects.filter(run=booking.run_id, booking=booking.pk, verb="reminder.skipped")
    planned = {(timer.revision, _mark(timer.details)) for timer in timers}
    rows += [_of_event(event, booking) for event in _without_timer(told, planned)]
    return sorted(rows, key=lambda row: row["due"])


def _foresee(rows: list[dict[str, Any]], timers: Sequence[Timer]) -> None:
    """Of what is planned under a condition, whether that holds by what is known now."""
    facts: dict[str, Any] = {}
    for row, timer in zip(rows, timers, strict=True):
        if timer.is_waiting and timer.details.get("when"):
            facts = facts or facts_of(timer.run)
            holds = reminders.holds(timer.details, facts)
            row["why"] = AS_THINGS_STAND[holds]


def _of_timer(
    timer: Timer, booking: Booking, mails: Mapping[Any, Message], names: Mapping[str, str]
) -> dict[str, Any]:
    state, tone = str(timer.get_state_display()), TIMER_TONES.get(timer.state, "default")
    reason = timer.reason
    mail = mails.get((timer.revision, _mark(timer.details))) if timer.purpose == PURPOSE else None
    if mail and timer.state == Timer.State.FIRED:
        state, tone = MAIL_STATES[mail.state]
        reason = mail.reason if mail.state == Message.State.WITHDRAWN else ""
    return _row(timer.purpose, timer.details, timer.due_at, booking, timer.revision, names) | {
        "state": state,
        "tone": tone,
        "why": unsent.because(reason) if reason else "",
    }


def _of_event(event: AuditEvent, booking: Booking) -> dict[str, Any]:
    due = datetime.fromisoformat(event.data["due"])
    row = _row(PURPOSE, event.data, due, booking, event.data.get("revision"), {})
    return row | {"state": "Skipped", "tone": "warning", "why": unsent.because(event.data["reason"])}


def _without_timer(events: Iterable[AuditEvent], planned: set[Any]) -> Iterable[AuditEvent]:
    """Rows that were skipped when the meeting was booked never had a timer."""
    for event in events:
        if event.data.get("due") and (event.data.get("revision"), _mark(event.data)) not in planned:
            yield event


def _row(
    purpose: str,
    details: Mapping[str, Any],
    due: datetime,
    booking: Booking,
    revision: int | None,
    names: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "what": planned_words(purpose, details),
        "more": _more(details, names),
        "due": due,
        "is_old": revision is not None and revision != booking.revision,
    }


def _more(details: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What else a row says: its message, its conditions, its quiet hours."""
    parts = []
    if template := details.get("template"):
        parts.append(f"“{names.get(template) or said(template)}”")
    if when := details.get("when"):
        groups = conditions.groups_from(when)
        parts.append(
            "only if "
            + ", or ".join(
                " and ".join(conditions.in_words(with_names(each)) for each in group) for group in groups
            )
        )
    if quiet := details.get("quiet"):
        parts.append(f"not at {quiet} on the guest's clock")
    return ", ".join(parts)


def _mark(details: Mapping[str, Any]) -> str:
    row = details.get("row")
    return f"{details.get('offset')}.{row}" if row else str(details.get("offset"))
