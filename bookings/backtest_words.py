"""What a back-test came to, for people: who moves, what becomes of segments, pools and outcomes, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bookings.backtesting import Case, Move, Place, Placing, Report, Router
from bookings.story import Names
from bookings.story.evidence import Block, Kept, behind
from routing.models import Pool
from routing.room import meetings_that_fit
from workflows.versions import LoadedVersion

ROOM_DAYS = 14


@dataclass(frozen=True)
class Line:
    """How many leads there were and would be at one segment, pool or outcome."""

    name: str
    before: int
    after: int
    room: int | None = None
    expected: int | None = None

    @property
    def change(self) -> str:
        """The difference with its sign, such as “+3”; “none” where nothing changes."""
        number = self.after - self.before
        return f"{number:+d}".replace("-", "−") if number else "none"

    @property
    def is_too_many(self) -> bool:
        """Whether more leads are to be expected than meetings fit."""
        return self.room is not None and self.expected is not None and self.expected > self.room


@dataclass(frozen=True)
class Why:
    """What decided about a lead by one version: where it comes to, and the blocks that tell why."""

    place: str
    blocks: list[Block]


def place_words(place: Place, names: Names) -> str:
    """“segment Enterprise, pool Everyone, routed”."""
    segment = f"segment {names.segments.get(place.segment, place.segment)}" if place.segment else "no segment"
    pool = f"pool {names.pools.get(place.pool, place.pool)}" if place.pool else "no pool"
    return f"{segment}, {pool}, {place.outcome.replace('_', ' ')}"


def segments(report: Report, names: Names) -> list[Line]:
    return _lines(
        report, lambda place: names.segments.get(place.segment or "", place.segment) or "No segment"
    )


def outcomes(report: Report) -> list[Line]:
    return _lines(report, lambda place: place.outcome.replace("_", " ").capitalize())


def pools(report: Report, names: Names, *, now: datetime, days: int | None) -> list[Line]:
    """Each pool with the meetings that fit into the coming two weeks, and the leads to expect in as long if the
    leads came within `days`; None where that is not known.
    """
    before, after = _counted(report, lambda place: place.pool)
    found = []
    for slug in sorted({*before, *after} - {None}, key=lambda slug: names.pools.get(slug, slug)):
        pool = Pool.objects.select_related("meeting_type").filter(slug=slug).first()
        room = meetings_that_fit(pool, now=now, days=ROOM_DAYS) if pool else None
        expected = round(after[slug] * ROOM_DAYS / days) if days else None
        found.append(Line(names.pools.get(slug, slug), before[slug], after[slug], room, expected))
    nobody = Line("No pool", before[None], after[None])
    return [*found, *([nobody] if nobody.before or nobody.after else [])]


def _lines(report: Report, key) -> list[Line]:  # type: ignore[no-untyped-def]
    before, after = _counted(report, key)
    return [Line(name, before[name], after[name]) for name in sorted({*before, *after})]


def _counted(report: Report, key):  # type: ignore[no-untyped-def]
    counted = []
    for places in (report.before, report.after):
        counts: Counter = Counter()
        for place, number in places.items():
            counts[key(place)] += number
        counted.append(counts)
    return counted


def by_kind(moves: Iterable[Move], report: Report) -> list[tuple[Place, Place, list[Move]]]:
    """The moves from one place to the same other one together, the most frequent first."""
    kinds: dict[tuple[Place, Place], list[Move]] = {kind: [] for kind, _ in report.moves.most_common()}
    for move in moves:
        kinds[move.before, move.after].append(move)
    return [(before, after, found) for (before, after), found in kinds.items()]


def why(case: Case, version: LoadedVersion, names: Names, *, now: datetime) -> tuple[Why, Why]:
    """The decisions about a lead by the version it went by, and by the one that is tried."""
    router = Router(now)
    return _why(case, case.version, router, names), _why(case, version, router, names)


def _why(case: Case, version: LoadedVersion, router: Router, names: Names) -> Why:
    placing = Placing(version, router)
    blocks: Sequence[Block] = [
        block for reason in placing.why(case.facts) for block in behind(reason, names, Kept())
    ]
    return Why(place_words(placing.place(case.facts), names), list(blocks))
