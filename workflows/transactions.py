"""Steps: one transaction each, run again when the database chose it as the victim of others, and what ends it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, transaction

P = ParamSpec("P")
R = TypeVar("R")

DEADLOCK, SERIALIZATION = "40P01", "40001"
TRIES = 3

Ending = Callable[[Sequence[Any]], None]
_ENDINGS: ContextVar[dict[Ending, list[Any]] | None] = ContextVar("endings", default=None)
"""What the step under way has still to do before its transaction ends, and with what; None outside of one."""


def atomically(step: Callable[P, R]) -> Callable[P, R]:
    """The step in one transaction, tried up to three times when others were in its way: a deadlock, a
    serialization failure, or on SQLite a lock that was not had in time, because waiting there is no queue.

    Inside another transaction it is run once: only the outermost can be tried again.
    """

    @wraps(step)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _ENDINGS.get() is not None:
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

    What was said inside of a savepoint that was rolled back is among it: `do` looks whether it still holds.
    """
    endings = _ENDINGS.get()
    if endings is None:
        do([what])
    else:
        endings.setdefault(do, []).append(what)


def _in_one_transaction(step: Callable[[], R]) -> R:
    endings: dict[Ending, list[Any]] = {}
    token = _ENDINGS.set(endings)
    try:
        with transaction.atomic():
            result = step()
            while endings:
                do, said = endings.popitem()
                do(said)
            return result
    finally:
        _ENDINGS.reset(token)


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
