"""The dialogs in which staff act on a booking; each says what follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from bookings import attendance, scheduling
from bookings.core import wording
from bookings.models import Booking
from bookings.refusals import Refusal
from routing.models import Rep
from workflows.admin.words import said

MOVE_DAYS = 14
DRAW = "draw"
ATTENDANCE = {
    "guest:attended": "The guest was there",
    "guest:no_show": "The guest did not come",
    "host:no_show": "The rep did not come",
}


class BookingDialog(BaseDialogForm):
    """A dialog about one booking, which it knows by the number in its address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        related = ("pool", "rep", "lead", "meeting_type", "enquiry__run")
        self.booking = Booking.objects.select_related(*related).get(pk=self.object_id)


def message_field() -> forms.CharField:
    return forms.CharField(
        label="Message to the guest",
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="A sentence that goes into the mail. It may be left empty.",
    )


class ReassignForm(BookingDialog):
    rep = forms.ChoiceField(
        label="Give it to",
        widget=UnfoldAdminSelectWidget(),
        help_text="Whoever is chosen must be free then. The old rep gets the turn back.",
    )
    message = message_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Rep.objects.taking_turns().exclude(pk=self.booking.rep_id)
        self.fields["rep"].choices = [
            (DRAW, f"Whose turn it is in {self.booking.pool}"),
            *((str(rep.pk), rep.name) for rep in others),
        ]

    @property
    def chosen(self) -> Rep | None:
        value = self.cleaned_data["rep"]
        return None if value == DRAW else Rep.objects.get(pk=int(value))


class MoveForm(BookingDialog):
    start = forms.ChoiceField(
        label="New time",
        widget=UnfoldAdminSelectWidget(),
        help_text="What is free within the next two weeks, on the guest's clock. The guest is told by mail.",
    )
    message = message_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.booking.time_zone
        self.fields["start"].choices = [
            (start.isoformat(), wording.moment(start, zone))
            for start in free_starts(self.booking, timezone.now())
        ] or [("", "No time is free within two weeks")]

    @property
    def chosen(self) -> datetime:
        return datetime.fromisoformat(self.cleaned_data["start"])


class CancelForm(BookingDialog):
    message = message_field()


class AttendanceForm(BookingDialog):
    seen = forms.ChoiceField(
        label="What happened",
        choices=list(ATTENDANCE.items()),
        widget=UnfoldAdminRadioSelectWidget(),
        help_text="It takes effect at once: a guest who did not come is offered a new time, if the workflow says so.",
    )


class OutcomeForm(BookingDialog):
    outcome = forms.ChoiceField(label="Outcome", widget=UnfoldAdminSelectWidget())
    notes = forms.CharField(
        label="Notes",
        required=False,
        max_length=5000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="For your colleagues; the guest never sees them.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = attendance.possible_outcomes if self.booking.outcome else attendance.outcomes_for
        self.fields["outcome"].choices = [(name, said(name)) for name in possible(self.booking)]


def free_starts(booking: Booking, now: datetime) -> list[datetime]:
    """Where the booking could move to within two weeks; nothing when it cannot be moved at all."""
    today = now.date()
    try:
        slots = scheduling.movable(booking, today, today + timedelta(days=MOVE_DAYS), now=now)
    except Refusal:
        return []
    return [slot.start for slot in slots]
