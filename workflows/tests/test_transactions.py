"""A step that others were in the way of is run again; any other failure is not."""

from __future__ import annotations

import sqlite3

import pytest
from django.db import OperationalError, connection

from workflows.transactions import TRIES, atomically


class Deadlock(Exception):
    sqlstate = "40P01"


def busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY | 2 << 8
    return error


def failing(causes: list[Exception]) -> list[bool]:
    """Run a step that fails once for each cause and then succeeds; what it saw of a transaction each time."""
    seen: list[bool] = []

    @atomically
    def step() -> None:
        seen.append(connection.in_atomic_block)
        if causes:
            raise OperationalError("failed") from causes.pop(0)

    step()
    return seen


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make", [Deadlock, busy])
def test_a_step_that_others_were_in_the_way_of_is_run_again(make: type[Exception]) -> None:
    assert failing([make(), make()]) == [True] * TRIES


@pytest.mark.django_db(transaction=True)
def test_after_the_third_time_it_fails() -> None:
    with pytest.raises(OperationalError):
        failing([Deadlock() for _ in range(TRIES)])


@pytest.mark.django_db(transaction=True)
def test_another_failure_is_not_tried_again() -> None:
    causes: list[Exception] = [ValueError(), ValueError()]
    with pytest.raises(OperationalError):
        failing(causes)
    assert len(causes) == 1


@pytest.mark.django_db
def test_inside_another_transaction_it_is_run_once() -> None:
    causes: list[Exception] = [Deadlock(), Deadlock()]
    with pytest.raises(OperationalError):
        failing(causes)
    assert len(causes) == 1
