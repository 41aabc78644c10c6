"""What a report is about: a span of time, and of which leads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Q, QuerySet

from bookings.models import Booking, RunProgress
from bookings.models.bookings import BookingQuerySet
from routing.models import Rep
from workflows.models import Workflow

REAL, SIMULATED = "real", "simulated"


@dataclass(frozen=True)
class Selection:
    """From `since` on and before `until`; what is empty does not limit. `rep` is an e-mail address."""

    since: datetime
    until: datetime
    workflow: str = ""
    form: str = ""
    segment: str = ""
    pool: str = ""
    rep: str = ""
    source: str = ""
    leads: str = ""

    @property
    def before(self) -> Selection:
        """The same leads in the span of the same length just before."""
        return replace(self, since=self.since - (self.until - self.since), until=self.since)

    @property
    def length(self) -> timedelta:
        return self.until - self.since

    @cached_property
    def rep_number(self) -> int | None:
        """0 where no rep has that address, so that nothing is found."""
        if not self.rep:
            return None
        return Rep.objects.filter(email__iexact=self.rep).values_list("pk", flat=True).first() or 0

    def runs(self) -> QuerySet[RunProgress]:
        """Those that began within the span."""
        return RunProgress.objects.filter(self._of_runs(), began_at__gte=self.since, began_at__lt=self.until)

    def missed(self) -> QuerySet[RunProgress]:
        """Those whose first missed meeting was missed within the span."""
        return RunProgress.objects.filter(
            self._of_runs(), missed_at__gte=self.since, missed_at__lt=self.until
        )

    def meetings(self) -> BookingQuerySet:
        """Bookings that start within the span."""
        return self.bookings().filter(start_at__gte=self.since, start_at__lt=self.until)

    def bookings(self) -> BookingQuerySet:
        """Bookings of any time."""
        found = Booking.objects.all()
        if self.workflow:
            found = found.filter(enquiry__form__workflow__slug=self.workflow)
        if self.form:
            found = found.filter(enquiry__form__slug=self.form)
        if self.pool:
            found = found.filter(pool__slug=self.pool)
        if self.rep_number is not None:
            found = found.filter(rep=self.rep_number)
        if self.leads:
            found = found.filter(lead__is_synthetic=self.leads == SIMULATED)
        if self.segment or self.source:
            found = found.filter(enquiry__run__in=RunProgress.objects.filter(self._of_origin()).values("run"))
        return found

    def _of_runs(self) -> Q:
        limits = self._of_origin()
        if self.workflow:
            # by number, so that the index over workflow and instant serves
            number = Workflow.objects.filter(slug=self.workflow).values_list("pk", flat=True).first()
            limits &= Q(workflow=number or 0)
        if self.form:
            limits &= Q(form=self.form)
        if self.pool:
            limits &= Q(pool=self.pool)
        if self.rep_number is not None:
            limits &= Q(rep=self.rep_number)
        if self.leads:
            limits &= Q(is_synthetic=self.leads == SIMULATED)
        return limits

    def _of_origin(self) -> Q:
        limits = Q()
        if self.segment:
            limits &= Q(segment=self.segment)
        if self.source:
            limits &= Q(source=self.source)
        return limits
