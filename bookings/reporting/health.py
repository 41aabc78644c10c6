"""Whether what should leave has left, and which meetings reps have not marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet

from bookings.models import Booking, Message
from bookings.reporting.selection import Selection
from bookings.reporting.tables import Column, Report, Row, Value, share
from routing.models import Rep
from workflows.models import Delivery, Outgoing, Sink

State = Outgoing.State
STATES = {"sent": (State.SENT,), "waiting": (State.WAITING, State.SENDING), "dead": (State.DEAD,),
          "withdrawn": (State.WITHDRAWN,)}  # fmt: skip
COLUMNS = (
    Column("sent", "Sent"), Column("waiting", "Waiting"), Column("dead", "Given up"),
    Column("withdrawn", "Withdrawn"), Column("dead_share", "Given up, share", "share"),
    Column("oldest", "Waiting since", "instant"),
)  # fmt: skip


class _Outgoing(Report):
    """Rows of the outbox written within the span, by one of their fields."""

    columns = COLUMNS
    main = "dead_share"

    def rows(self, selection: Selection, by: str) -> list[Row]:
        field = self._field(by)
        found = (
            self._outbox(selection)
            .order_by()
            .values_list(field, "state")
            .annotate(count=Count("pk"), oldest=Min("due_at"))
        )
        sums: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(STATES, 0))
        oldest: dict[str, Any] = {}
        for key, state, count, since in found:
            name = next(name for name, states in STATES.items() if state in states)
            sums[key][name] += count
            if name == "waiting":
                oldest[key] = min(oldest.get(key, since), since)
        return [
            self._row(key, label, sums[key], oldest.get(key)) for key, label in self._labels(sums).items()
        ]

    def leads(self, selection: Selection, by: str, key: str, column: str) -> Iterable[int | None]:
        found = self._outbox(selection).filter(**{self._field(by): key, "state__in": STATES[column]})
        return found.order_by().filter(lead__isnull=False).values_list("lead", flat=True).distinct()

    def _row(self, key: str, label: str, sums: dict[str, int], oldest: Any) -> Row:
        values: dict[str, Value] = {**sums, "dead_share": share(sums["dead"], sums["dead"] + sums["sent"])}
        return Row(key, label, values | {"oldest": oldest})

    def _outbox(self, selection: Selection) -> QuerySet[Any]:
        raise NotImplementedError

    def _field(self, by: str) -> str:
        raise NotImplementedError

    def _labels(self, keys: Iterable[str]) -> dict[str, str]:
        raise NotImplementedError


class Messages(_Outgoing):
    name = "messages"
    title = "Mails: sent, waiting, given up"
    unit = ("mail", "mails")
    says = "Mails written within the period, of all leads. A mail that is withdrawn was overtaken by events."
    by = {"kind": "By kind"}

    def _outbox(self, selection: Selection) -> QuerySet[Any]:
        return Message.objects.filter(created_at__gte=selection.since, created_at__lt=selection.until)

    def _field(self, by: str) -> str:
        return "kind"

    def _labels(self, keys: Iterable[str]) -> dict[str, str]:
        return {kind.value: str(kind.label) for kind in Message.Kind if kind.value in set(keys)}


class Deliveries(_Outgoing):
    name = "deliveries"
    title = "Deliveries to your other systems"
    unit = ("delivery", "deliveries")
    says = "Facts on their way to sinks, written within the period, of all leads."
    by = {"sink": "By sink"}

    def _outbox(self, selection: Selection) -> QuerySet[Any]:
        return Delivery.objects.filter(created_at__gte=selection.since, created_at__lt=selection.until)

    def _field(self, by: str) -> str:
        return "sink__slug"

    def _labels(self, keys: Iterable[str]) -> dict[str, str]:
        return {sink.slug: str(sink) for sink in Sink.objects.filter(slug__in=list(keys))}


class Unmarked(Report):
    name = "unmarked"
    title = "Meetings whose outcome is not marked"
    unit = ("meeting", "meetings")
    says = (
        "Meetings that are over now and that wait for the rep to say what came of them, whenever they were."
    )
    by = {"rep": "By rep"}
    columns = (
        Column("meetings", "Not marked"), Column("oldest", "Oldest", "instant"), Column("newest", "Newest", "instant"),
    )  # fmt: skip
    main = "meetings"
    looks_back = False

    def rows(self, selection: Selection, by: str) -> list[Row]:
        found = (
            self._waiting(selection)
            .order_by()
            .values_list("rep__email", "rep__name")
            .annotate(count=Count("pk", distinct=True), oldest=Min("end_at"), newest=Max("end_at"))
        )
        ordered = sorted(found, key=lambda row: (-row[2], row[1]))
        return [
            Row(email, name, {"meetings": count, "oldest": oldest, "newest": newest})
            for email, name, count, oldest, newest in ordered
        ]

    def leads(self, selection: Selection, by: str, key: str, column: str) -> Iterable[int | None]:
        rep = Rep.objects.filter(email=key).values("pk")
        return (
            self._waiting(selection).filter(rep__in=rep).order_by().values_list("lead", flat=True).distinct()
        )

    def _waiting(self, selection: Selection) -> QuerySet[Booking]:
        return unmarked(selection.bookings(), selection.until)


def unmarked(bookings: QuerySet[Booking], now: Any) -> QuerySet[Booking]:
    """Meetings that are over and whose outcome the rep is still asked for."""
    waits = Q(enquiry__run__state="active", enquiry__run__booking=F("pk"))
    at_handoff = Q(enquiry__run__version__stages__kind="handoff") & Q(
        enquiry__run__version__stages__name=F("enquiry__run__stage")
    )
    return bookings.filter(waits & at_handoff, outcome="", end_at__lte=now)
