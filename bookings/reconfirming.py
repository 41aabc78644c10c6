"""Asking the guest to say yes once more: the mail, the press, and what follows when none comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bookings import mail
from bookings.locking import lock_booking
from bookings.models import Booking, Message
from bookings.refusals import NotBookable, TooLate
from bookings.reminding import zone_of
from workflows import engine
from workflows.core import durations, graph
from workflows.core.graph import Problem, StageSpec
from workflows.models import Timer
from workflows.stages.base import Context, Done, Instant, NotWaiting, Result, Setting, Wait
from workflows.transactions import atomically

ASK, END = "reconfirm", "reconfirm_ends"
SIGNAL, OUTCOME = "reconfirmed", "not_reconfirmed"
FIELDS = (
    Setting("at", "duration", "Before the meeting", "Such as 1d, on the guest's clock.", required=True),
    Setting(
        "template",
        "template",
        "Message",
        "It gets a button that leads to the page with the yes.",
        required=True,
    ),
    Setting(
        "until",
        "duration",
        "Wait for the yes until",
        "So long before the meeting the missing yes is recorded, and the branch “not reconfirmed” is taken if "
        "there is one.",
    ),
)


def problems(stage: StageSpec, stages: Sequence[StageSpec]) -> list[Problem]:
    """A missing yes needs an instant, after the question; and the meeting stands, so its stage is returned to."""
    ask = stage.settings.get("reconfirm") or {}
    branches = stage.branches_of(OUTCOME)
    found = []
    if branches and not ask.get("until"):
        text = f"“{stage.name}” has a branch for “{OUTCOME}”, and no time at which it is taken."
        found.append(Problem(stage.name, "reconfirm", text, "Say until when the yes is waited for.", OUTCOME))
    if ask.get("until") and durations.parse(ask["until"]).minutes >= durations.parse(ask["at"]).minutes:
        text = f"“{stage.name}” stops waiting for the yes before it asks for it."
        found.append(
            Problem(stage.name, "reconfirm", text, "Let “until” be nearer to the meeting than “at”.")
        )
    names = {each.name for each in stages}
    for branch in branches:
        if branch.to in names and not graph.reaches_without_waiting(stages, branch.to, {"meeting"}):
            text = f"The branch “{OUTCOME}” of “{stage.name}” leaves a meeting that still stands."
            found.append(
                Problem(stage.name, "reconfirm", text, "Lead it back to the meeting stage.", OUTCOME)
            )
    return found


def instants(context: Context, booking: Booking) -> list[Instant]:
    """When the guest is asked, and until when the yes is waited for. What is past when the run comes in is left."""
    ask = context.settings.get("reconfirm") or {}
    if not ask:
        return []
    asked_at, until = (
        durations.before(booking.start_at, durations.parse(ask[name]), zone_of(booking))
        if ask.get(name)
        else None
        for name in ("at", "until")
    )
    found = []
    for purpose, due, expires_at in ((ASK, asked_at, until), (END, until, None)):
        if due is not None:
            expiry = expires_at or booking.start_at
            found.append(Instant(purpose, due, expires_at=expiry, booking=booking.pk, only_ahead=True))
    return found


def ask(context: Context, booking: Booking) -> None:
    """The guest is asked, unless the yes for this time is there already."""
    if booking.reconfirmed_for == booking.start_at:
        return
    mail.to_guest(
        context.live_run,
        Message.Kind.RECONFIRM,
        key=f"{booking.pk}:{booking.start_at:%Y%m%d%H%M}:reconfirm",
        now=context.now,
        template=context.settings["reconfirm"]["template"],
        booking=booking,
        expires_at=booking.start_at,
    )


def end(context: Context, booking: Booking) -> Result:
    """No yes has come in time to a question that was asked: recorded, and the branch taken if there is one."""
    run = context.live_run
    was_asked = run.timers.filter(visit=run.visit, purpose=ASK, state=Timer.State.FIRED).exists()
    if booking.reconfirmed_for == booking.start_at or not was_asked:
        return Wait()
    context.announce("reconfirmation.missed", data={"start": booking.start_at, "revision": booking.revision})
    return Done(OUTCOME) if context.stage.branches_of(OUTCOME) else Wait()


def confirm(context: Context, booking: Booking) -> None:
    booking.reconfirmed_for = booking.start_at
    booking.save(update_fields=["reconfirmed_for"])
    context.announce("booking.reconfirmed", data={"start": booking.start_at, "revision": booking.revision})


@atomically
def reconfirm(booking: Booking, *, now: datetime, actor: str = "lead") -> Booking:
    """The guest has said yes to the present time of the meeting. Twice is once. A move asks anew.

    Raises TooLate once it has begun, NotBookable when it does not stand.
    """
    run, held = lock_booking(booking.pk)
    if held.status != Booking.Status.CONFIRMED:
        raise NotBookable("This meeting is off, so there is nothing to confirm.")
    if held.start_at <= now:
        raise TooLate("This meeting has begun.")
    if held.reconfirmed_for == held.start_at:
        return held
    try:
        engine.signal(run.pk, SIGNAL, {}, actor=actor, now=now)
    except NotWaiting as error:
        raise NotBookable("This meeting needs no further yes.") from error
    held.refresh_from_db()
    return held
