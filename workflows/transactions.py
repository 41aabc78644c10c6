"""Running a step again when the database chose it as the victim of a deadlock."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, transaction

P = ParamSpec("P")
R = TypeVar("R")

DEADLOCK, SERIALIZATION = "40P01", "40001"
TRIES = 3


def atomically(step: Callable[P, R]) -> Callable[P, R]:
    """The step in one transaction, tried up to three times on a deadlock or a serialization failure.

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
                if not tries_left or sqlstate(error) not in (DEADLOCK, SERIALIZATION):
                    raise
        raise AssertionError("unreachable")

    return run


def sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's code of an error, None elsewhere."""
    return getattr(error.__cause__, "sqlstate", None)
