"""The facts about a lead and its run, by their dotted names; the one place that knows where each lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bookings.core.answers import normalise_email
from bookings.core.domains import is_disposable_mail, is_free_mail
from bookings.models import Booking, BookingForm, Enquiry, Lead, LeadTag, Question
from routing.models import Rep
from workflows.core import chain
from workflows.core.replay import RunState
from workflows.models import Delivery, Run, Workflow


def of_run(run: Run) -> dict[str, Any]:
    """The facts of an enquiry's run, before what the run itself carries."""
    enquiry = Enquiry.objects.select_related("lead", "form").filter(run=run.pk).first()
    return of_enquiry(enquiry) if enquiry else {}


def of_enquiry(enquiry: Enquiry) -> dict[str, Any]:
    lead = enquiry.lead
    address = "" if lead.erased_at else lead.email  # what stands in its place is nobody's
    tags = list(LeadTag.objects.filter(lead=lead.pk).values_list("tag", flat=True))
    return {
        **_named("answers", enquiry.answers),
        **_named("enrichment", enquiry.enrichment),
        **_named("crm", enquiry.crm),
        **_named("utm", enquiry.utm),
        **_of_address(address),
        "form": enquiry.form.slug,
        "lead.name": lead.name or None,
        "lead.time_zone": enquiry.time_zone or lead.time_zone or None,
        "lead.language": lead.language or None,
        "lead.tags": tags,
        "lead.seen_before": enquiry.was_known,
    }


def asked_in(workflow: Workflow) -> set[str] | None:
    """The answers that forms in use of the workflow ask for; None where no form starts it."""
    forms = BookingForm.objects.filter(workflow=workflow, retired_at=None)
    if not forms.exists():
        return None
    return {
        f"answers.{name}" for name in Question.objects.filter(form__in=forms).values_list("name", flat=True)
    }


def of_delivery(delivery: Delivery) -> dict[str, Any]:
    """The facts about the booking that a delivery tells of; none for one without."""
    if not delivery.booking:
        return {}
    booking = Booking.objects.select_related("meeting_type", "rep").filter(pk=delivery.booking).first()
    if booking is None:
        return {}
    return {
        "booking.meeting": booking.meeting_type.name,
        "booking.start": chain.instant_text(booking.start_at),
        "booking.end": chain.instant_text(booking.end_at),
        "booking.status": booking.status,
        "booking.outcome": booking.outcome or None,
        "rep.email": booking.rep.email,
        "rep.name": booking.rep.name,
    }


def of_past(state: RunState, number: int | None) -> dict[str, Any]:
    """The facts about a booking as its run's events told them at some time."""
    told = state.bookings.get(number or 0)
    if told is None:
        return {}
    rep = Rep.objects.filter(pk=told.rep).first()
    return {
        "booking.start": told.start,
        "booking.end": told.end,
        "booking.status": told.status,
        "booking.outcome": told.outcome or None,
        **({"rep.email": rep.email, "rep.name": rep.name} if rep else {}),
    }


def of_submission(
    form: BookingForm, values: Mapping[str, Any], utm: Mapping[str, str], time_zone: str, language: str
) -> dict[str, Any]:
    """The facts of answers that have not been written yet, as they will be once they are."""
    address = normalise_email(str(values["email"])) if values.get("email") else ""
    lead = Lead.objects.filter(email=address).first() if address else None
    tags = list(LeadTag.objects.filter(lead=lead).values_list("tag", flat=True)) if lead else []
    return {
        **_named("answers", values),
        **_named("utm", utm),
        **_of_address(address),
        "form": form.slug,
        "lead.name": values.get("name") or (lead.name if lead else None) or None,
        "lead.time_zone": time_zone or (lead.time_zone if lead else None) or None,
        "lead.language": values.get("language") or language or (lead.language if lead else None) or None,
        "lead.tags": tags,
        "lead.seen_before": lead is not None,
    }


def _of_address(address: str) -> dict[str, Any]:
    domain = address.rpartition("@")[2]
    return {
        "lead.email": address or None,
        "lead.email_domain": domain or None,
        "lead.free_email": is_free_mail(domain),
        "lead.disposable_email": is_disposable_mail(domain),
    }


def _named(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{prefix}.{name}": value for name, value in values.items()}
