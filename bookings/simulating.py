"""Synthetic leads through the real engine on a virtual clock.

Whenever a run comes to wait somewhere, its people decide by their odds what they will do and when; between
their acts the run's own timers fire at the instants they are due. Nothing but synthetic runs is moved, and
what they send is recorded, not sent.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bookings import attendance, intake, personas, scheduling, sending
from bookings.models import Booking, BookingForm, Enquiry, Message
from bookings.personas import Odds, Persona
from bookings.refusals import Refusal
from workflows import delivering, engine
from workflows.models import Delivery, Run, Timer
from workflows.versions import load

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LOOK_AHEAD = 14
Act = Callable[[datetime], None]


@dataclass(order=True)
class Planned:
    """Something somebody is going to do; void once the run has moved on from that visit."""

    at: datetime
    order: int
    act: Act = field(compare=False)
    run: int | None = field(compare=False, default=None)
    visit: int | None = field(compare=False, default=None)


class Simulation:
    """One run of the simulation. The same seed on the same database gives the same result."""

    def __init__(
        self, form: BookingForm, *, leads: int, start: datetime, days: int, seed: int, clock: datetime
    ) -> None:
        self.form, self.leads, self.start, self.days = form, leads, start, days
        self.end = start + timedelta(days=days)
        self.clock = clock
        self.chance = Random(seed)
        self.odds = Odds()
        self.questions = [question.as_spec() for question in form.questions.all()]
        self.plans: list[Planned] = []
        self.numbers = itertools.count()
        self.runs: dict[int, int] = {}
        self.counts: Counter[str] = Counter()

    def play(self, progress: Callable[[int], None] = lambda done: None) -> Counter[str]:
        """Let everybody arrive and act until the end. Returns how often what was done."""
        for number in range(1, self.leads + 1):
            who = personas.persona(self.chance, number)
            self._plan(personas.arrival(self.chance, self.start, self.days), self._arrive(who))
            if self.chance.random() < self.odds.repeats:
                self._plan(personas.arrival(self.chance, self.start, self.days), self._arrive(who))
        self._take_up()
        while (instant := self._next()) is not None and instant <= self.end:
            if self.plans and self.plans[0].at <= instant:
                self._act(heapq.heappop(self.plans))
                progress(self.counts["submitted"])
            else:
                self._fire(instant)
        self._send(self.end)
        Run.objects.on_a_virtual_clock().filter(is_synthetic=True).update(is_virtual=False)
        return self.counts

    def _take_up(self) -> None:
        """Go on with the runs of a simulation that was interrupted; they are still on the virtual clock."""
        for run in Run.objects.on_a_virtual_clock().filter(is_synthetic=True).under_way().order_by("pk"):
            self.runs[run.pk] = -1
            self._react(run.pk, max(run.entered_at, self.start))

    def _plan(self, at: datetime, act: Act, run: Run | None = None) -> None:
        visit = run.visit if run else None
        heapq.heappush(self.plans, Planned(at, next(self.numbers), act, run.pk if run else None, visit))

    def _next(self) -> datetime | None:
        timer = self._due_timers().values_list("due_at", flat=True).first()
        instants = [each for each in (timer, self.plans[0].at if self.plans else None) if each]
        return min(instants, default=None)

    def _due_timers(self) -> Any:
        return Timer.objects.waiting().filter(run__in=list(self.runs)).order_by("due_at", "pk")

    def _act(self, planned: Planned) -> None:
        if planned.run is not None:
            run = Run.objects.get(pk=planned.run)
            if not run.is_under_way or run.visit != planned.visit:
                return
        try:
            planned.act(planned.at)
        except Refusal as refusal:
            self.counts[f"refused: {refusal.code}"] += 1
        if planned.run is not None:
            self._send(planned.at, planned.run)
            self._react(planned.run, planned.at)

    def _fire(self, at: datetime) -> None:
        timer = self._due_timers().first()
        engine.fire(timer.pk, at)
        self._send(at, timer.run_id)
        self._react(timer.run_id, at)

    def _send(self, at: datetime, run: int | None = None) -> None:
        """What the runs have written is recorded as sent, at the virtual instant."""
        which = {"run": run} if run else {"run__in": list(self.runs)}
        for number in Message.objects.due(at, self.clock).filter(**which).values_list("pk", flat=True):
            sending.send(number, at, self.clock)
        for number in Delivery.objects.due(at, self.clock).filter(**which).values_list("pk", flat=True):
            delivering.deliver(number, at, self.clock)

    def _arrive(self, who: Persona) -> Act:
        def submit(at: datetime) -> None:
            source = personas.pick(self.chance, personas.SOURCES)
            submission = intake.submit(
                self.form,
                personas.answers(self.chance, who, self.questions),
                utm={"source": source} if source else {},
                time_zone=who.time_zone,
                now=at,
                is_synthetic=True,
            )
            self.counts["submitted"] += 1
            self.runs[submission.run.pk] = -1
            self._send(at, submission.run.pk)
            self._react(submission.run.pk, at)

        return submit

    def _react(self, run_id: int, at: datetime) -> None:
        """The run has come to a new stay: its people decide what they will do there."""
        run = Run.objects.get(pk=run_id)
        if self.runs.get(run_id) == run.visit:
            return
        self.runs[run_id] = run.visit
        if not run.is_under_way:
            del self.runs[run_id]
            return
        stage = load(run.version_id).stages[run.stage]
        react = {"offer": self._at_offer, "meeting": self._at_meeting}.get(stage.kind)
        react = react or {"no_show": self._at_no_show, "handoff": self._at_handoff}.get(stage.kind)
        if react is not None:
            react(run, at)

    def _at_offer(self, run: Run, at: datetime) -> None:
        first = run.visit <= 3
        chance, odds = self.chance.random(), self.odds
        if first and chance < odds.looks_only:
            self._plan(at + MINUTE * self.chance.randint(1, 4), self._look(run), run)
        elif first:
            self._plan(at + MINUTE * self.chance.randint(1, 9), self._pick(run), run)
        elif chance < (odds.comes_back_when_mailed if not run.booking else 0.7):
            self._plan(at + HOUR * self.chance.uniform(1, 60), self._pick(run), run)

    def _look(self, run: Run) -> Act:
        def look(at: datetime) -> None:
            self._offered(run, at)

        return look

    def _offered(self, run: Run, at: datetime) -> list[scheduling.Slot]:
        enquiry = Enquiry.objects.select_related("lead", "form").get(run=run.pk)
        return scheduling.offered(enquiry, at.date(), at.date() + DAY * LOOK_AHEAD, now=at)

    def _pick(self, run: Run) -> Act:
        def book(at: datetime) -> None:
            slot = self._choice(self._offered(run, at))
            if slot is None:
                self.counts["found no time"] += 1
                return
            enquiry = Enquiry.objects.select_related("lead", "form").get(run=run.pk)
            scheduling.book(enquiry, slot.start, now=at)
            self.counts["booked"] += 1

        return book

    def _choice(self, slots: list[scheduling.Slot]) -> scheduling.Slot | None:
        """Most people take one of the first days; nobody takes the very last."""
        if not slots:
            return None
        place = int(min(self.chance.expovariate(3.0), 0.999) * len(slots))
        return slots[place]

    def _at_meeting(self, run: Run, at: datetime) -> None:
        booking = Booking.objects.get(pk=run.booking or 0)
        room = booking.start_at - at
        draw, odds = self.chance.random(), self.odds
        if room > 4 * HOUR and draw < odds.moves + odds.looks_at_moving_only:
            act = self._move(booking) if draw < odds.moves else self._open_picker(booking)
            self._plan(at + room * self.chance.uniform(0.1, 0.9), act, run)
            if draw < odds.moves:
                return
        elif room > HOUR and draw > 1 - odds.cancels:
            self._plan(at + room * self.chance.uniform(0.1, 0.9), self._cancel(booking), run)
            return
        self._plan_attendance(run, booking)

    def _plan_attendance(self, run: Run, booking: Booking) -> None:
        start, end, odds = booking.start_at, booking.end_at, self.odds
        if self.chance.random() >= odds.attends:
            if self.chance.random() < odds.rep_marks_no_show:
                self._plan(start + MINUTE * 15, self._signal(booking, "no_show", "rep"), run)
            elif self.chance.random() < odds.signal_comes_late:
                self._plan(end + HOUR * 2, self._signal(booking, "attended", "zoom"))
        elif self.chance.random() < odds.joins_unseen:
            self._plan(
                end + MINUTE * self.chance.randint(1, 20), self._signal(booking, "attended", "rep"), run
            )
        else:
            minutes = self.chance.randint(-3, 6)
            self._plan(start + MINUTE * minutes, self._signal(booking, "joined", "join_page"), run)

    def _signal(self, booking: Booking, signal: str, source: str) -> Act:
        def tell(at: datetime) -> None:
            actor = (
                f"rep:{booking.rep_id}" if source == "rep" else "lead" if source == "join_page" else "system"
            )
            attendance.record(
                booking, signal=signal, party="guest", source=source, at=at, now=at, actor=actor
            )
            self.counts[signal] += 1
            self._react(booking.run_id, at)

        return tell

    def _open_picker(self, booking: Booking) -> Act:
        return lambda at: scheduling.clicked_reschedule(booking, now=at)

    def _move(self, booking: Booking) -> Act:
        def move(at: datetime) -> None:
            scheduling.clicked_reschedule(booking, now=at)
            slots = scheduling.movable(booking, at.date(), at.date() + DAY * LOOK_AHEAD, now=at)
            slot = self._choice(slots)
            if slot is not None:
                scheduling.move(booking, slot.start, now=at + MINUTE)
                self.counts["moved"] += 1

        return move

    def _cancel(self, booking: Booking) -> Act:
        def cancel(at: datetime) -> None:
            scheduling.clicked_cancel(booking, now=at)
            held = scheduling.cancel(booking, now=at)
            self.counts["cancelled"] += 1
            if self.chance.random() < self.odds.takes_cancel_back:
                scheduling.restore(held, now=at + 2 * MINUTE)
                self.counts["taken back"] += 1

        return cancel

    def _at_no_show(self, run: Run, at: datetime) -> None:
        if self.chance.random() < self.odds.rebooks:
            self._plan(at + HOUR * self.chance.uniform(1, 96), self._pick(run), run)

    def _at_handoff(self, run: Run, at: datetime) -> None:
        if self.chance.random() >= self.odds.rep_marks_outcome:
            return
        booking = Booking.objects.select_related("enquiry").get(pk=run.booking or 0)
        later = MINUTE * self.chance.randint(2, 40) if self.chance.random() < 0.7 else HOUR * 26
        self._plan(at + later, self._mark(booking), run)

    def _mark(self, booking: Booking) -> Act:
        def mark(at: datetime) -> None:
            outcomes = attendance.outcomes_for(booking)
            weights = [4, 2, 2, 3, *[1] * len(outcomes)][: len(outcomes)]
            outcome = self.chance.choices(outcomes, weights)[0]
            attendance.record_outcome(booking, outcome, now=at, actor=f"rep:{booking.rep_id}")
            self.counts[f"outcome: {outcome}"] += 1

        return mark
