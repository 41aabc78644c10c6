"""What of the set-up is done, read off the data itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from bookings.models import BookingForm, Lead
from routing.models import Membership, Pool, Rep, WorkingHours
from workflows.admin.base import list_url
from workflows.models import Workflow


@dataclass(frozen=True)
class SetUpStep:
    """One step: whether it is done, what to do, and where."""

    number: int
    title: str
    is_done: bool
    text: str
    state: str
    url: str
    link_text: str
    opens_page: bool = False


def steps() -> list[SetUpStep]:
    """The five steps in order. A step is done when the data says so, however it got there."""
    return [_reps(), _pool(), _form(), _workflow(), _test_lead()]


def _reps() -> SetUpStep:
    active = Rep.objects.filter(is_active=True)
    working = active.filter(pk__in=WorkingHours.objects.values("rep")).count()
    return SetUpStep(
        1,
        "Add your reps",
        working > 0,
        "Upload a table with name, e-mail and time zone. Without hours, reps work Monday to Friday, 9 to 17.",
        f"{working} active with working hours" if working else "Nobody yet",
        list_url(Rep),
        "See the reps",
    )


def _pool() -> SetUpStep:
    members = Membership.objects.taking_turns().filter(pool__retired_at__isnull=True)
    ready = Pool.objects.filter(retired_at__isnull=True, pk__in=members.values("pool"))
    count = ready.count()
    return SetUpStep(
        2,
        "Put them in a pool",
        count > 0,
        "A pool shares meetings out by weight. One for everybody is enough to begin with; it books a meeting type.",
        f"{count} with members" if count else "No pool has members yet",
        list_url(Pool),
        "Open the pools",
    )


def _form() -> SetUpStep:
    forms = BookingForm.objects.filter(retired_at__isnull=True, questions__type="email").distinct()
    count = forms.count()
    return SetUpStep(
        3,
        "Make a form",
        count > 0,
        "What visitors are asked. It needs a question for the e-mail address, and names the workflow it starts.",
        f"{count} ready" if count else "None yet",
        list_url(BookingForm),
        "Open the forms",
    )


def _workflow() -> SetUpStep:
    published = Workflow.objects.filter(retired_at__isnull=True, published__isnull=False).count()
    return SetUpStep(
        4,
        "Publish a workflow",
        published > 0,
        "The way of a lead: qualification, routing, offer, meeting, outcome. Problems are told beside each stage.",
        f"{published} published" if published else "None is published yet",
        list_url(Workflow),
        "Open the workflows",
    )


def _test_lead() -> SetUpStep:
    is_done = Lead.objects.filter(is_synthetic=False, erased_at__isnull=True).exists()
    open_forms = BookingForm.objects.filter(retired_at__isnull=True, workflow__published__isnull=False)
    form = open_forms.order_by("pk").first()
    return SetUpStep(
        5,
        "Send yourself through it",
        is_done,
        "Fill in your own form as a visitor would, and book a time. The mails are in the message log.",
        "The first lead is there" if is_done else "Nobody has come through yet",
        f"/book/{form.slug}/" if form else reverse("admin:bookings_bookingform_changelist"),
        "Open the booking page" if form else "Open the forms",
        opens_page=form is not None,
    )
