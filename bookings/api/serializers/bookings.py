"""Bookings, free times, and what is sent to change them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from bookings import access
from bookings.api.fields import InstantField, TextField, WordField
from bookings.models import AttendanceSignal, Booking

LONGEST_REASON = 2000


class SlotSerializer(serializers.Serializer):
    start = InstantField()
    end = InstantField()


class SlotsSerializer(serializers.Serializer):
    time_zone = serializers.CharField(help_text="The guest's, on whose clock the times lie.")
    slots = SlotSerializer(many=True)


class BookingRepSerializer(serializers.Serializer):
    name = serializers.CharField()
    email = serializers.CharField()


class BookingSerializer(serializers.Serializer):
    """A booking as its guest sees it."""

    booking = serializers.IntegerField(source="pk", read_only=True)
    token = serializers.SerializerMethodField()
    start = InstantField(source="start_at", read_only=True)
    end = InstantField(source="end_at", read_only=True)
    status = serializers.ChoiceField(Booking.Status.choices, read_only=True)
    rep = BookingRepSerializer(read_only=True)
    manage_url = serializers.SerializerMethodField()
    ics_url = serializers.SerializerMethodField()

    def to_representation(self, booking: Booking) -> Any:
        self._token = access.manage_token(booking, timezone.now())
        return super().to_representation(booking)

    def get_token(self, booking: Booking) -> str:
        return self._token

    def get_manage_url(self, booking: Booking) -> str:
        return access.url(f"/m/{self._token}/")

    def get_ics_url(self, booking: Booking) -> str:
        return access.url(f"/m/{self._token}/invite.ics")


class StaffBookingSerializer(serializers.Serializer):
    """A booking as staff see it. It holds no token: that would let those change it who may only look."""

    id = serializers.IntegerField(source="pk", read_only=True)
    booking = serializers.IntegerField(
        source="pk", read_only=True, help_text="The id, as guests' answers name it."
    )
    lead = serializers.IntegerField(source="lead_id", read_only=True)
    run = serializers.IntegerField(source="enquiry.run_id", read_only=True, allow_null=True)
    pool = serializers.CharField(source="pool.slug", read_only=True)
    meeting_type = serializers.CharField(source="meeting_type.slug", read_only=True)
    rep = BookingRepSerializer(read_only=True)
    start = InstantField(source="start_at", read_only=True)
    end = InstantField(source="end_at", read_only=True)
    time_zone = serializers.CharField(read_only=True, help_text="The guest's.")
    status = serializers.ChoiceField(Booking.Status.choices, read_only=True)
    revision = serializers.IntegerField(read_only=True)
    outcome = serializers.SerializerMethodField()
    outcome_notes = serializers.CharField(read_only=True)
    outcome_at = InstantField(read_only=True, allow_null=True)
    cancel_reason = serializers.CharField(read_only=True)
    cancelled_at = InstantField(read_only=True, allow_null=True)
    made_at = InstantField(read_only=True)

    def get_outcome(self, booking: Booking) -> str | None:
        return booking.outcome or None


class StartSerializer(serializers.Serializer):
    start = InstantField(help_text="One of the starts that are offered.")


class HoldSerializer(SlotSerializer):
    """A start that is kept, and until when."""

    held_until = InstantField(source="until")


class RescheduleSerializer(StartSerializer):
    message = TextField(
        required=False, allow_blank=True, max_length=LONGEST_REASON, help_text="For the guest; of staff only."
    )


class CancelSerializer(serializers.Serializer):
    reason = TextField(required=False, allow_blank=True, max_length=LONGEST_REASON)
    message = TextField(
        required=False, allow_blank=True, max_length=LONGEST_REASON, help_text="For the guest; of staff only."
    )


class RestoreSerializer(serializers.Serializer):
    """Nothing has to be said."""


class ReconfirmSerializer(serializers.Serializer):
    """Nothing has to be said."""


class ReassignSerializer(serializers.Serializer):
    rep = TextField(help_text="A rep's e-mail address, or `draw` for whose turn it is.")
    message = TextField(
        required=False, allow_blank=True, max_length=LONGEST_REASON, help_text="For the guest."
    )


class AttendanceSerializer(serializers.Serializer):
    signal = WordField(AttendanceSignal.Signal.choices)
    party = WordField(AttendanceSignal.Party.choices, default=AttendanceSignal.Party.GUEST.value)
    source = TextField(default="api", max_length=40)  # type: ignore[assignment]
    at = InstantField(required=False, help_text="When it happened; by default now.")


class OutcomeSerializer(serializers.Serializer):
    outcome = TextField(max_length=64, help_text="One of the handoff's outcomes.")
    notes = TextField(required=False, allow_blank=True, max_length=5000)
