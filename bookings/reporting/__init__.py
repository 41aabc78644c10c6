"""Reports: numbers from the same events that the trace keeps, each with the leads it counts."""

from __future__ import annotations

from bookings.reporting.breakdown import Breakdown
from bookings.reporting.health import Deliveries, Messages, Unmarked
from bookings.reporting.meetings import NoShows, Reschedules, WonBack
from bookings.reporting.speed import FirstMeeting
from bookings.reporting.steps import Drops, Steps
from bookings.reporting.tables import Report

REPORTS: dict[str, Report] = {
    report.name: report
    for report in (
        Steps(),
        Drops(),
        Breakdown(), NoShows(), Reschedules(), WonBack(), FirstMeeting(), Messages(), Deliveries(), Unmarked()
    )
}  # fmt: skip
"""The reports that are tables of rows, by the name in their address. Funnel and fairness have their own shape."""

__all__ = ["REPORTS"]
