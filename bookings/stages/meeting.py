from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bookings import mail, reconfirming, reminding
from bookings.models import AttendanceSignal, Booking, Message
from routing import assigning, turns
from workflows.core import durations, graph
from workflows.core.graph import Problem, StageSpec
from workflows.models import Timer
from workflows.stages.base import (
    Adoption,
    CannotMove,
    Context,
    Done,
    Instant,
    NotWaiting,
    Result,
    Setting,
    StageKind,
    Wait,
)

MEETING = "meeting"
ATTENDED, NO_SHOW, HOST_NO_SHOW = "attended", "no_show", "host_no_show"
JOINED = AttendanceSignal.Signal.JOINED
GUEST, HOST = AttendanceSignal.Party.GUEST, AttendanceSignal.Party.HOST


class MeetingKind(StageKind):
    """Waits for the meeting: sends due reminders, takes signals, asks the rep, presumes a no-show at last."""

    name = MEETING
    title = "Meeting"
    help = "Waits for the meeting, sends its reminders, and finds out whether the guest came."
    waits = True
    outcomes = (ATTENDED, NO_SHOW, "reschedule_requested", "cancelled")
    optional_outcomes = (HOST_NO_SHOW, reconfirming.OUTCOME)
    fields = (
        Setting(
            "ask_rep_after",
            "duration",
            "Ask the rep after",
            "So long after the end the rep is asked, unless something has told. Empty: nobody is asked.",
        ),
        Setting(
            "no_show_after",
            "duration",
            "Presume a no-show after",
            "No sign of the guest so long after the end: the no-show branch is taken.",
            required=True,
        ),
        Setting(
            "reconfirm",
            "group",
            "Ask to reconfirm",
            "The guest is asked to say yes once more. Empty: nobody is asked.",
            fields=reconfirming.FIELDS,
        ),
    )

    def outcomes_unwaited(self, settings: Mapping[str, Any]) -> frozenset[str]:
        """A run that comes back after its meeting's end is told at once what came of it."""
        return frozenset({ATTENDED, NO_SHOW})

    def problems(self, stage: StageSpec, stages: Sequence[StageSpec]) -> list[Problem]:
        found = offerless_branches(stage, stages, "reschedule_requested", "moves a meeting")
        return found + reconfirming.problems(stage, stages)

    def enter(self, context: Context) -> Result:
        context.plan_all(self.instants(context))
        return Wait({"_meeting_stage": context.stage.name})

    def instants(self, context: Context) -> list[Instant]:
        booking = Booking.objects.get(pk=context.live_run.booking or 0)
        end_at = booking.end_at
        found = [Instant("meeting_ends", end_at), *reconfirming.instants(context, booking)]
        if ask := context.settings.get("ask_rep_after"):
            found.append(Instant("ask_rep", end_at + _length(ask)))
        return [*found, Instant("presume_no_show", end_at + _length(context.settings["no_show_after"]))]

    def adopt(self, context: Context, places: Mapping[str, str]) -> Adoption:
        """The reminders that lie ahead follow the plan of the confirmation that leads here."""
        stays = super().adopt(context, places)
        confirmation = confirmation_stage(context, places)
        if confirmation is None:
            raise CannotMove("It is not clear which plan of reminders would hold for it there.")
        plan = reminding.replan(context, booking_of(context), confirmation.settings)
        carry = {"_meeting_stage": context.stage.name, "_confirmation_stage": confirmation.name}
        return Adoption(stays.withdrawn + plan.withdrawn, stays.planned + plan.planned, carry, plan.skipped)

    def adopted(self, context: Context, adoption: Adoption) -> None:
        reminding.replanned(context, adoption)

    def signal(self, context: Context, name: str) -> Result:
        if name == "picked":
            carry = {"reschedules": context.carried.get("reschedules", 0) + 1}
            return Done("reschedule_requested", carry)
        if name == "cancelled":
            return Done("cancelled")
        if name == reconfirming.SIGNAL:
            reconfirming.confirm(context, booking_of(context))
            return Wait()
        if name == "attendance":
            return self._attendance(context, **context.payload)
        raise NotWaiting(name)

    def _attendance(self, context: Context, *, signal: str, party: str, **more: Any) -> Result:
        booking = booking_of(context)
        if party == HOST:
            if signal != NO_SHOW or not context.stage.branches_of(HOST_NO_SHOW):
                return Wait()
            _mark(booking, Booking.Status.NO_SHOW)
            return Done(HOST_NO_SHOW)
        if signal == JOINED:
            return self._attended(booking) if context.now >= booking.end_at else Wait()
        return self._attended(booking) if signal == ATTENDED else self._missed(context, booking)

    def fire(self, context: Context, timer: Timer) -> Result:
        booking = booking_of(context)
        if timer.purpose == reminding.PURPOSE:
            reminding.remind(context, timer, booking)
        elif timer.purpose == reconfirming.ASK:
            reconfirming.ask(context, booking)
        elif timer.purpose == reconfirming.END:
            return reconfirming.end(context, booking)
        elif timer.purpose == "meeting_ends" and has_joined(booking):
            return self._attended(booking)
        elif timer.purpose == "ask_rep":
            mail.to_rep(
                context.live_run,
                Message.Kind.ATTENDANCE_REQUEST,
                booking,
                key=f"{booking.pk}:{booking.revision}:attendance",
                now=context.now,
            )
        elif timer.purpose == "presume_no_show":
            context.announce(
                "no_show.presumed",
                data={"end": booking.end_at, "window": context.settings["no_show_after"]},
            )
            return self._missed(context, booking)
        return Wait()

    def skip(self, context: Context, timer: Timer, reason: str) -> None:
        if timer.purpose == reminding.PURPOSE:
            reminding.skipped(context, timer, reason)

    def leave(self, context: Context, outcome: str) -> None:
        """Reminders that have not gone out end with the stay, unless the meeting moved and they already have.

        Without a yes the meeting stands, and the branch leads back to it: its reminders stay as well.
        """
        if outcome != reconfirming.OUTCOME:
            reminding.withdraw(context, outcome)

    def _attended(self, booking: Booking) -> Done:
        _mark(booking, Booking.Status.ATTENDED)
        return Done(ATTENDED)

    def _missed(self, context: Context, booking: Booking) -> Done:
        """A guest's no-show gives the rep the turn back."""
        assigning.lock(booking.pool)
        _mark(booking, Booking.Status.NO_SHOW)
        turns.give_back(booking.assignment, reason=NO_SHOW, now=context.now)
        return Done(NO_SHOW, {"no_shows": context.carried.get("no_shows", 0) + 1})


def booking_of(context: Context) -> Booking:
    related = ("lead", "rep", "pool", "assignment", "assignment__pool", "enquiry")
    return Booking.objects.select_related(*related).get(pk=context.live_run.booking or 0)


def meeting_stage(context: Context, places: Mapping[str, str]) -> str | None:
    """What the version calls the meeting stage that the run came from; None if that is not clear."""
    former = context.carried.get("_meeting_stage", "")
    return _counterpart(context, places.get(former, former), MEETING)


def confirmation_stage(context: Context, places: Mapping[str, str]) -> StageSpec | None:
    """The stage of the version whose plan of reminders holds for a run that waits here."""
    former = context.carried.get("_confirmation_stage", "")
    name = _counterpart(context, places.get(former, former), "confirmation")
    return context.stages[name] if name else None


def _counterpart(context: Context, name: str, kind: str) -> str | None:
    of_kind = [stage.name for stage in context.stages.values() if stage.kind == kind]
    if name in of_kind:
        return name
    return of_kind[0] if len(of_kind) == 1 else None


def has_joined(booking: Booking) -> bool:
    return booking.signals.filter(party=GUEST, signal=JOINED).exists()


def offerless_branches(
    stage: StageSpec, stages: Sequence[StageSpec], outcome: str, doing: str
) -> list[Problem]:
    """Branches on which a guest who pressed a start would find no offer before something waits."""
    found = []
    names = {each.name for each in stages}
    for branch in stage.branches_of(outcome):
        if branch.to in names and not graph.reaches_without_waiting(stages, branch.to, {"offer"}):
            text = f"The branch “{outcome}” of “{stage.name}” {doing}, but reaches no offer without waiting."
            cure = "Lead it to a routing stage whose branches lead straight to an offer."
            found.append(Problem(stage.name, "no_offer", text, cure, outcome))
    return found


def _mark(booking: Booking, status: Booking.Status) -> None:
    booking.status = status
    booking.save(update_fields=["status"])


def _length(text: str) -> timedelta:
    return timedelta(minutes=durations.parse(text).minutes)
