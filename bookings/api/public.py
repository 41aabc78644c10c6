"""A lead's own calls: send a form, see the times offered, book one."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, datetime
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation.trans_real import parse_accept_lang_header
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from bookings import access, holding, intake, limits, offering, scheduling
from bookings.api import queries
from bookings.api.base import PublicView
from bookings.api.bodies import sent, validated
from bookings.api.idempotency import answered_once, seal
from bookings.api.permissions import SEE_LEADS
from bookings.api.schema import BODY, DATES, KEY, ONCE, PUBLIC, SLUG, TOKEN, call
from bookings.api.serializers.bookings import (
    BookingSerializer,
    HoldSerializer,
    SlotsSerializer,
    StartSerializer,
)
from bookings.api.serializers.leads import EnquirySubmissionSerializer, SubmissionSerializer
from bookings.intake import Submission
from bookings.models import Booking, BookingForm, Enquiry
from bookings.offering import Slot
from bookings.refusals import Gone, Invalid, NotFound

TAG = "For guests"
NO_ANSWERS = "Please send the answers by the questions' names."


class FormLeads(PublicView):
    """The leads that come in by a form."""

    limits_a_minute: ClassVar[dict[str, int]] = {"POST": 20}

    def limit_key(self, request: Request, method: str) -> str:
        """Counted together with the form's page."""
        return f"form:{self.kwargs['slug']}:{limits.client_address(request)}"

    @call(
        "submit_form",
        "Send a form's answers",
        {201: SubmissionSerializer},
        tag=TAG,
        errors=(404, *BODY, *ONCE, *PUBLIC),
        body=EnquirySubmissionSerializer,
        parameters=(SLUG, KEY),
        says="Begins a run of the form's workflow and takes it as far as it goes by itself: to the times on offer, "
        "or to an end. A token of staff makes the answer name the lead.",
    )
    @answered_once
    def post(self, request: Request, slug: str) -> Response:
        form = (
            BookingForm.objects.select_related("workflow__published")
            .filter(slug=slug, retired_at=None)
            .first()
        )
        if form is None:
            raise NotFound("There is no such form.")
        return self._answer(self._submit(form, sent(request), _language(request)))

    def _answer(self, submission: Submission) -> Response:
        self.lead_id = submission.enquiry.lead_id
        shown = self.request.user.has_perm(SEE_LEADS)
        answer = {**vars(submission), "lead": self.lead_id if shown else None}
        return Response(SubmissionSerializer(answer).data, 201)

    def _submit(self, form: BookingForm, body: dict[str, Any], language: str) -> Submission:
        zone = body.get("time_zone")
        try:
            return intake.submit(
                form,
                body.get("answers", {}),
                utm=body.get("utm"),
                time_zone="" if zone is None else zone,
                language=language,
                now=timezone.now(),
                seal=seal(self, self._answer),
            )
        except Invalid as refusal:
            if "answers" not in body:
                raise Invalid(refusal.detail, fields={**refusal.fields, "answers": [NO_ANSWERS]}) from None
            raise


class LeadSlots(PublicView):
    """The times on offer to a lead."""

    @call(
        "list_slots",
        "See the times on offer",
        {200: SlotsSerializer},
        tag=TAG,
        errors=(400, 404, 409, 410, *PUBLIC),
        parameters=(TOKEN, *DATES),
        says="The starts that can be booked now, ascending, on at most 92 days. While the run waits after a no-show, "
        "the times for a new meeting.",
    )
    def get(self, request: Request, token: str) -> Response:
        enquiry = access.enquiry_by_token(token)
        now, zone = timezone.now(), enquiry.time_zone or "UTC"
        first, last = queries.dates(request.query_params, zone, now)
        slots = self._looked_at(request, enquiry, first, last, now)
        return Response(SlotsSerializer({"time_zone": zone, "slots": slots}).data)

    def _looked_at(
        self, request: Request, enquiry: Enquiry, first: date, last: date, now: datetime
    ) -> list[Slot]:
        """HEAD has the same answer and leaves no trace."""
        with transaction.atomic() if request.method == "HEAD" else nullcontext():
            slots = scheduling.offered(enquiry, first, last, now=now)
            if request.method == "HEAD":
                transaction.set_rollback(True)
        return slots


class LeadBookings(PublicView):
    """The bookings of a lead."""

    @call(
        "book",
        "Book a time",
        {201: BookingSerializer},
        tag=TAG,
        errors=(404, 409, 410, *BODY, *ONCE, *PUBLIC),
        body=StartSerializer,
        parameters=(TOKEN, KEY),
        says="Refused in this order: 404 and 410 for the link, 400 for the body, then 409 `already_booked` (the "
        "manage link goes out by mail), `not_bookable`, `slot_taken`.",
    )
    @answered_once
    def post(self, request: Request, token: str) -> Response:
        enquiry = access.enquiry_by_token(token)
        self.lead_id = enquiry.lead_id
        now = timezone.now()
        start = self._start(request, enquiry)
        return self._answer(scheduling.book(enquiry, start, now=now, seal=seal(self, self._answer)))

    def _answer(self, booking: Booking) -> Response:
        return Response(BookingSerializer(booking).data, 201)

    def _start(self, request: Request, enquiry: Enquiry) -> Any:
        if enquiry.run and offering.has_expired(enquiry.run):
            raise Gone(offering.EXPIRED)
        return validated(StartSerializer, request)["start"]


class LeadHold(PublicView):
    """The start that is kept for a lead while it is about to book."""

    limits_a_minute: ClassVar[dict[str, int]] = {"POST": 30, "DELETE": 30}

    @call(
        "hold",
        "Keep a time for a while",
        {200: HoldSerializer},
        tag=TAG,
        errors=(404, 409, 410, *BODY, *ONCE, *PUBLIC),
        body=StartSerializer,
        parameters=(TOKEN, KEY),
        says="Nobody else is offered the start until `held_until`, five minutes from now. It takes the place of the "
        "start that was held before. Booking it, or another, ends the hold. Refused in this order: 404 and 410 for "
        "the link, 400 for the body, then 409 `not_bookable`, `slot_taken`.",
    )
    @answered_once
    def post(self, request: Request, token: str) -> Response:
        enquiry = access.enquiry_by_token(token)
        self.lead_id = enquiry.lead_id
        if enquiry.run and offering.has_expired(enquiry.run):
            raise Gone(offering.EXPIRED)
        start, now = validated(StartSerializer, request)["start"], timezone.now()
        holding.check_limits(enquiry, limits.client_address(request), now=now)
        return Response(HoldSerializer(holding.hold(enquiry, start, now=now)).data)

    @call(
        "let_go",
        "Let the kept time go",
        {204: OpenApiResponse(description="Nothing is kept any more.")},
        tag=TAG,
        errors=(404, 410, *PUBLIC),
        parameters=(TOKEN,),
        says="Twice is once.",
    )
    def delete(self, request: Request, token: str) -> Response:
        holding.let_go(access.enquiry_by_token(token))
        return Response(status=204)


def _language(request: Request) -> str:
    """The language the browser asks for first, such as de or pt-br."""
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return str(wanted[0][0])[:16] if wanted and wanted[0][0] != "*" else ""
