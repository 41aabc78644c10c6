"""Letting go of personal data once a form's time is over: counted from the last step, done by the sweep's side.

The last step of an enquiry is the newest of: it was sent, its run entered a stage or ended, a meeting of it ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from bookings import erasing
from bookings.models import BookingForm, Enquiry, Lead
from workflows.transactions import atomically

MOST = 500
"""Leads looked at in one go, so that a first run over old data lets others work."""

SYSTEM = "system"


def let_go(now: datetime) -> int:
    """Personal data of enquiries whose time is over are gone; tells how many enquiries that were.

    A lead none of whose enquiries is kept any longer is erased whole, as on request. Each lead is one transaction.
    Simulations under way are left alone.
    """
    done = 0
    for lead in _leads_due(now):
        done += _let_go_of(lead, now)
    return done


def due(form: BookingForm, now: datetime) -> QuerySet[Enquiry]:
    """Enquiries of a form that are kept no longer, and are still there."""
    cutoff = now - timedelta(days=form.retain_days or 0)
    return (
        Enquiry.objects.filter(form=form, erased_at=None, submitted_at__lte=cutoff)
        .exclude(run__entered_at__gt=cutoff)
        .exclude(run__finished_at__gt=cutoff)
        .exclude(run__is_virtual=True)
        .exclude(bookings__end_at__gt=cutoff)
    )


def _leads_due(now: datetime) -> list[int]:
    found: dict[int, None] = {}
    for form in BookingForm.objects.filter(retain_days__isnull=False).order_by("pk"):
        found |= dict.fromkeys(due(form, now).order_by("submitted_at").values_list("lead", flat=True)[:MOST])
    return list(found)[:MOST]


@atomically
def _let_go_of(lead_id: int, now: datetime) -> int:
    lead = Lead.objects.get(pk=lead_id)
    enquiries = list(lead.enquiries.select_related("form").order_by("pk"))
    over = [enquiry for enquiry in enquiries if _is_over(enquiry, now)]
    if all(enquiry.erased_at or enquiry in over for enquiry in enquiries):
        erasing.erase(lead, now=now, actor=SYSTEM, why=erasing.RETENTION)
    else:
        _erase_each(over, now)
    return len(over)


def _is_over(enquiry: Enquiry, now: datetime) -> bool:
    return enquiry.form.retain_days is not None and due(enquiry.form, now).filter(pk=enquiry.pk).exists()


def _erase_each(enquiries: Iterable[Enquiry], now: datetime) -> None:
    for enquiry in enquiries:
        erasing.erase_enquiry(enquiry, now=now, actor=SYSTEM, why=erasing.RETENTION)
