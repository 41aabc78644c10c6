"""Made-up people and how they behave: names, companies, answers, and the odds of what they do next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bookings.core.answers import QuestionSpec

FIRST = (
    "Amara Anton Aiko Bela Bram Carla Chidi Dana Diego Elif Emil Farah Femi Greta Hana Hugo Ines Ivo Jana Jonas Kaya "
    "Kofi Lara Leon Lucia Maja Mateo Mei Milan Nadia Nils Noor Olga Omar Paula Pavel Priya Rafa Rosa Sami Sara Sofia "
    "Tariq Tomas Uma Vera Wen Yara Yusuf Zoe"
).split()
LAST = (
    "Adeyemi Almeida Andersson Baker Bauer Becker Bianchi Castillo Chen Costa Demir Dubois Eriksen Fischer Fontaine "
    "Garcia Haddad Hansen Hoffmann Ibrahim Ito Jansen Jensen Kaya Keller Kim Kowalski Kumar Larsen Lopez Marino Meyer "
    "Moreau Mueller Nakamura Novak Okafor Olsen Patel Petrov Ricci Rossi Sato Schmidt Silva Singh Sousa Tanaka Wolf"
).split()
COMPANIES = (
    "alpenrose baltica birchfield bluewater brightside cedarline clearbrook cobaltworks copperhill eastgate "
    "evergreen fairhaven fernwood foxglove glacier goldleaf greystone harbourside heronlake highfield hollybank "
    "ironbridge junipero kestrel larkspur lindenhof marigold meadowlark millstone moonstone northlight oakdale "
    "oldtown pinecrest quayside ravenhill redwood riverbend rosewood saltmarsh seabright silverbirch skylark "
    "southbank stonebridge sunnyside tidewater valleyview westwind willowbrook"
).split()
SCHOOLS = "eastbrook northfield saintclair westmere".split()
SCHOOL_SHARE = 0.09
ZONES = (
    ("Europe/Berlin", 34),
    ("America/New_York", 24),
    ("Europe/London", 12),
    ("America/Chicago", 9),
    ("Europe/Paris", 9),
    ("America/Los_Angeles", 6),
    ("Europe/Oslo", 4),
    ("Asia/Kolkata", 2),
)
SOURCES = (("google", 40), ("newsletter", 18), ("linkedin", 17), ("partner", 10), ("event", 8), ("", 7))
NEEDS = (
    "We lose leads between form and first call.",
    "Round robin by spreadsheet no longer works for us.",
    "Too many no-shows in the evening slots.",
    "We are moving from another tool in spring.",
    "A colleague recommended a look.",
    "",
)
# By the hour of the day on the lead's own clock: nobody fills forms at night, and few before nine.
HOURS = (1, 1, 0, 0, 0, 1, 2, 4, 9, 14, 16, 15, 11, 13, 15, 14, 11, 8, 5, 4, 4, 3, 3, 2)
WEEKDAYS = (20, 22, 21, 18, 13, 3, 3)


@dataclass(frozen=True)
class Odds:
    """How often people do what, between 0 and 1. Picked to look like a middling inbound team."""

    looks_only: float = 0.24
    comes_back_when_mailed: float = 0.3
    moves: float = 0.15
    looks_at_moving_only: float = 0.07
    cancels: float = 0.06
    takes_cancel_back: float = 0.1
    attends: float = 0.84
    rep_marks_no_show: float = 0.4
    joins_unseen: float = 0.2
    signal_comes_late: float = 0.06
    rebooks: float = 0.38
    rep_marks_outcome: float = 0.9
    repeats: float = 0.05


def pick(chance: Random, weighted: Sequence[tuple[Any, float]]) -> Any:
    return chance.choices([each for each, _ in weighted], [weight for _, weight in weighted])[0]


def arrival(chance: Random, start: datetime, days: int) -> datetime:
    """An instant within the days, on a believable weekday and at a believable hour."""
    weights = [WEEKDAYS[(start + timedelta(days=day)).weekday()] for day in range(days)]
    day = chance.choices(range(days), weights)[0]
    hour = chance.choices(range(24), HOURS)[0]
    return start + timedelta(days=day, hours=hour, minutes=chance.randrange(60))


@dataclass(frozen=True)
class Persona:
    """One made-up lead, whose address lies under .example, which nobody owns."""

    name: str
    email: str
    time_zone: str
    company: str


def persona(chance: Random, number: int) -> Persona:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    company = chance.choice(COMPANIES)
    zone = pick(chance, ZONES)
    domain = (
        f"{chance.choice(SCHOOLS)}.edu.example" if chance.random() < SCHOOL_SHARE else f"{company}.example"
    )
    address = f"{first}.{last}{number}@{domain}".lower()
    return Persona(f"{first} {last}", address, zone, company.capitalize())


def answers(chance: Random, who: Persona, questions: Sequence[QuestionSpec]) -> dict[str, Any]:
    """An answer to each question, of its type, by its name where the name tells what is meant."""
    found = {question.name: _answer(chance, who, question) for question in questions}
    return {name: value for name, value in found.items() if value not in (None, "")}


def _answer(chance: Random, who: Persona, question: QuestionSpec) -> Any:
    if question.type == "email":
        return who.email
    if question.name == "name":
        return who.name
    if question.name == "company":
        return who.company
    if question.type in ("checkbox", "consent"):
        return True
    if question.type == "number":
        return _number(chance, question)
    if question.type == "select":
        weights = [len(question.choices) * 2 - place for place in range(len(question.choices))]
        return chance.choices(question.choices, weights)[0] if question.choices else None
    if question.type == "multiselect":
        return [chance.choice(question.choices)] if question.choices else None
    if question.type == "textarea":
        return chance.choice(NEEDS)
    if question.type == "phone":
        return f"+49 30 901820{chance.randrange(10)}{chance.randrange(10)}" if question.required else None
    return who.company if question.required else None


def _number(chance: Random, question: QuestionSpec) -> int:
    """Company sizes and the like: many small ones, few large ones."""
    value = int(math.exp(chance.gauss(4.4, 1.5)))
    low = int(question.min) if question.min is not None else 1
    high = int(question.max) if question.max is not None else 100_000
    return min(max(value, low), high)
