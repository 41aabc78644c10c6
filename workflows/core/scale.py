"""Scales of plots: from zero, with marks at round numbers (Heckbert, “Nice numbers for graph labels”, 1990)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Scale:
    """From `low` to `high`, both multiples of `step`; zero lies within."""

    low: float
    high: float
    step: float

    def place(self, value: float) -> float:
        """Where a value lies, in percent of the length from `low`; values outside lie at the ends."""
        within = min(max(value, self.low), self.high)
        return min(max(100 * (within - self.low) / (self.high - self.low), 0.0), 100.0)

    @property
    def marks(self) -> list[float]:
        """The round numbers from `low` to `high`."""
        count = round((self.high - self.low) / self.step)
        return [round(self.low + number * self.step, 10) for number in range(count + 1)]


def scale_of(values: Iterable[float], intervals: int = 4) -> Scale:
    """A scale that holds zero and every finite value, in about so many intervals."""
    held = [value for value in values if math.isfinite(value)]
    low, high = min([0.0, *held]), max([0.0, *held])
    if low == high:
        return Scale(0, 1, 1)
    step = _round_up((high - low) / intervals)
    return Scale(math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step)


def _round_up(rough: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `rough`."""
    magnitude = 10.0 ** math.floor(math.log10(rough))
    return float(next(factor * magnitude for factor in STEPS if factor * magnitude >= rough * (1 - 1e-9)))


def number(value: float) -> str:
    """A number as people read it: thousands apart, two decimals at most and one from 10 on, a real minus."""
    if float(value).is_integer():
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:,.{2 if abs(value) < 10 else 1}f}".rstrip("0").rstrip(".").replace("-", "−")
