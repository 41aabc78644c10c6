"""A rep's day in words: which starts are free, and what took the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from bookings.story.reasons import because
from bookings.story.words import Names
from routing.core.slots import Reason
from routing.core.strips import OFFERED, DayStrip, Stretch

OUTSIDE = "outside_hours"
WHOLE_DAY = frozenset({"day_off", "public_holiday", "closed", "left", "too_soon", "beyond_horizon"})

CAUSES = {
    OFFERED: "Free",
    "busy": "An event in the calendar",
    "booked": "Another meeting, with what it needs around it",
    "held": "Kept for another guest",
    "day_off": "Time off",
    "public_holiday": "A public holiday",
    "left": "The rep has left",
    "closed": "The pool is closed",
    "too_soon": "Too short a notice",
    "beyond_horizon": "Too far ahead",
    "daily_cap": "The rep's meetings of that day are all given",
    "weekly_cap": "The rep's meetings of that week are all given",
    "pool_daily_cap": "The pool's meetings of that day are all given",
    "pool_weekly_cap": "The pool's meetings of that week are all given",
    OUTSIDE: "Outside working hours",
}
TONES = {
    OFFERED: "free", "busy": "busy", "booked": "booked", "held": "booked", "day_off": "off", "public_holiday": "off",
    "left": "off", "closed": "off", "too_soon": "window", "beyond_horizon": "window",
    "daily_cap": "cap", "weekly_cap": "cap", "pool_daily_cap": "cap", "pool_weekly_cap": "cap", OUTSIDE: "outside",
}  # fmt: skip
"""How a fate is coloured."""

WhyNot = Callable[[int], Reason | None]


def clock(minute: int) -> str:
    """A minute of a day as a clock shows it; 24:00 at its end."""
    return f"{minute // 60:02}:{minute % 60:02}"


def span(stretch: Stretch) -> str:
    return f"{clock(stretch.since)}–{clock(stretch.until)}"


def verdict(strip: DayStrip) -> str:
    """“4 of 30 starts are free, from 10:00 on”, or why there can be none."""
    free = strip.count(OFFERED)
    within = sum(each.count for each in strip.stretches) - strip.count(OUTSIDE)
    if not within:
        return "Does not work on this day."
    if not free:
        codes = {each.code for each in strip.stretches} - {OUTSIDE}
        only = codes.pop() if len(codes) == 1 else ""
        return f"Nothing is free: {CAUSES[only].lower()}." if only else f"None of {_starts(within)} is free."
    first = next(each for each in strip.stretches if each.code == OFFERED)
    return f"{free} of {_starts(within)} {'is' if free == 1 else 'are'} free, from {clock(first.since)} on."


def sentences(strip: DayStrip, why_not: WhyNot, names: Names) -> list[str]:
    """What took time away within working hours, from morning to evening; what holds all day is said once."""
    told, seen = [], set()
    for stretch in strip.stretches:
        if stretch.code in (OFFERED, OUTSIDE) or stretch.code in seen:
            continue
        reason = why_not(stretch.first)
        clause = because(stretch.code, reason.detail if reason else None, names)
        if stretch.code in WHOLE_DAY or stretch.code.endswith("_cap"):
            seen.add(stretch.code)
            number = strip.count(stretch.code)
            told.append(f"{_starts(number)} {'is' if number == 1 else 'are'} not offered because {clause}.")
        elif stretch.count == 1:
            told.append(f"{clock(stretch.since)} is not offered because {clause}.")
        else:
            last = clock(stretch.until - (stretch.until - stretch.since) // stretch.count)
            told.append(
                f"{clock(stretch.since)} to {last}: {stretch.count} starts are not offered because {clause}."
            )
    return told


def totals(strips: Iterable[Iterable[DayStrip]]) -> Mapping[str, int]:
    """Starts within working hours by what became of them, over all reps and days; free ones first."""
    found = Counter(
        {
            code: sum(strip.count(code) for days in strips for strip in days)
            for code in CAUSES
            if code != OUTSIDE
        }
    )
    free = {OFFERED: found.pop(OFFERED)}
    return free | {code: number for code, number in found.most_common() if number}


def _starts(number: int) -> str:
    return "1 start" if number == 1 else f"{number} starts"
