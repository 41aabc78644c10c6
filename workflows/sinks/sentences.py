"""A fact in a sentence or two, for people who read it in another system."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

NEEDS = (
    "lead.name", "lead.email", "segment", "form", "booking.meeting", "booking.start", "booking.end",
    "booking.status", "rep.email", "rep.name", "outcome",
)  # fmt: skip
"""The facts that a sentence is made of."""

STATUS = {
    "confirmed": "Confirmed.",
    "cancelled": "Cancelled.",
    "attended": "It took place.",
    "no_show": "It did not take place.",
}


def told(verb: str, facts: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """“Grace Hopper moved the meeting: Product demo with Ana Silva, …”; verbs of no sentence by their words."""
    if verb in SENTENCES:
        return SENTENCES[verb](facts, event)
    words = re.sub(r"[._-]+", " ", verb).strip().capitalize()
    return f"{words}: {person(facts)}."


def person(facts: Mapping[str, Any]) -> str:
    return str(facts.get("lead.name") or facts.get("lead.email") or "A guest")


def title(facts: Mapping[str, Any]) -> str:
    """“Product demo with Ana Silva”."""
    meeting = str(facts.get("booking.meeting") or "Meeting")
    rep = facts.get("rep.name") or facts.get("rep.email")
    return f"{meeting} with {rep}" if rep else meeting


def meeting(facts: Mapping[str, Any]) -> str:
    """“Product demo with Ana Silva, Wednesday 4 March 2026, 09:00–09:30 UTC. Confirmed.”"""
    told = [f"{title(facts)}{_when(facts)}.", STATUS.get(str(facts.get("booking.status")), "")]
    if facts.get("outcome"):
        told.append(f"Outcome: {str(facts['outcome']).replace('_', ' ')}.")
    return " ".join(filter(None, told))


def instant(text: Any) -> datetime:
    """An instant as facts write it, ISO 8601 with Z."""
    return datetime.fromisoformat(str(text).replace("Z", "+00:00"))


def _when(facts: Mapping[str, Any]) -> str:
    start, end = facts.get("booking.start"), facts.get("booking.end")
    if not start or not end:
        return ""
    first, last = instant(start), instant(end)
    return f", {first:%A} {first.day} {first:%B %Y}, {first:%H:%M}–{last:%H:%M} UTC"


def _segment(facts: Mapping[str, Any]) -> str:
    return f" ({facts['segment']})" if facts.get("segment") else ""


def _attendance(facts: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """Who was there or was not. Of a rep's absence the meeting's own state would say that the guest did not come."""
    is_host = event.get("party") == "host"
    who = str(facts.get("rep.name") or facts.get("rep.email") or "The rep") if is_host else person(facts)
    signal = {"joined": "joined", "attended": "was there", "no_show": "did not come"}
    did = signal.get(str(event.get("signal")), "was seen")
    if is_host:
        return f"{who} {did}, the meeting with {person(facts)}: {title(facts)}{_when(facts)}."
    return f"{who} {did}: {meeting(facts)}"


Say = Callable[[Mapping[str, Any], Mapping[str, Any]], str]

SENTENCES: dict[str, Say] = {
    "lead.submitted": lambda facts, event: f"{person(facts)} filled in {facts.get('form') or 'a form'}.",
    "booking.made": lambda facts, event: (
        f"{person(facts)}{_segment(facts)} booked a meeting: {meeting(facts)}"
    ),
    "booking.rescheduled": lambda facts, event: f"{person(facts)} moved the meeting: {meeting(facts)}",
    "booking.cancelled": lambda facts, event: f"{person(facts)} will not come: {meeting(facts)}",
    "booking.restored": lambda facts, event: f"{person(facts)} comes after all: {meeting(facts)}",
    "booking.reassigned": lambda facts, event: f"Another rep meets {person(facts)}: {meeting(facts)}",
    "attendance.signalled": _attendance,
    "no_show.presumed": lambda facts, event: f"No sign of {person(facts)}: {meeting(facts)}",
    "no_show.reversed": lambda facts, event: f"{person(facts)} was there after all: {meeting(facts)}",
    "outcome.recorded": lambda facts, event: f"{person(facts)}: {meeting(facts)}",
    "outcome.corrected": lambda facts, event: f"Corrected. {person(facts)}: {meeting(facts)}",
    "lead.tagged": lambda facts, event: f"{person(facts)} is tagged “{event.get('tag')}”.",
    "run.completed": lambda facts, event: f"The way of {person(facts)} has ended.",
}
