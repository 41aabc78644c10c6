"""Times and memory: interleaved rounds and medians, since machines do other things as well."""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1024 * 1024


@dataclass
class Took:
    """Seconds of each round: by the clock, and of processor in this process alone."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def interleaved(works: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, Took]:
    """What each piece of work took; in a round each is done once, after one to warm up."""
    for work in works.values():
        work()
    took = {name: Took() for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            began, busy = time.perf_counter(), time.process_time()
            work()
            took[name].clock.append(time.perf_counter() - began)
            took[name].processor.append(time.process_time() - busy)
    return took


def median_ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """The median of the rounds' own ratios: what slows a round down slows both."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def peak_megabytes(work: Callable[[], Any]) -> float:
    """What a process of its own grew by at most while it did the work once."""
    for connection in connections.all():
        connection.close()
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        before = _resident()
        work()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        os.write(write_end, str(max(peak - before, 0)).encode())
        os._exit(0)
    os.close(write_end)
    os.waitpid(child, 0)
    grown = int(os.read(read_end, 64) or b"0")
    os.close(read_end)
    return grown / MEGABYTE


def _resident() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * PAGE


def milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.1f}" if seconds < 0.1 else f"{1000 * seconds:.0f}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """As Markdown, numbers to the right."""
    line = "| " + " | ".join(heads) + " |"
    rule = "| " + " | ".join("---:" if place else "---" for place in range(len(heads))) + " |"
    return "\n".join([line, rule, *("| " + " | ".join(row) + " |" for row in rows)])
