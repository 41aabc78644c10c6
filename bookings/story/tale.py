"""What the events of a run tell so far: what happened last, which turns it took, and whose word that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from bookings.story.words import Event, Names, Words, actor_name, said

MEETING_SET = ("booking.made", "booking.rescheduled", "booking.reassigned")
MARKED = ("outcome.recorded", "outcome.corrected")


class Told(Event, Protocol):
    """An event with its instant."""

    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True)
class Turn:
    """A stage left in a way that decided something, as it was told when it happened."""

    kind: str
    why: str
    tone: str
    booking: int | None = None
    marked_by: str = ""
    correction: str = ""

    def __str__(self) -> str:
        return self.why + self.correction


@dataclass
class Tale:
    """What the events of a run tell that the answer needs, by what happened last.

    `turn_of` puts a stage just left in words; `sources` are the systems that told of an outcome, by its sequence.
    """

    names: Names
    turn_of: Callable[[Tale, Words], Turn | None]
    sources: Mapping[int, str] = field(default_factory=dict)
    last: dict[str, Words] = field(default_factory=dict)
    turns: list[Turn | None] = field(default_factory=list)
    stage: str = ""
    kind: str = ""
    reminders: int = 0

    def read(self, event: Told, around: Mapping[str, Any]) -> None:
        words = Words(event, self.names, around)
        if event.verb == "stage.entered":
            self.stage, self.kind = event.stage or "", str(words.get("kind") or "")
            self.last.pop("slots.shown", None)  # times seen belong to the stay in which they were
            if words.get("returned") and self.turns:
                self.turns.pop()
        elif event.verb == "stage.left":
            self.turns.append(self.turn_of(self, words))
            self.last.pop("outcome.withdrawn", None)
        elif event.verb == "run.migrated":
            self.stage = str(words.get("stage") or self.stage)
        else:
            self._note(event, words)

    def _note(self, event: Told, words: Words) -> None:
        if event.verb in ("booking.made", "booking.rescheduled", "booking.restored"):
            self.reminders = 0
        self.reminders += event.verb == "reminder.sent"
        if event.verb == "outcome.corrected":
            self._correct(words)
        self.last[event.verb] = words

    def _correct(self, words: Words) -> None:
        """The outcome of that meeting is told with what it was corrected to; the last correction stands."""
        of = _booking_of(words)
        for place in reversed(range(len(self.turns))):
            turn = self.turns[place]
            if turn is not None and turn.kind == "handoff" and of in (None, turn.booking):
                who = self.who(words)
                by = f" by {who}" if who != turn.marked_by else ""
                told = f" (corrected later to {words.quoted('outcome')}{by})"
                self.turns[place] = replace(turn, correction=told)
                return

    def who(self, words: Words) -> str:
        """Who did it, within a sentence: a person by name, the system that told, or Ordinus."""
        source = self.sources.get(_sequence(words), "")
        return f"the system “{said(source)}”" if source else actor_name(words.event.actor, self.names)

    def word(self, verb: str) -> Words | None:
        return self.last.get(verb)

    @property
    def meeting(self) -> str:
        """“the meeting with Ana Silva on Tuesday 3 March, 10:00 (Berlin)”."""
        last = self.latest(*MEETING_SET)
        if last is None:
            return "the meeting"
        rep, when = last.rep(), last.when()
        return " ".join(
            part
            for part in ("the meeting", f"with {rep}" if rep else "", f"on {when}" if when else "")
            if part
        )

    @property
    def rep(self) -> str:
        last = self.latest(*MEETING_SET)
        return (last.rep() if last else "") or "the rep"

    @property
    def missed_by_host(self) -> Words | None:
        """Somebody's word that the rep did not come to the meeting as it is now."""
        told = self.word("attendance.signalled")
        if told is None or (told.get("party"), told.get("signal")) != ("host", "no_show"):
            return None
        last = self.latest(*MEETING_SET)
        return told if last is None or _sequence(told) > _sequence(last) else None

    def is_over(self, now: datetime | None) -> bool:
        last = self.latest(*MEETING_SET)
        end = last.get("end") if last else None
        return bool(now and isinstance(end, str) and datetime.fromisoformat(end) <= now)

    def latest(self, *verbs: str) -> Words | None:
        """The newest of these facts; `last` keeps insertion order of verbs, not of facts, so their places decide."""
        return max((self.last[verb] for verb in verbs if verb in self.last), key=_sequence, default=None)


def turn(kind: str, why: str, tone: str, words: Words, marked_by: str = "") -> Turn:
    return Turn(kind, why, tone, _booking_of(words), marked_by)


def sources_of(events: Iterable[Event]) -> dict[int, str]:
    """Which other system told of an outcome, by the sequence of the outcome's event.

    What was heard is told right after what came of it.
    """
    found: dict[int, str] = {}
    waiting = 0
    for event in events:
        if event.verb in MARKED and event.actor == "system":
            waiting = getattr(event, "sequence", 0)
        elif event.verb == "inbound.received" and waiting and isinstance(event.data, Mapping):
            if event.data.get("effect") == "recorded" and event.data.get("source"):
                found[waiting] = str(event.data["source"])
            waiting = 0
    return found


def _booking_of(words: Words) -> int | None:
    return getattr(words.event, "booking", None)


def _sequence(words: Words) -> int:
    return getattr(words.event, "sequence", 0)
