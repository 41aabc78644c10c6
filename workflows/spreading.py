"""Work on the database that is spread over several processes, each with a connection of its own.

New processes begin with this module and make Django ready themselves, so no model may be imported here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TypeVar

import django
from django.db import connection, connections

T = TypeVar("T")
R = TypeVar("R")


def spread(work: Callable[[T], R], parts: Iterable[T], processes: int) -> Iterator[R]:
    """What `work` returns for each part, in no order. With one process, in this one.

    `work` is a function of a module, as other processes look it up by its name. They see what is committed.
    """
    if processes <= 1:
        yield from map(work, parts)
        return
    with ProcessPoolExecutor(
        processes, get_context("spawn"), _begin, (connection.settings_dict["NAME"],)
    ) as pool:
        for done in as_completed([pool.submit(work, part) for part in parts]):
            yield done.result()


def processors() -> int:
    """How many processes can be of use: one for each processor, or one alone within a transaction nobody else sees."""
    if connection.in_atomic_block or (connection.vendor == "sqlite" and connection.is_in_memory_db()):  # type: ignore[attr-defined]
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin(database: str) -> None:
    """Settings are those of the environment; the database is the one the first process has, which tests rename."""
    django.setup()
    connections.databases["default"]["NAME"] = database
