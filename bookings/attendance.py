"""Who came, and what came of it: signals, outcomes, and taking either back."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.text import slugify

from bookings import mail, undoing
from bookings.locking import lock_booking
from bookings.models import AttendanceSignal, Booking, Message
from bookings.offering import MEETING, NO_SHOW, stage_kind
from bookings.refusals import AlreadyRecorded, Invalid, NotAwaited, TooEarly
from routing import assigning, turns
from routing.models import Rep
from workflows import engine, preparing
from workflows.models import Run
from workflows.transactions import atomically
from workflows.versions import load

HANDOFF = "handoff"
JOINED, ATTENDED, MISSED = "joined", "attended", "no_show"
GUEST = AttendanceSignal.Party.GUEST
LONGEST_NOTES = 5000


def record(
    booking: Booking,
    *,
    signal: str,
    party: str,
    source: str,
    at: datetime | None = None,
    now: datetime,
    actor: str,
) -> Booking:
    """Keep an attendance signal, and let the run act on it where it decides.

    `attended` and `no_show` count at once, from the start on; `joined` at the end of the meeting. Raises
    Invalid, TooEarly (the signal's instant lies before the start), AlreadyRecorded (it was decided before),
    NotAwaited (the meeting is cancelled).
    """
    _check_words(signal, party, source)
    run = Run.objects.get(enquiry=booking.enquiry_id)
    prepared = preparing.prepare_ahead(run, now=now)
    return _record(booking.pk, signal, party, source, at or now, now, actor, prepared)


def _check_words(signal: str, party: str, source: str) -> None:
    errors = {}
    if signal not in AttendanceSignal.Signal.values:
        errors["signal"] = [f"Please send one of: {', '.join(AttendanceSignal.Signal.values)}."]
    if party not in AttendanceSignal.Party.values:
        errors["party"] = [f"Please send one of: {', '.join(AttendanceSignal.Party.values)}."]
    if len(source) > 40:
        errors["source"] = ["Please use at most 40 characters."]
    if errors:
        raise Invalid("This signal cannot be understood.", fields=errors)


@atomically
def _record(
    number: int,
    signal: str,
    party: str,
    source: str,
    at: datetime,
    now: datetime,
    actor: str,
    prepared: dict[str, object],
) -> Booking:
    run, booking = lock_booking(number)
    if booking.status == Booking.Status.CANCELLED:
        raise NotAwaited("This meeting is cancelled, so nobody could attend it.")
    if signal != JOINED and at < booking.start_at:
        raise TooEarly("The meeting has not begun at that time.")
    if _is_decided_so(booking, signal, party):
        raise AlreadyRecorded("This is already recorded.")
    AttendanceSignal.objects.create(
        booking=booking,
        party=party,
        signal=signal,
        source=source or "staff",
        at=at,
        recorded_at=now,
        actor=actor,
    )
    engine.say(
        run,
        "attendance.signalled",
        now=now,
        actor=actor,
        booking=booking.pk,
        data={"signal": signal, "party": party, "source": slugify(source) or "staff", "at": at},
    )
    is_current = run.is_under_way and run.booking == booking.pk
    if is_current and stage_kind(run) == MEETING:
        payload = {"signal": signal, "party": party}
        is_press = signal != JOINED
        engine.signal(
            run.pk, "attendance", payload, actor=actor, now=now, prepared=prepared, is_press=is_press
        )
    elif is_current and stage_kind(run) == NO_SHOW and party == GUEST and signal != MISSED:
        _reverse(run, booking, now, actor, prepared)
    booking.refresh_from_db()
    return booking


def _is_decided_so(booking: Booking, signal: str, party: str) -> bool:
    """Whether the guest's attendance was decided already, the way this signal says or for good."""
    if party != GUEST or signal == JOINED:
        return False
    if booking.status == Booking.Status.ATTENDED:
        return True
    return booking.status == Booking.Status.NO_SHOW and signal == MISSED


def _reverse(run: Run, booking: Booking, now: datetime, actor: str, prepared: dict[str, object]) -> None:
    """The guest was there after all: the no-show is taken back and the run goes on as if it had been known."""
    assigning.lock(booking.pool)
    booking.status = Booking.Status.ATTENDED
    booking.save(update_fields=["status"])
    turns.charge(booking.assignment, reason=turns.NO_SHOW_REVERSED, now=now)
    mail.withdraw("no_show_reversed", now, run=run.pk, kind=Message.Kind.REBOOK_OFFER)
    stage = run.carried.get("_meeting_stage", "")
    engine.say(run, "no_show.reversed", now=now, actor=actor, booking=booking.pk, data={"meeting": stage})
    carried = {"no_shows": max(run.carried.get("no_shows", 1) - 1, 0)}
    engine.take_branch(run.pk, stage, ATTENDED, now=now, actor=actor, prepared=prepared, carried=carried)


def outcomes_for(booking: Booking) -> list[str]:
    """The outcomes the rep can choose from now; none outside the booking's handoff."""
    run = Run.objects.filter(enquiry=booking.enquiry_id).first()
    if run is None or not run.is_under_way or run.booking != booking.pk:
        return []
    stage = load(run.version_id).stages.get(run.stage)
    return list(stage.settings.get("outcomes") or []) if stage and stage.kind == HANDOFF else []


def awaiting_outcome(rep: Rep) -> QuerySet[Booking]:
    """The rep's meetings that were attended and whose outcome nobody has marked, oldest first."""
    held = Booking.objects.filter(
        rep=rep, status=Booking.Status.ATTENDED, outcome="", enquiry__run__state=Run.State.ACTIVE
    )
    return held.select_related("lead", "meeting_type", "pool", "assignment", "enquiry").order_by("start_at")


def record_outcome(booking: Booking, outcome: str, *, notes: str = "", now: datetime, actor: str) -> Booking:
    """What came of the meeting is recorded and its branch taken; for ten minutes it can be taken back.

    Raises NotAwaited outside a handoff, Invalid for an outcome the stage does not list.
    """
    prepared = preparing.prepare_ahead(Run.objects.get(enquiry=booking.enquiry_id), now=now)
    return _record_outcome(booking.pk, outcome, notes, now, actor, prepared)


@atomically
def _record_outcome(
    number: int, outcome: str, notes: str, now: datetime, actor: str, prepared: dict[str, object]
) -> Booking:
    run, booking = lock_booking(number)
    if not run.is_under_way or run.booking != booking.pk or stage_kind(run) != HANDOFF:
        raise NotAwaited("No outcome is awaited for this meeting now.")
    _check_outcome(outcome, outcomes_for(booking), notes)
    before = undoing.snapshot(run, now)
    _write_outcome(booking, outcome, notes, now)
    engine.say(
        run,
        "outcome.recorded",
        now=now,
        actor=actor,
        booking=booking.pk,
        data={"outcome": outcome, "notes": bool(notes)},
        evidence={"notes": notes} if notes else None,
    )
    payload = {"outcome": outcome}
    engine.signal(run.pk, "outcome", payload, actor=actor, now=now, prepared=prepared, before=before)
    return booking


@atomically
def withdraw_outcome(booking: Booking, *, now: datetime, actor: str) -> Booking:
    """An outcome taken back within ten minutes; the run waits in its handoff again. Raises TooLate, NotAwaited."""
    run, held = lock_booking(booking.pk)
    if not held.outcome:
        raise NotAwaited("No outcome is recorded for this meeting.")
    before, former = run.undo or {}, held.outcome
    undoing.step_back(run, now=now, actor=actor)
    _write_outcome(held, "", "", None)
    run = engine.lock(run.pk)
    engine.say(run, "outcome.withdrawn", now=now, actor=actor, booking=held.pk, data={"outcome": former})
    engine.returned(run, now=now, actor=actor)
    undoing.withdraw_mail(run, before, now)
    return held


@atomically
def correct_outcome(booking: Booking, outcome: str, *, notes: str = "", now: datetime, actor: str) -> Booking:
    """Another outcome than the one recorded: sinks are told, the run does not move. Raises NotAwaited, Invalid."""
    run, held = lock_booking(booking.pk)
    if not held.outcome:
        raise NotAwaited("No outcome is recorded for this meeting.")
    _check_outcome(outcome, possible_outcomes(held), notes)
    former = held.outcome
    _write_outcome(held, outcome, notes or held.outcome_notes, now)
    engine.carry(run, outcome=outcome)
    data = {"outcome": outcome, "former": former}
    evidence = {"notes": notes} if notes else None
    engine.say(run, "outcome.corrected", now=now, actor=actor, booking=held.pk, data=data, evidence=evidence)
    return held


def possible_outcomes(booking: Booking) -> list[str]:
    """Every outcome that a handoff of the booking's workflow version lists."""
    run = Run.objects.get(enquiry=booking.enquiry_id)
    stages = load(run.version_id).stages.values()
    found = [
        each for stage in stages if stage.kind == HANDOFF for each in stage.settings.get("outcomes") or []
    ]
    return list(dict.fromkeys(found))


def _check_outcome(outcome: str, possible: list[str], notes: str) -> None:
    errors = {}
    if outcome not in possible:
        errors["outcome"] = [f"Please choose one of: {', '.join(possible)}."]
    if len(notes) > LONGEST_NOTES or "\x00" in notes:
        errors["notes"] = [f"Please write at most {LONGEST_NOTES} characters of plain text."]
    if errors:
        raise Invalid("This outcome cannot be recorded.", fields=errors)


def _write_outcome(booking: Booking, outcome: str, notes: str, at: datetime | None) -> None:
    booking.outcome, booking.outcome_notes, booking.outcome_at = outcome, notes, at
    booking.save(update_fields=["outcome", "outcome_notes", "outcome_at"])
