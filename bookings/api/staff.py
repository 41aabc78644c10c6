"""The calls of staff about leads and bookings."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from bookings import attendance, reassigning
from bookings.api import queries
from bookings.api.base import StaffView
from bookings.api.bodies import validated
from bookings.api.pagination import paged
from bookings.api.permissions import (
    CHANGE_BOOKINGS,
    SEE_AUDIT,
    SEE_BOOKINGS,
    SEE_LEADS,
    actor_of,
    booking_for,
    bookings_for,
)
from bookings.api.schema import BODY, ID, NUMBER, PAGING, SINCE, STAFF, TEXT, UNTIL, call, page_of
from bookings.api.serializers.bookings import (
    AttendanceSerializer,
    OutcomeSerializer,
    ReassignSerializer,
    StaffBookingSerializer,
)
from bookings.api.serializers.leads import AuditSerializer, LeadDetailSerializer, LeadSerializer
from bookings.core.answers import normalise_email
from bookings.models import Booking, Enquiry, Lead, RunProgress
from bookings.refusals import Invalid, NotFound
from routing.models import Rep
from workflows.models import AuditEvent, Run

LEADS, BOOKINGS = "Leads", "Bookings"
DRAW = "draw"


class Leads(StaffView):
    rights: ClassVar[dict[str, str]] = {"GET": SEE_LEADS}

    @call(
        "list_leads",
        "List leads, newest first",
        {200: page_of(LeadSerializer)},
        tag=LEADS,
        errors=(400, *STAFF),
        parameters=(
            OpenApiParameter("email", TEXT, description="The whole address."),
            OpenApiParameter("segment", TEXT, description="A segment that one of the lead's runs was put into."),
            OpenApiParameter("tag", TEXT),
            SINCE, UNTIL, *PAGING,
        ),
        says="`since` and `until` bound when a lead was first seen.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = self._filtered(request).prefetch_related("tags")
        return paged(request, rows, lambda page: LeadSerializer(page, many=True).data)

    def _filtered(self, request: Request) -> QuerySet[Lead]:
        query, wanted = request.query_params, Q()
        if email := queries.text(query, "email"):
            wanted &= Q(email=_normalised(email))
        if tag := queries.text(query, "tag"):
            wanted &= Q(tags__tag=tag)
        wanted &= queries.within(query, "first_seen_at")
        if segment := queries.text(query, "segment"):
            wanted &= Q(pk__in=RunProgress.objects.filter(segment=segment).values("lead"))
        return Lead.objects.filter(wanted)


class LeadDetail(StaffView):
    rights: ClassVar[dict[str, str]] = {"GET": SEE_LEADS}

    @call(
        "get_lead",
        "See a lead and what it sent",
        {200: LeadDetailSerializer},
        tag=LEADS,
        errors=(404, *STAFF),
        parameters=(NUMBER,),
    )
    def get(self, request: Request, id: int) -> Response:
        enquiries = Enquiry.objects.select_related("form", "run__version__workflow").order_by("pk")
        leads = Lead.objects.prefetch_related("tags", Prefetch("enquiries", queryset=enquiries))
        lead = leads.filter(pk=id).first()
        if lead is None:
            raise NotFound("There is no such lead.")
        return Response(LeadDetailSerializer(lead).data)


class LeadAudit(StaffView):
    rights: ClassVar[dict[str, str]] = {"GET": SEE_AUDIT}

    @call(
        "get_lead_audit",
        "See everything that happened to a lead",
        {200: AuditSerializer},
        tag=LEADS,
        errors=(404, *STAFF),
        parameters=(NUMBER,),
        says="The events of all of the lead's runs, oldest first. They stay when the lead is erased.",
    )
    def get(self, request: Request, id: int) -> Response:
        # as numbers: a sub-query beside an “or” would have the whole trail read
        runs = list(Run.objects.filter(lead=id).values_list("pk", flat=True))
        events = AuditEvent.objects.filter(Q(lead=id) | Q(run__in=runs)).order_by("pk")
        if not events.exists() and not Lead.objects.filter(pk=id).exists():
            raise NotFound("There is no such lead.")
        return Response(AuditSerializer({"events": events.iterator()}).data)


class Bookings(StaffView):
    rights: ClassVar[dict[str, str]] = {"GET": SEE_BOOKINGS}
    open_to_reps = True

    @call(
        "list_bookings",
        "List bookings, newest first",
        {200: page_of(StaffBookingSerializer)},
        tag=BOOKINGS,
        errors=(400, *STAFF),
        parameters=(
            OpenApiParameter("status", str, enum=Booking.Status.values),
            OpenApiParameter("rep", TEXT, description="E-mail address."),
            OpenApiParameter("pool", TEXT, description="Slug."),
            OpenApiParameter("lead", ID, description="Id."),
            SINCE, UNTIL, *PAGING,
        ),
        says="A rep without further rights sees own bookings. `since` and `until` bound the start.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = bookings_for(request.user, SEE_BOOKINGS).filter(self._wanted(request))
        return paged(request, rows, lambda page: StaffBookingSerializer(page, many=True).data)

    def _wanted(self, request: Request) -> Q:
        query, wanted = request.query_params, Q()
        if status := queries.word(query, "status", Booking.Status.values):
            wanted &= Q(status=status)
        if rep := queries.text(query, "rep"):
            wanted &= Q(rep__email__iexact=rep)
        if pool := queries.text(query, "pool"):
            wanted &= Q(pool__slug=pool)
        if lead := queries.number(query, "lead"):
            wanted &= Q(lead=lead)
        return wanted & queries.within(query, "start_at")


class BookingAttendance(StaffView):
    rights: ClassVar[dict[str, str]] = {"POST": CHANGE_BOOKINGS}
    open_to_reps = True

    @call(
        "record_attendance",
        "Tell who came",
        {200: StaffBookingSerializer},
        tag=BOOKINGS,
        errors=(404, 409, *BODY, *STAFF),
        body=AttendanceSerializer,
        parameters=(NUMBER,),
        says="`attended` and `no_show` count at once, from the start on; `joined` at the end. Only the guest's signals "
        "decide, but for a host's `no_show`. 409 `too_early`, `already_recorded` or `not_waiting`.",
    )
    def post(self, request: Request, id: int) -> Response:
        booking = booking_for(request.user, id, CHANGE_BOOKINGS)
        body = validated(AttendanceSerializer, request)
        now = timezone.now()
        recorded = attendance.record(
            booking, **{"at": now, **body}, now=now, actor=actor_of(request.user)
        )  # fmt: skip
        return Response(StaffBookingSerializer(recorded).data)


class BookingOutcome(StaffView):
    rights: ClassVar[dict[str, str]] = dict.fromkeys(("POST", "PUT", "DELETE"), CHANGE_BOOKINGS)
    open_to_reps = True

    @call(
        "record_outcome",
        "Mark what came of a meeting",
        {200: StaffBookingSerializer},
        tag=BOOKINGS,
        errors=(404, 409, *BODY, *STAFF),
        body=OutcomeSerializer,
        parameters=(NUMBER,),
        says="The run takes the outcome's branch. 409 `not_waiting` outside a handoff.",
    )
    def post(self, request: Request, id: int) -> Response:
        booking, body = self._sent(request, id)
        marked = attendance.record_outcome(booking, **body, now=timezone.now(), actor=actor_of(request.user))
        return Response(StaffBookingSerializer(marked).data)

    @call(
        "correct_outcome",
        "Correct an outcome",
        {200: StaffBookingSerializer},
        tag=BOOKINGS,
        errors=(404, 409, *BODY, *STAFF),
        body=OutcomeSerializer,
        parameters=(NUMBER,),
        says="Sinks are told; the run does not move. 409 `not_waiting` where none is recorded.",
    )
    def put(self, request: Request, id: int) -> Response:
        booking, body = self._sent(request, id)
        corrected = attendance.correct_outcome(
            booking, **body, now=timezone.now(), actor=actor_of(request.user)
        )
        return Response(StaffBookingSerializer(corrected).data)

    @call(
        "withdraw_outcome",
        "Take an outcome back",
        {200: StaffBookingSerializer},
        tag=BOOKINGS,
        errors=(404, 409, *STAFF),
        parameters=(NUMBER,),
        says="Within ten minutes, while nobody has acted since: the run waits in its handoff again. 409 `too_late` "
        "later, `not_waiting` where none is recorded.",
    )
    def delete(self, request: Request, id: int) -> Response:
        booking = booking_for(request.user, id, CHANGE_BOOKINGS)
        held = attendance.withdraw_outcome(booking, now=timezone.now(), actor=actor_of(request.user))
        return Response(StaffBookingSerializer(held).data)

    def _sent(self, request: Request, id: int) -> tuple[Booking, dict[str, str]]:
        booking = booking_for(request.user, id, CHANGE_BOOKINGS)
        return booking, validated(OutcomeSerializer, request)


class BookingReassign(StaffView):
    rights: ClassVar[dict[str, str]] = {"POST": CHANGE_BOOKINGS}

    @call(
        "reassign",
        "Give a meeting to another rep",
        {200: StaffBookingSerializer},
        tag=BOOKINGS,
        errors=(404, 409, *BODY, *STAFF),
        body=ReassignSerializer,
        parameters=(NUMBER,),
        says="The time stays; guest and both reps are told. 409 `slot_taken` if the rep is not free or nobody is, "
        "`too_late` after the start, `not_bookable` otherwise.",
    )
    def post(self, request: Request, id: int) -> Response:
        booking = booking_for(request.user, id, CHANGE_BOOKINGS)
        body = validated(ReassignSerializer, request)
        given = reassigning.reassign(
            booking,
            None if body["rep"] == DRAW else _rep(body["rep"]),
            now=timezone.now(),
            actor=actor_of(request.user),
            message=body.get("message", ""),
        )
        return Response(StaffBookingSerializer(given).data)


def _rep(email: str) -> Rep:
    rep = Rep.objects.filter(email__iexact=email.strip(), retired_at=None).first()
    if rep is None:
        raise Invalid("There is no such rep.", fields={"rep": [f"There is no rep “{email[:100]}”."]})
    return rep


def _normalised(email: str) -> str:
    try:
        return normalise_email(email)
    except ValueError:
        return email.lower()
