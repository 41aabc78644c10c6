"""One booking: by the token of its link for the guest, by its id for staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from bookings import access, limits, reconfirming, scheduling
from bookings.api import permissions, queries
from bookings.api.base import PublicView
from bookings.api.bodies import sent, validated
from bookings.api.idempotency import answered_once, seal
from bookings.api.permissions import CHANGE_BOOKINGS, SEE_BOOKINGS, Rights
from bookings.api.schema import BODY, BOOKING, DATES, KEY, ONCE, PUBLIC, call
from bookings.api.serializers.bookings import (
    BookingSerializer,
    CancelSerializer,
    ReconfirmSerializer,
    RescheduleSerializer,
    RestoreSerializer,
    SlotsSerializer,
    StaffBookingSerializer,
)
from bookings.models import Booking

TAG = "For guests and staff"
MOVES_AN_HOUR = 20
SHOWN = PolymorphicProxySerializer(
    component_name="BookingForCaller",
    serializers=[BookingSerializer, StaffBookingSerializer],
    resource_type_field_name=None,
)
FOUND = (403, 404, 410, *PUBLIC)


class BookingView(PublicView):
    """A call about one booking. With a token it is public; with an id it needs the view's right."""

    rights: ClassVar[dict[str, str]] = {"GET": SEE_BOOKINGS, "POST": CHANGE_BOOKINGS}
    open_to_reps: ClassVar[bool] = False

    @property
    def is_public(self) -> bool:
        return not self.kwargs.get("booking", "").isdigit()

    def get_authenticators(self) -> list[BaseAuthentication]:
        """With a token no session counts, so no other site can use one; the API's description names both."""
        by_session = [] if self.is_public and self.kwargs else [SessionAuthentication()]
        return [*super().get_authenticators(), *by_session]

    def get_permissions(self) -> Sequence[Any]:
        return super().get_permissions() if self.is_public else [Rights()]

    @property
    def actor(self) -> str:
        return "lead" if self.is_public else permissions.actor_of(self.request.user)

    def find(self) -> Booking:
        """The booking meant. Raises NotFound, Gone."""
        ref = self.kwargs["booking"]
        if self.is_public:
            booking = access.booking_by_token(ref)
        else:
            booking = permissions.booking_for(self.request.user, int(ref), self.rights[self._method])
        self.lead_id = booking.lead_id
        return booking

    def show(self, booking: Booking) -> Response:
        kind = BookingSerializer if self.is_public else StaffBookingSerializer
        return Response(kind(booking).data)

    def message(self, body: dict[str, Any]) -> str:
        """Words to the guest, which only staff have."""
        return "" if self.is_public else body.get("message", "")

    @property
    def _method(self) -> str:
        return "POST" if self.request.method == "POST" else "GET"


class BookingDetail(BookingView):
    open_to_reps = True

    @call(
        "get_booking", "See a booking", {200: SHOWN}, tag=TAG, errors=FOUND, parameters=(BOOKING,)
    )  # fmt: skip
    def get(self, request: Request, booking: str) -> Response:
        return self.show(self.find())


class BookingSlots(BookingView):
    open_to_reps = True

    @call(
        "list_moves",
        "See where a booking could move to",
        {200: SlotsSerializer},
        tag=TAG,
        errors=(400, 409, *FOUND),
        parameters=(BOOKING, *DATES),
        says="What routing would offer now; it changes nothing. 409 `too_late` after the start, `not_bookable` for a "
        "cancelled meeting.",
    )
    def get(self, request: Request, booking: str) -> Response:
        held, now = self.find(), timezone.now()
        zone = held.time_zone or "UTC"
        first, last = queries.dates(request.query_params, zone, now)
        slots = scheduling.movable(held, first, last, now=now)
        return Response(SlotsSerializer({"time_zone": zone, "slots": slots}).data)


class BookingReschedule(BookingView):
    @call(
        "reschedule",
        "Move a booking",
        {200: SHOWN},
        tag=TAG,
        errors=(409, *FOUND, *BODY, *ONCE),
        body=RescheduleSerializer,
        parameters=(BOOKING, KEY),
        says="The booking keeps its id, invite and link. 409 `slot_taken`, `too_late` or `not_bookable`: nothing has "
        "changed then.",
    )
    @answered_once
    def post(self, request: Request, booking: str) -> Response:
        held, now = self.find(), timezone.now()
        if self.is_public:
            limits.check(f"move:{held.pk}", limit=MOVES_AN_HOUR, per_seconds=limits.HOUR, now=now)
        body = validated(RescheduleSerializer, request)
        moved = scheduling.move(
            held,
            body["start"],
            now=now,
            actor=self.actor,
            message=self.message(body),
            seal=seal(self, self.show),
        )
        return self.show(moved)


class BookingCancel(BookingView):
    @call(
        "cancel",
        "Cancel a booking",
        {200: SHOWN},
        tag=TAG,
        errors=(409, *FOUND, *BODY, *ONCE),
        body=CancelSerializer,
        parameters=(BOOKING, KEY),
        says="Cancelling again changes nothing. 409 `too_late` after the start.",
    )
    @answered_once
    def post(self, request: Request, booking: str) -> Response:
        held, now = self.find(), timezone.now()
        body = validated(CancelSerializer, request)
        reason = body.get("reason", "")
        return self.show(
            scheduling.cancel(held, reason=reason, now=now, actor=self.actor, message=self.message(body))
        )


class BookingRestore(BookingView):
    @call(
        "restore",
        "Take a cancellation back",
        {200: SHOWN},
        tag=TAG,
        errors=(409, *FOUND, *BODY, *ONCE),
        body=RestoreSerializer,
        parameters=(BOOKING, KEY),
        says="Within ten minutes, while nobody has acted since and the time is free. 409 `too_late`, `slot_taken` or "
        "`not_bookable` otherwise.",
    )
    @answered_once
    def post(self, request: Request, booking: str) -> Response:
        sent(request)
        kept = seal(self, self.show)
        return self.show(scheduling.restore(self.find(), now=timezone.now(), actor=self.actor, seal=kept))


class BookingReconfirm(BookingView):
    @call(
        "reconfirm",
        "Say yes once more",
        {200: SHOWN},
        tag=TAG,
        errors=(409, *FOUND, *BODY, *ONCE),
        body=ReconfirmSerializer,
        parameters=(BOOKING, KEY),
        says="The guest will be there at the present time; again changes nothing, and a move asks anew. 409 `too_late` "
        "after the start, `not_bookable` for a meeting that is off.",
    )
    @answered_once
    def post(self, request: Request, booking: str) -> Response:
        sent(request)
        return self.show(reconfirming.reconfirm(self.find(), now=timezone.now(), actor=self.actor))
