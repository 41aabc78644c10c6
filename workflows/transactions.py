"""Running a step again when the database chose it as the victim of others that write at the same time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, transaction

P = ParamSpec("P")
R = TypeVar("R")

DEADLOCK, SERIALIZATION = "40P01", "40001"
TRIES = 3


def atomically(step: Callable[P, R]) -> Callable[P, R]:
    """The step in one transaction, tried up to three times when others were in its way: a deadlock, a
    serialization failure, or on SQLite a lock that was not had in time, because waiting there is no queue.

    Inside another transaction it is run once: only the outermost can be tried again.
    """

    @wraps(step)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if transaction.get_connection().in_atomic_block:
            with transaction.atomic():
                return step(*args, **kwargs)
        for tries_left in range(TRIES - 1, -1, -1):
            try:
                with transaction.atomic():
                    return step(*args, **kwargs)
            except OperationalError as error:
                if not tries_left or not is_passing(error):
                    raise
        raise AssertionError("unreachable")

    return run


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
