"""The engine's openings to the domain, filled by each app when it is ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from workflows.stages.base import StageKind

KINDS: dict[str, StageKind] = {}
VERBS: dict[str, str] = {}
REFERENCES: dict[str, Callable[[], set[str]]] = {}
FACT_SOURCES: list[Callable[[Any], Mapping[str, Any]]] = []
DELIVERY_FACTS: list[Callable[[Any], Mapping[str, Any]]] = []
PAST_FACTS: list[Callable[[Any, int | None], Mapping[str, Any]]] = []
"""From a run's state as its events told it at some time, and a booking's number: facts that differ from now."""
ASKED_FACTS: list[Callable[[Any], set[str] | None]] = []
"""Of a workflow, the answers that its leads are asked for, as facts; None where nobody asks anything."""
DUE_WORK: dict[str, DueWork] = {}
SEALED_FIELDS: list[tuple[str, str]] = []
"""Where secrets lie sealed: models by their label, each with the name of a text or JSON field."""
ROLL_UPS: list[Callable[[Sequence[Any]], None]] = []


@dataclass(frozen=True)
class DueWork:
    """Something the sweep looks after: what is due at an instant, and how one of it is done.

    `find(at, clock, limit)` gives numbers of rows; `perform(number, at, clock)` does one and tells whether
    anything happened. Both must bear being called twice for the same row, from two processes at once.
    What is done `in_parts` does some of a row at each call, and is called again until it does nothing.
    """

    name: str
    find: Callable[[datetime, datetime, int], Iterable[int]]
    perform: Callable[[int, datetime, datetime], bool]
    order: int = 50
    in_parts: bool = False


class UnknownKind(LookupError):
    """A stage names a kind that nothing has registered."""


def register_kind(kind: StageKind) -> None:
    KINDS[kind.name] = kind


def kind_named(name: str) -> StageKind:
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(f"there is no stage kind “{name}”; known: {', '.join(sorted(KINDS))}") from None


def register_verbs(verbs: Mapping[str, str]) -> None:
    VERBS.update(verbs)


def register_reference(name: str, known: Callable[[], set[str]]) -> None:
    """`known()` gives the slugs that a setting of type `name` may hold."""
    REFERENCES[name] = known


def register_roll_up(keep: Callable[[Sequence[Any]], None]) -> None:
    """`keep(events)` is called with each step's AuditEvents, in their transaction and under their runs' locks."""
    ROLL_UPS.append(keep)


def register_due_work(work: DueWork) -> None:
    DUE_WORK[work.name] = work


def facts_of(run: Any) -> dict[str, Any]:
    """All facts about a run: what the registered sources know, over which lies what the run carries."""
    facts: dict[str, Any] = {}
    for source in FACT_SOURCES:
        facts.update(source(run))
    facts.update({name: value for name, value in run.carried.items() if not name.startswith("_")})
    return facts


class FactsOf(Mapping[str, Any]):
    """`facts_of` a run, asked for once somebody looks: most stages do not."""

    def __init__(self, run: Any) -> None:
        self._run = run

    @cached_property
    def _facts(self) -> dict[str, Any]:
        return facts_of(self._run)

    def __getitem__(self, name: str) -> Any:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)
