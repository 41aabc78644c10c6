"""People who press at the same instant: processes of their own, all on the database of the test."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import connections
from rest_framework.test import APIClient

PROCESSES = 8
PATIENCE = 120
API = "/api/v1"

Press = tuple[str, dict[str, Any]]
"""A path below the API, and what is posted there."""


def answers_to(prepare: Callable[[int], Sequence[Press]], *, processes: int = PROCESSES) -> Counter[str]:
    """What the API answered to the presses of all processes, such as `201` or `409 slot_taken`.

    Each process, told its number, prepares its presses; when all are ready, all begin.
    """
    connections.close_all()
    context = multiprocessing.get_context("fork")
    ready, told = context.Barrier(processes), context.Queue()
    crowd = [
        context.Process(target=_one_of_the_crowd, args=(prepare, number, ready, told))
        for number in range(processes)
    ]
    for process in crowd:
        process.start()
    try:
        answers = [told.get(timeout=PATIENCE) for _ in crowd]
    finally:
        for process in crowd:
            process.join(timeout=5)
            if process.is_alive():
                os.kill(process.pid or 0, signal.SIGKILL)
    return sum(map(Counter, answers), Counter())


def submitted(number: int, count: int, **answers: Any) -> list[str]:
    """The tokens of so many new leads."""
    tokens = []
    for lead in range(count):
        person = {"name": "A Guest", "email": f"guest-{number}-{lead}@navy.example", "employees": 20}
        body = {"answers": {**person, **answers}, "time_zone": "Europe/Berlin"}
        response = APIClient().post(f"{API}/forms/demo-request/leads/", body, format="json")
        assert response.status_code == 201, response.content
        tokens.append(response.json()["token"])
    return tokens


def booking(token: str, start: datetime) -> Press:
    return f"/leads/{token}/bookings/", {"start": start.isoformat()}


def holding(token: str, start: datetime) -> Press:
    return f"/leads/{token}/hold/", {"start": start.isoformat()}


def moving(token: str, start: datetime) -> Press:
    return f"/bookings/{token}/reschedule/", {"start": start.isoformat()}


def _one_of_the_crowd(prepare: Callable[[int], Sequence[Press]], number: int, ready: Any, told: Any) -> None:
    try:
        _forget_inherited_connections()
        presses = prepare(number)
        ready.wait(PATIENCE)
        told.put([_answer(press) for press in presses])
    except BaseException as error:
        ready.abort()
        told.put([f"{type(error).__name__}: {error}"])
    finally:
        connections.close_all()


def _forget_inherited_connections() -> None:
    """Connect anew, whatever the parent held open when it forked.

    Django keeps connections per call stack while an event loop runs, as it does once a browser test has used
    Playwright, and per thread before that. So the parent could not close what the child, in which no loop
    runs, would find again and share with all its siblings. Dropping it unclosed leaves the parent's intact.
    """
    for connection in connections.all(initialized_only=True):
        connection.connection = None


def _answer(press: Press) -> str:
    path, body = press
    response = APIClient(raise_request_exception=False).post(API + path, body, format="json")
    code = response.json().get("code", "") if response.status_code >= 400 else ""
    return f"{response.status_code} {code}".strip()
