"""What is measured, each as a browser or a program would ask for it, in one process, caches warm."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth import get_user_model
from django.test import Client

from bookings.models import Lead
from workflows import verifying
from workflows.models import AuditEvent
from workflows.spreading import processors

WARM_UP = 3
FORM = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Measured:
    """Milliseconds, or events a second; `limit` is what was promised of the median.

    `own` is the median of the time that this process itself was at work, which other programs on the machine
    do not lengthen; the database's share is not in it. Of a verification it is the events a second of all its
    processes' time together.
    """

    what: str
    median: float
    worst: float
    own: float
    unit: str
    limit: float
    times: int

    @property
    def holds(self) -> bool:
        return self.median >= self.limit if self.unit == "events/s" else self.median <= self.limit


def measure(until: datetime, times: int, verifications: int, seed: int) -> Iterator[Measured]:
    """One result after the other; `worst` is the 95th percentile, of verifications the slowest."""
    chance = Random(seed)
    client = Client()
    client.force_login(get_user_model().objects.filter(is_superuser=True).first())
    client.cookies["viewer_zone"] = "Europe/Berlin"
    # Copies have numbers without gaps; the simulated leads before them are few.
    last = Lead.objects.order_by("-pk").values_list("pk", flat=True)[0]
    first = (
        Lead.objects.filter(email__endswith="@scale.example").order_by("pk").values_list("pk", flat=True)[0]
    )

    def lead() -> int:
        return chance.randint(first, last)

    def since(days: int) -> str:
        return (until - timedelta(days=days)).strftime(FORM)

    span = f"since={since(90)}&until={until.strftime(FORM)}"
    dates = f"since={until - timedelta(days=89):%Y-%m-%d}&until={until:%Y-%m-%d}"
    pages: tuple[tuple[str, float, Callable[[], str]], ...] = (
        ("Lead story, the whole page", 50, lambda: f"/admin/bookings/lead/{lead()}/change/"),
        ("Lead story, as data", 50, lambda: f"/api/v1/leads/{lead()}/audit/"),
        ("Funnel of 90 days", 500, lambda: f"/api/v1/reports/funnel/?workflow=inbound-demo&{span}"),
        (
            "Funnel of 90 days, the page with drops, weeks and the period before",
            500,
            lambda: f"/admin/reports/?period=dates&{dates}",
        ),
        ("Breakdown of 90 days by rep", 500, lambda: f"/api/v1/reports/breakdown/?by=rep&{span}"),
        ("Missed meetings of 90 days by hour", 500, lambda: f"/api/v1/reports/no-shows/?by=hour&{span}"),
        ("Audit list", 200, lambda: "/admin/workflows/auditevent/"),
        ("Audit search for a lead", 200, lambda: f"/admin/workflows/auditevent/?q={lead()}"),
        ("Audit list of one verb", 200, lambda: "/admin/workflows/auditevent/?verb=booking.cancelled"),
        ("Audit list, as data", 200, lambda: f"/api/v1/audit/?verb=no_show.presumed&since={since(30)}"),
        ("Lead search by a part of an address", 200, lambda: f"/admin/bookings/lead/?q=ead{lead() // 10}"),
        ("Lead search by a part of a name", 200, lambda: "/admin/bookings/lead/?q=ana"),
        ("Mail search by a lead’s address", 200, lambda: f"/admin/bookings/message/?q=lead{lead()}"),
        ("Leads with a tag", 300, lambda: "/admin/bookings/lead/?tag=nurture"),
        ("List of leads", 300, lambda: "/admin/bookings/lead/"),
        ("List of bookings", 300, lambda: "/admin/bookings/booking/"),
        ("List of mails", 300, lambda: "/admin/bookings/message/"),
        ("List of deliveries", 300, lambda: "/admin/workflows/delivery/"),
        ("List of timers", 300, lambda: "/admin/workflows/timer/"),
        ("List of runs", 300, lambda: "/admin/workflows/run/"),
        (
            "Missed meetings of 90 days, the page",
            300,
            lambda: f"/admin/reports/no-shows/?period=dates&{dates}",
        ),
        (
            "First meetings of 90 days, the page",
            300,
            lambda: f"/admin/reports/first-meeting/?period=dates&{dates}",
        ),
        ("Mails of 90 days, the page", 300, lambda: f"/admin/reports/messages/?period=dates&{dates}"),
        ("Today", 300, lambda: "/admin/"),
    )
    for what, limit, address in pages:
        yield _timed(what, limit, times, lambda address=address: _get(client, address()))
    if verifications:
        yield _verified(verifications)


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def _timed(what: str, limit: float, times: int, act: Callable[[], None]) -> Measured:
    taken, own = [], []
    for place in range(WARM_UP + times):
        began, worked = time.perf_counter(), time.process_time()
        act()
        if place >= WARM_UP:
            taken.append(1000 * (time.perf_counter() - began))
            own.append(1000 * (time.process_time() - worked))
    worst = statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
    return Measured(what, statistics.median(taken), worst, statistics.median(own), "ms", limit, times)


def _worked() -> float:
    """Seconds that this process and those it waited for were at work."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _verified(times: int) -> Measured:
    speeds, own = [], []
    for _ in range(times):
        began, worked = time.perf_counter(), _worked()
        report = verifying.examine(processes=processors())
        speeds.append(report.events / (time.perf_counter() - began))
        own.append(report.events / (_worked() - worked))
        if report.findings or report.events != AuditEvent.objects.count():
            raise RuntimeError(f"the trace does not hold: {report.findings[:3]}")
    median = statistics.median(speeds)
    return Measured("verify_audit", median, min(speeds), statistics.median(own), "events/s", 50_000, times)
