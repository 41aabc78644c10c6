"""Where a lead is or dropped, and why: one sentence from the events of a run, such as people ask for first.

Pure: the newest event decides, and what led there is looked up further back. Nothing is read from tables, so
what the sentence says holds wherever the events do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookings.core import wording
from bookings.story import decisions
from bookings.story.tale import Tale, Told, Turn, sources_of, turn
from bookings.story.words import Event, Names, Words, said
from workflows.core.graph import NEVER_WAITS


@dataclass(frozen=True)
class Answer:
    """`where` in two or three words, `why` as the rest of the sentence; `tone` as that of an event."""

    where: str
    why: str
    tone: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}."


def answer(
    events: Sequence[Told],
    names: Names,
    *,
    around: Callable[[Event], Mapping[str, Any]] = lambda event: {},
    until: datetime | None = None,
    now: datetime | None = None,
) -> Answer:
    """The answer for one run; `until` is when the stage it waits in gives up, if it does.

    With `now` a meeting whose time is over is told as such.
    """
    tale = Tale(names, _turn, sources_of(events))
    for event in events:
        tale.read(event, around(event))
    if not events:
        return Answer("Nowhere yet", "nothing has happened", "quiet")
    ended = next((each for each in reversed(events) if each.verb in (*_ENDS, "stage.entered")), None)
    if ended is not None and ended.verb in _ENDS:
        return _ENDS[ended.verb](tale, Words(ended, names), ended)
    return _under_way(tale, until, now)


def _under_way(tale: Tale, until: datetime | None, now: datetime | None) -> Answer:
    stage = said(tale.stage or "a stage")
    waits = _WAITING.get(tale.kind)
    why = _meeting(tale, now) if tale.kind == "meeting" else waits(tale) if waits else "it waits there"
    limit = f", until {wording.moment(until, tale.names.zone)} at the latest" if until else ""
    turns = _that_count(tale.turns)[-1:] if tale.kind == "offer" else []
    before = "".join(f"; before that {each}" for each in turns)
    return Answer(f"Now in “{stage}”", why + limit + before, "plain")


def _offering(tale: Tale) -> str:
    shown, pool = tale.word("slots.shown"), tale.word("routing.decided")
    of = f" of “{pool.pool()}”" if pool and pool.pool() else ""
    if shown is None:
        return f"the guest has not looked at the times{of} yet"
    return f"the guest has seen {_times(shown)}{of} and not picked one yet"


def _meeting(tale: Tale, now: datetime | None) -> str:
    missed = tale.missed_by_host
    if missed:
        return f"{tale.who(missed)} recorded that the rep did not come to {tale.meeting}"
    if tale.is_over(now):
        return f"the time of {tale.meeting} is over, and nobody has told yet whether the guest was there"
    sent = {0: "no reminder has gone out yet", 1: "one reminder has gone out"}
    return f"{tale.meeting} stands, {sent.get(tale.reminders, f'{tale.reminders} reminders have gone out')}"


def _missed(tale: Tale) -> str:
    return f"the guest did not come to {tale.meeting} and was offered another time"


def _handoff(tale: Tale) -> str:
    back = tale.word("outcome.withdrawn")
    if back:
        return f"{tale.meeting} was held, and {tale.who(back)} took back the outcome {back.quoted('outcome')}"
    return f"{tale.meeting} was held, and {tale.rep} has not marked what came of it yet"


_WAITING: dict[str, Callable[[Tale], str]] = {
    "offer": _offering,
    "no_show": _missed,
    "handoff": _handoff,
    "wait": lambda tale: "it waits there for its time to come",
}


def _times(shown: Words) -> str:
    count = shown.data.get("count")
    if count == 0:
        return "that no time was free"
    return (
        "1 free time" if count == 1 else f"{count} free times" if isinstance(count, int) else "the free times"
    )


def _completed(tale: Tale, words: Words, event: Told) -> Answer:
    on = wording.day(event.at, tale.names.zone)
    reason = words.get("reason")
    if reason == "erased":
        return Answer(
            f"Ended on {on}", "the person was erased, and what was under way was called off", "quiet"
        )
    where = f"Ended in “{words.word('end')}” on {on}"
    if reason:
        return Answer(where, f"it was ended early ({said(reason)})", "quiet")
    turns = _that_count(tale.turns)
    if not turns:
        return Answer(where, "it went through without any turn", "plain")
    last, before = turns[-1], turns[-2] if len(turns) > 1 else None
    if before and (last.kind in ("offer", "routing") or before.kind == "handoff"):
        return Answer(where, f"{before}; after that {last}", before.tone)
    return Answer(where, str(last), last.tone)


def _that_count(turns: Sequence[Turn | None]) -> list[Turn]:
    """The turns that decided something; that a meeting was held is told with what came of it."""
    told = [each for each in turns if each is not None]
    following = [*told[1:], None][: len(told)]
    return [
        each
        for each, then in zip(told, following, strict=True)
        if not (each.kind == "meeting" and each.tone == "good" and then and then.kind == "handoff")
    ]


def _turn(tale: Tale, words: Words) -> Turn | None:
    told = _TURNS.get((tale.kind, str(words.get("outcome"))))
    if told is not None:
        return turn(tale.kind, told[0](tale, words), told[1], words)
    return _marked(tale, words) if tale.kind == "handoff" else None


def _marked(tale: Tale, words: Words) -> Turn:
    """Whoever marked it is named, which need not be the rep of the meeting."""
    recorded = tale.word("outcome.recorded")
    is_this = recorded is not None and recorded.get("outcome") == words.get("outcome")
    who = tale.who(recorded if recorded and is_this else words)
    why = f"{tale.meeting} was held and {who} marked it {words.quoted('outcome')}"
    return turn("handoff", why, "good", words, who)


def _disqualified(tale: Tale, words: Words) -> str:
    told = tale.word("qualification.evaluated")
    if told is None:
        return "the lead did not qualify"
    segment = told.named(tale.names.segments, "segment")
    if not segment:
        return "the lead did not qualify, since no segment matched"
    why = decisions.why_it_held(told)
    return f"the lead did not qualify: it fell into “{segment}”" + (f", because {why}" if why else "")


def _unroutable(tale: Tale, words: Words) -> str:
    told = tale.word("routing.decided")
    why = decisions.why_refused(told) if told else ""
    return "no pool could take the lead in time" + (f": {why}" if why else "")


def _abandoned(tale: Tale, words: Words) -> str:
    shown = tale.word("slots.shown")
    if shown is None:
        again = (
            "again, but the guest did not look"
            if _was_offered(tale)
            else "but the guest never looked at them"
        )
        return f"times were offered {again}, and the offer ran out"
    if shown.data.get("count") == 0:
        return "the guest looked when no time was free, and the offer ran out"
    return f"the guest picked none of the {_times(shown)} that were shown, and the offer ran out"


def _was_offered(tale: Tale) -> bool:
    return any(each is not None and each.kind == "offer" for each in tale.turns)


def _cancelled(tale: Tale, words: Words) -> str:
    told = tale.word("booking.cancelled")
    return f"{tale.who(told) if told else 'somebody'} cancelled {tale.meeting}"


def _expired(tale: Tale, words: Words) -> str:
    offers = tale.word("rebook.offered")
    number = offers.data.get("offer") if offers else 0
    offered = {1: "once", 2: "twice"}.get(number or 0, f"{number} times") if number else ""
    offer = f", and picked no other time though it was offered {offered}" if offered else ""
    return f"the guest did not come to {tale.meeting}{offer}"


def _unmarked(tale: Tale, words: Words) -> str:
    return f"{tale.meeting} was held, and {tale.rep} never marked what came of it"


def _held(tale: Tale, words: Words) -> str:
    return f"{tale.meeting} was held"


_TURNS: dict[tuple[str, str], tuple[Callable[[Tale, Words], str], str]] = {
    ("qualification", "disqualified"): (_disqualified, "worrying"),
    ("routing", "unroutable"): (_unroutable, "worrying"),
    ("offer", "abandoned"): (_abandoned, "worrying"),
    ("meeting", "cancelled"): (_cancelled, "worrying"),
    ("meeting", "attended"): (_held, "good"),
    ("meeting", "host_no_show"): (lambda tale, words: f"the rep did not come to {tale.meeting}", "worrying"),
    ("no_show", "expired"): (_expired, "worrying"),
    ("handoff", "unmarked"): (_unmarked, "worrying"),
}


def _superseded(tale: Tale, words: Words, event: Told) -> Answer:
    on = wording.day(event.at, tale.names.zone)
    return Answer(f"Ended on {on}", "a newer enquiry of the same lead took its place", "quiet")


def _failed(tale: Tale, words: Words, event: Told) -> Answer:
    stage = said(event.stage or "")
    if words.get("code") == NEVER_WAITS:
        return Answer(
            "Stopped by a fault", f"it went round and round through “{stage}” without waiting", "bad"
        )
    why = f"a step of “{stage}” failed at every try" if stage else "a step failed at every try"
    code = words.word("code")
    return Answer("Stopped by a fault", why + (f" ({code})" if code else ""), "bad")


_ENDS: dict[str, Callable[[Tale, Words, Told], Answer]] = {
    "run.completed": _completed,
    "run.superseded": _superseded,
    "run.failed": _failed,
}
