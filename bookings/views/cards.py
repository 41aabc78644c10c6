"""A meeting as the rep sees it: who comes, why to me, how to join, and what can be marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bookings import attendance
from bookings.core import wording
from bookings.core.domains import is_free_mail
from bookings.models import Booking
from bookings.views.meeting import can_undo
from routing.models import Assignment

JOIN_AHEAD = timedelta(hours=12)
ATTENDED, NO_SHOW, UNDO = "attended", "no_show", "undo"
_SIGNALS = {ATTENDED: "They came", NO_SHOW: "They did not come"}
# Shown elsewhere on the card.
_HIDDEN_ANSWERS = ("name", "email", "company")


@dataclass(frozen=True)
class Mark:
    """One large button: `value` is what pressing it sends."""

    value: str
    label: str
    tone: str = ""


@dataclass(frozen=True)
class Card:
    """What templates/rep/_card.html shows of one booking."""

    number: int
    day: str
    clock: str
    away: str
    is_now: bool
    is_off: bool
    guest: str
    company: str
    why: str
    answers: list[tuple[str, str]]
    meeting_url: str
    state: str
    tone: str
    question: str
    marks: list[Mark]
    takes_notes: bool
    marked: str
    can_undo: bool
    action: str


def card(booking: Booking, now: datetime, zone: str, *, action: str, with_day: bool = False) -> Card:
    """The card of one booking on the clock of `zone`; its buttons send to `action`."""
    state, tone = _state(booking, now)
    outcomes = attendance.outcomes_for(booking) if booking.start_at <= now else []
    marks = _marks(booking, outcomes, now)
    is_confirmed = booking.status == Booking.Status.CONFIRMED
    return Card(
        number=booking.pk,
        day=wording.day(booking.start_at, zone, now) if with_day else "",
        clock=f"{wording.clock(booking.start_at, zone)}-{wording.clock(booking.end_at, zone)}",
        away=_away(booking, now),
        is_now=is_confirmed and booking.start_at <= now < booking.end_at,
        is_off=booking.status == Booking.Status.CANCELLED,
        guest=booking.lead.name or booking.lead.email or "Guest",
        company=company_of(booking),
        why=why(booking),
        answers=_answers(booking),
        meeting_url=booking.rep.meeting_url if is_confirmed and _is_near(booking, now) else "",
        state=state,
        tone=tone,
        question="What came of it?" if outcomes else "Did they come?",
        marks=marks,
        takes_notes=bool(outcomes),
        marked=_marked(booking, now),
        can_undo=bool(booking.outcome) and can_undo(booking.enquiry.run, booking.outcome_at, now),
        action=action,
    )


def label_of(outcome: str) -> str:
    """An outcome's slug in words: closed_won is “Closed won”."""
    words = outcome.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def why(booking: Booking) -> str:
    """Why this meeting came to its rep, in one sentence."""
    pool = booking.pool.name
    return {
        Assignment.Manner.DRAW: f"It was your turn in {pool}.",
        Assignment.Manner.OWNER: "You look after them already.",
        Assignment.Manner.KEPT: "They moved their meeting and stay with you.",
        Assignment.Manner.NAMED: f"A colleague gave it to you, from {pool}.",
    }.get(Assignment.Manner(booking.assignment.manner), f"It came through {pool}.")


def company_of(booking: Booking) -> str:
    """The company as answered, else the domain of a company's address; nothing for a private one."""
    answered = booking.enquiry.answers.get("company")
    if isinstance(answered, str) and answered:
        return answered
    return "" if is_free_mail(booking.lead.email_domain) else booking.lead.email_domain


def _marks(booking: Booking, outcomes: list[str], now: datetime) -> list[Mark]:
    if outcomes:
        return [Mark(outcome, label_of(outcome)) for outcome in outcomes]
    if now < booking.start_at or booking.status in (Booking.Status.CANCELLED, Booking.Status.ATTENDED):
        return []
    if booking.status == Booking.Status.NO_SHOW:
        # Their press is awaited, and a late word that they came after all still turns it.
        run = booking.enquiry.run
        is_reversible = run is not None and run.is_under_way and run.booking == booking.pk
        return [Mark(ATTENDED, "They came after all")] if is_reversible else []
    # While it is on, joining is the one thing that stands out.
    tone = "main" if booking.end_at <= now else ""
    return [Mark(ATTENDED, _SIGNALS[ATTENDED], tone), Mark(NO_SHOW, _SIGNALS[NO_SHOW])]


def _state(booking: Booking, now: datetime) -> tuple[str, str]:
    match booking.status:
        case Booking.Status.CANCELLED:
            return "Cancelled", "warn"
        case Booking.Status.ATTENDED:
            return "Came", "good"
        case Booking.Status.NO_SHOW:
            return "Did not come", "warn"
        case _ if booking.start_at <= now < booking.end_at:
            return "Now", "good"
    return "", ""


def _is_near(booking: Booking, now: datetime) -> bool:
    return booking.start_at - JOIN_AHEAD <= now < booking.end_at


def _away(booking: Booking, now: datetime) -> str:
    if booking.status == Booking.Status.CANCELLED:
        return ""
    if now < booking.start_at:
        return wording.relative(now, booking.start_at)
    if now < booking.end_at:
        return f"ends {wording.relative(now, booking.end_at)}"
    return f"ended {wording.relative(now, booking.end_at)}"


def _marked(booking: Booking, now: datetime) -> str:
    if not booking.outcome:
        return ""
    when = wording.relative(now, booking.outcome_at) if booking.outcome_at else ""
    return f"Marked “{label_of(booking.outcome)}” {when}".rstrip()


def _answers(booking: Booking) -> list[tuple[str, str]]:
    """The other answers under their labels, in the form's order."""
    given = booking.enquiry.answers
    told = []
    for question in booking.enquiry.form.questions.all():
        answer = given.get(question.name)
        if question.name in _HIDDEN_ANSWERS or question.type == "hidden" or answer in (None, "", [], False):
            continue
        told.append((question.label, _in_words(answer)))
    return told


def _in_words(answer: Any) -> str:
    if isinstance(answer, list):
        return ", ".join(str(part) for part in answer)
    return "Yes" if answer is True else str(answer)
