"""Steps: one transaction each, run again when the database chose it as the victim of others, and what ends it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, transaction

P = ParamSpec("P")
R = TypeVar("R")

DEADLOCK, SERIALIZATION = "40P01", "40001"
TRIES = 3

Ending = Callable[[Sequence[Any]], None]
Mark = Callable[[], None]


@dataclass
class _Step:
    """What the step under way has still to do before its transaction ends, and what it knows by then."""

    endings: dict[Ending, list[tuple[Mark, Any]]] = field(default_factory=dict)
    known: dict[Hashable, list[tuple[Mark, Any]]] = field(default_factory=dict)


_STEP: ContextVar[_Step | None] = ContextVar("step", default=None)


def atomically(step: Callable[P, R]) -> Callable[P, R]:
    """The step in one transaction, tried up to three times when others were in its way: a deadlock, a
    serialization failure, or on SQLite a lock that was not had in time, because waiting there is no queue.

    Inside another transaction it is run once: only the outermost can be tried again.
    """

    @wraps(step)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _STEP.get() is not None:
            with transaction.atomic():
                return step(*args, **kwargs)
        tries = 1 if transaction.get_connection().in_atomic_block else TRIES
        for tries_left in range(tries - 1, -1, -1):
            try:
                return _in_one_transaction(lambda: step(*args, **kwargs))
            except OperationalError as error:
                if not tries_left or not is_passing(error):
                    raise
        raise AssertionError("unreachable")

    return run


def at_the_end(do: Ending, what: Any) -> None:
    """Before the step's transaction ends, `do` is called once with all that was said so; outside a step at once.

    What was said inside of a savepoint that was rolled back is left out.
    """
    step = _STEP.get()
    if step is None:
        do([what])
    else:
        step.endings.setdefault(do, []).append((_mark(), what))


def keep_in_mind(name: Hashable, what: Any) -> None:
    """What the step has just written, for as long as nothing takes it back; nothing outside a step."""
    step = _STEP.get()
    if step is not None:
        step.known.setdefault(name, []).append((_mark(), what))


def in_mind(name: Hashable) -> Any:
    """What the step wrote last under this name and no savepoint has taken back; None if there is nothing."""
    step = _STEP.get()
    kept = step.known.get(name, []) if step else []
    while kept:
        mark, what = kept[-1]
        if _holding([mark]):
            return what
        kept.pop()
    return None


def _mark() -> Mark:
    """Something that Django forgets with the savepoint in which it was made, as it does with all callbacks."""

    def mark() -> None:
        """Nothing is left to do after the transaction."""

    transaction.on_commit(mark)
    return mark


def _holding(marks: Sequence[Mark]) -> set[Mark]:
    """Those that no savepoint has taken back. The newest come last, so they are looked for from there."""
    sought, found = set(marks), set()
    for _, callback, _ in reversed(transaction.get_connection().run_on_commit):
        if callback in sought:
            found.add(callback)
            if len(found) == len(sought):
                break
    return found


def _in_one_transaction(step: Callable[[], R]) -> R:
    under_way = _Step()
    token = _STEP.set(under_way)
    try:
        with transaction.atomic():
            result = step()
            while under_way.endings:
                do, said = under_way.endings.popitem()
                holding = _holding([mark for mark, _ in said])
                if held := [what for mark, what in said if mark in holding]:
                    do(held)
            return result
    finally:
        _STEP.reset(token)


def is_passing(error: OperationalError) -> bool:
    """Whether the same step may well succeed if it is tried again at once."""
    return sqlstate(error) in (DEADLOCK, SERIALIZATION) or is_busy(error)


def is_busy(error: BaseException) -> bool:
    """Whether SQLite could not get its lock within the timeout."""
    code: int = getattr(error.__cause__, "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_BUSY


def sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's code of an error, None elsewhere."""
    return getattr(error.__cause__, "sqlstate", None)
