"""What staff can do with a booking. Each goes through the same shell as a guest's press, and may be refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.enums import ActionVariant

from bookings import attendance, reassigning, scheduling
from bookings.admin.booking_forms import (
    AttendanceForm,
    BookingDialog,
    CancelForm,
    MoveForm,
    OutcomeForm,
    ReassignForm,
)
from bookings.models import Booking
from bookings.refusals import Refusal
from workflows.admin.announcing import actor_of
from workflows.admin.base import ReadOnly, change_url, leave_dialog
from workflows.admin.words import said

SOURCE = "staff"


class BookingActions(ReadOnly):
    """The buttons of a booking's page: what can be done in its present state, dangerous things in red."""

    actions_detail = (
        "move", "reassign", "mark_attendance", "mark_outcome", "correct_outcome", "withdraw_outcome", "restore",
        "cancel",
    )  # fmt: skip

    def has_move_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, lambda booking: _is_ahead(booking))

    has_reassign_permission = has_move_permission
    has_cancel_permission = has_move_permission

    def has_restore_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, lambda booking: booking.status == Booking.Status.CANCELLED)

    def has_mark_attendance_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        def has_begun(booking: Booking) -> bool:
            return booking.status != Booking.Status.CANCELLED and booking.start_at <= timezone.now()

        return self._may(request, object_id, has_begun)

    def has_mark_outcome_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(
            request, object_id, lambda booking: not booking.outcome and attendance.outcomes_for(booking)
        )

    def has_correct_outcome_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, lambda booking: bool(booking.outcome))

    def has_withdraw_outcome_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, lambda booking: bool(booking.outcome))

    def _may(self, request: HttpRequest, object_id: Any, fits: Callable[[Booking], Any]) -> bool:
        if not self.may_act(request):
            return False
        booking = Booking.objects.select_related("enquiry__run").filter(pk=object_id).first()
        return booking is not None and bool(fits(booking))

    def _do(
        self, request: HttpRequest, booking: Booking, done: str, step: Callable[..., Any]
    ) -> HttpResponse:
        """One step by staff: what it refuses is told in its own sentence, and then nothing was changed."""
        try:
            step(now=timezone.now(), actor=actor_of(request))
        except Refusal as refusal:
            messages.error(request, f"Nothing was changed. {refusal.detail}")
        else:
            messages.success(request, done)
        return leave_dialog(request, change_url(booking))

    @action(
        description="Move…",
        permissions=["move"],
        icon="event_repeat",
        dialog={
            "title": "Move the meeting",
            "description": "The guest keeps the same invite and link; reminders follow the new time.",
            "form_class": MoveForm,
            "form_submit_text": "Move it",
        },
    )
    def move(self, request: HttpRequest, form: MoveForm, object_id: Any) -> HttpResponse:
        def step(**by: Any) -> None:
            scheduling.move(form.booking, form.chosen, message=form.cleaned_data["message"], **by)

        return self._do(request, form.booking, "The meeting is moved. Guest and rep are told.", step)

    @action(
        description="Give to another rep…",
        permissions=["reassign"],
        icon="swap_horiz",
        dialog={
            "title": "Give the meeting to another rep",
            "description": "The time stays. Guest, old rep and new rep are told.",
            "form_class": ReassignForm,
            "form_submit_text": "Give it",
        },
    )
    def reassign(self, request: HttpRequest, form: ReassignForm, object_id: Any) -> HttpResponse:
        def step(**by: Any) -> None:
            reassigning.reassign(form.booking, form.chosen, message=form.cleaned_data["message"], **by)

        return self._do(request, form.booking, "The meeting has another rep. Everybody is told.", step)

    @action(
        description="Who came…",
        permissions=["mark_attendance"],
        icon="how_to_reg",
        dialog={
            "title": "Say who came",
            "description": "",
            "form_class": AttendanceForm,
            "form_submit_text": "Record it",
        },
    )
    def mark_attendance(self, request: HttpRequest, form: AttendanceForm, object_id: Any) -> HttpResponse:
        party, signal = form.cleaned_data["seen"].split(":")

        def step(now: Any, actor: str) -> None:
            attendance.record(
                form.booking, signal=signal, party=party, source=SOURCE, at=now, now=now, actor=actor
            )

        return self._do(request, form.booking, "It is recorded.", step)

    @action(
        description="Mark the outcome…",
        permissions=["mark_outcome"],
        icon="flag",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": "Mark the outcome",
            "description": "The lead goes on as the workflow says for it.",
            "form_class": OutcomeForm,
            "form_submit_text": "Mark it",
        },
    )
    def mark_outcome(self, request: HttpRequest, form: OutcomeForm, object_id: Any) -> HttpResponse:
        outcome, notes = form.cleaned_data["outcome"], form.cleaned_data["notes"]

        def step(**by: Any) -> None:
            attendance.record_outcome(form.booking, outcome, notes=notes, **by)

        return self._do(request, form.booking, f"Marked as “{said(outcome).lower()}”.", step)

    @action(
        description="Correct the outcome…",
        permissions=["correct_outcome"],
        icon="edit",
        dialog={
            "title": "Correct the outcome",
            "description": "Your other systems are told. The lead stays where it is.",
            "form_class": OutcomeForm,
            "form_submit_text": "Correct it",
        },
    )
    def correct_outcome(self, request: HttpRequest, form: OutcomeForm, object_id: Any) -> HttpResponse:
        outcome, notes = form.cleaned_data["outcome"], form.cleaned_data["notes"]

        def step(**by: Any) -> None:
            attendance.correct_outcome(form.booking, outcome, notes=notes, **by)

        return self._do(request, form.booking, f"Corrected to “{said(outcome).lower()}”.", step)

    @action(
        description="Take the outcome back…",
        permissions=["withdraw_outcome"],
        icon="undo",
        dialog={
            "title": "Take the outcome back?",
            "description": "Possible for ten minutes, while nobody has acted on it: the lead returns to where it was.",
            "form_class": BookingDialog,
            "form_submit_text": "Take it back",
        },
    )
    def withdraw_outcome(self, request: HttpRequest, form: BookingDialog, object_id: Any) -> HttpResponse:
        def step(**by: Any) -> None:
            attendance.withdraw_outcome(form.booking, **by)

        return self._do(request, form.booking, "The outcome is taken back.", step)

    @action(
        description="Take the cancellation back…",
        permissions=["restore"],
        icon="restore",
        dialog={
            "title": "Take the cancellation back?",
            "description": "Possible for ten minutes, while the time is still free.",
            "form_class": BookingDialog,
            "form_submit_text": "Take it back",
        },
    )
    def restore(self, request: HttpRequest, form: BookingDialog, object_id: Any) -> HttpResponse:
        def step(**by: Any) -> None:
            scheduling.restore(form.booking, **by)

        return self._do(request, form.booking, "The meeting stands again.", step)

    @action(
        description="Cancel…",
        permissions=["cancel"],
        icon="event_busy",
        variant=ActionVariant.DANGER,
        dialog={
            "title": "Cancel the meeting?",
            "description": "Guest and rep are told, the time is free for others, and reminders are withdrawn.",
            "form_class": CancelForm,
            "form_submit_text": "Cancel the meeting",
        },
    )
    def cancel(self, request: HttpRequest, form: CancelForm, object_id: Any) -> HttpResponse:
        def step(**by: Any) -> None:
            scheduling.cancel(form.booking, message=form.cleaned_data["message"], **by)

        return self._do(request, form.booking, "The meeting is cancelled. Guest and rep are told.", step)


def _is_ahead(booking: Booking) -> bool:
    return booking.status == Booking.Status.CONFIRMED and booking.start_at > timezone.now()
