"""Removing a person: nothing here tells any more who a lead was, and what was done stays on record.

The audit trail is not touched. It holds no personal data; what it was based on lies in evidence rows, which go.
Facts are only added, so every chain still verifies and every run still replays to what the database says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from bookings import remembering, reminding, scheduling
from bookings.models import (
    Booking,
    Enquiry,
    EnrichmentRow,
    IdempotentAnswer,
    Lead,
    Link,
    Message,
    RunProgress,
)
from routing import assigning
from routing.models import Pool
from workflows import delivering, engine, records
from workflows.changes import Change, announce_changes
from workflows.models import Delivery, DeliveryAttempt, Evidence, Run
from workflows.models.audit import CONFIGURATION_CHAIN
from workflows.signals import announce
from workflows.transactions import atomically

ERASED = "erased"
REQUEST, RETENTION = "request", "retention"
"""Why somebody was erased: asked for by a person, or because a form keeps nothing longer."""

IMPERSONAL = ("offset", "row", "former")
"""Details of messages that stay: which reminder it was, and when a former rep was to meet."""
UNSENT = (Message.State.WAITING, Message.State.SENDING, Message.State.DEAD)
CALLS_OFF = Q(state=Message.State.WAITING, audience=Message.Audience.REP, invite_method="CANCEL")
UNSETTLED = (Delivery.State.WAITING, Delivery.State.SENDING, Delivery.State.DEAD)


def placeholder(lead_id: int) -> str:
    """What stands in the place of an address; `.invalid` belongs to nobody (RFC 2606)."""
    return f"erased-{lead_id}@erased.invalid"


@atomically
def erase(lead: Lead, *, now: datetime, actor: str, why: str = REQUEST) -> dict[str, int]:
    """The person is gone from every table; returns how many rows of each kind were removed or emptied.

    Runs under way end where they stand. Meetings ahead are cancelled: the rep is told, without a name, and the
    guest gets no mail. What waits to be sent is taken back. Nothing can be undone afterwards, and the links in
    old mails lead nowhere. An erased lead is left as it is, with no counts. `why` is a code for the trail.
    """
    runs = _lock(lead)
    lead.refresh_from_db()
    if lead.erased_at is not None:
        return {}
    address = lead.email
    for run in runs:
        _take_back_deliveries(run, now, actor)
        _take_back_messages(run, now, actor)
        engine.close(run.pk, reason=ERASED, now=now, actor=actor)
    cancelled = _cancel_meetings(lead, now, actor)
    numbers = [run.pk for run in runs]
    _clear_admin_log(lead, numbers, address)
    total: Counter[str] = Counter()
    for run in runs:
        counts = _clear_run(run, now)
        counts["meetings_cancelled"] = cancelled[run.pk]
        engine.say(run, "lead.erased", now=now, actor=actor, data={**counts, "reason": why})
        total.update(counts)
    records.forget([lead.pk])
    _clear_lead(lead, numbers, now)
    _clear_configuration(address, now, actor)
    return dict(total)


@atomically
def erase_enquiry(enquiry: Enquiry, *, now: datetime, actor: str, why: str) -> None:
    """What the person said and was told in this one enquiry is gone; the lead and its other enquiries stay.

    A run under way ends where it stands. Meetings ahead are not looked for: there must be none.
    """
    runs = [run for run in _lock(enquiry.lead) if run.pk == enquiry.run_id]
    for run in runs:
        _take_back_deliveries(run, now, actor)
        _take_back_messages(run, now, actor)
        engine.close(run.pk, reason=ERASED, now=now, actor=actor)
        counts = _clear_run(run, now)
        engine.say(run, "lead.erased", now=now, actor=actor, data={**counts, "reason": why})
        _cut_links([run.pk], Booking.objects.filter(enquiry=enquiry).values("pk"))


def _lock(lead: Lead) -> list[Run]:
    """Everything that is going to change, locked in the order of the house; the runs by their ids."""
    of_lead = Run.objects.select_for_update().filter(lead=lead.pk).order_by("pk")
    list(of_lead)
    Lead.objects.select_for_update().get(pk=lead.pk)
    runs = list(of_lead)  # again: one may have begun before the lead was ours
    pools = Pool.objects.filter(
        Q(bookings__lead=lead.pk) | Q(slug__in=[run.carried.get("pool") for run in runs])
    )
    assigning.lock(*pools.distinct())
    return runs


def _take_back_deliveries(run: Run, now: datetime, actor: str) -> None:
    unsettled = Delivery.objects.filter(run=run.pk, state__in=UNSETTLED).order_by("pk")
    for number in unsettled.values_list("pk", flat=True):
        delivering.discard(number, now, actor, ERASED)


def _take_back_messages(run: Run, now: datetime, actor: str) -> None:
    """Unsent mail is withdrawn, one that was given up too; of reminders the trail says that they did not go.

    What calls a meeting off for a rep stays, to be written anew: it takes the person out of a calendar.
    """
    unsent = Message.objects.filter(run=run.pk, state__in=UNSENT).exclude(CALLS_OFF)
    for message in unsent.filter(kind=Message.Kind.REMINDER).order_by("pk"):
        data = {**reminding.facts_of_mail(message), "reason": ERASED}
        engine.say(run, "reminder.skipped", now=now, actor=actor, booking=message.booking_id, data=data)
    _withdraw(unsent, now)


def _withdraw(messages: QuerySet[Message], now: datetime) -> None:
    messages.update(state=Message.State.WITHDRAWN, reason=ERASED, settled_at=now, lease_until=None)


def _cancel_meetings(lead: Lead, now: datetime, actor: str) -> Counter[int]:
    """Meetings ahead by their run; of the mails about it only those to reps are left."""
    cancelled: Counter[int] = Counter()
    upcoming = Booking.objects.upcoming(now).filter(lead=lead).select_related("enquiry").order_by("pk")
    for booking in upcoming:
        scheduling.cancel(booking, now=now, actor=actor)
        cancelled[booking.run_id] += 1
    _withdraw(Message.objects.filter(lead=lead.pk, audience=Message.Audience.GUEST, state__in=UNSENT), now)
    return cancelled


def _clear_run(run: Run, now: datetime) -> Counter[str]:
    """What one run holds of the person, emptied; how many rows that were."""
    deliveries = Delivery.objects.filter(run=run.pk)
    DeliveryAttempt.objects.filter(delivery__in=deliveries).update(answer="")
    empty: dict[str, object] = {
        "answers": {},
        "utm": {},
        "enrichment": {},
        "crm": {},
        "time_zone": "",
        "erased_at": now,
    }
    return Counter(
        enquiries=Enquiry.objects.filter(run=run.pk).update(**empty),
        bookings=Booking.objects.filter(enquiry__run=run.pk).update(
            cancel_reason="", outcome_notes="", time_zone=""
        ),
        messages=_clear_messages(run),
        deliveries=deliveries.update(body=None),
        evidence=Evidence.objects.filter(run=run.pk).delete()[0],
    )


def _clear_messages(run: Run) -> int:
    """Mails without their words; those that still wait are for reps, and written from what is left."""
    messages = Message.objects.filter(run=run.pk)
    for message in messages.exclude(details={}):
        message.details = {name: message.details[name] for name in IMPERSONAL if name in message.details}
        message.save(update_fields=["details"])
    messages.filter(state=Message.State.WAITING).update(rendered_at=None)
    messages.exclude(state=Message.State.WAITING).update(to_address="", to_name="")
    return messages.update(subject="", text="", html="", invite="")


def _clear_lead(lead: Lead, runs: Iterable[int], now: datetime) -> None:
    """The lead without a person, kept as a number that enquiries, bookings and the trail refer to."""
    bookings = Booking.objects.filter(lead=lead).values("pk")
    _cut_links(runs, bookings)
    IdempotentAnswer.objects.filter(lead=lead.pk).delete()
    remembering.forget(lead.email)
    lead.email, lead.name, lead.time_zone, lead.language = placeholder(lead.pk), "", "", ""
    lead.erased_at = now
    lead.save()


def _cut_links(runs: Iterable[int], bookings: Any) -> None:
    """What was mailed leads nowhere, and reports no longer know where the person came from."""
    runs = list(runs)
    Link.objects.filter(purpose=Link.Purpose.RUN, ident__in=runs).delete()
    Link.objects.exclude(purpose=Link.Purpose.RUN).filter(ident__in=bookings).delete()
    RunProgress.objects.filter(pk__in=runs).update(source="")


def notes_about(lead: Lead, runs: Iterable[int], address: str) -> Q:
    """Which rows of the admin's log are about the person, or name the address."""
    rows: dict[type[Model], Iterable[int]] = {
        Lead: [lead.pk],
        Run: runs,
        Enquiry: lead.enquiries.values_list("pk", flat=True),
        Booking: lead.bookings.values_list("pk", flat=True),
        Message: Message.objects.filter(lead=lead.pk).values_list("pk", flat=True),
        Delivery: Delivery.objects.filter(lead=lead.pk).values_list("pk", flat=True),
    }
    about = Q(object_repr__icontains=address) | Q(change_message__icontains=address)
    for model, numbers in rows.items():
        of_model = ContentType.objects.get_for_model(model)
        about |= Q(content_type=of_model, object_id__in=[str(number) for number in numbers])
    return about


def _clear_admin_log(lead: Lead, runs: list[int], address: str) -> None:
    """What the admin noted about the person's rows keeps its date and author; so does what names the address."""
    LogEntry.objects.filter(notes_about(lead, runs, address)).update(object_repr=ERASED, change_message="")


def _clear_configuration(address: str, now: datetime, actor: str) -> None:
    """Rows of look-up tables that are filed under the address, and what the trail of changes kept of them."""
    for row in EnrichmentRow.objects.filter(key__iexact=address).select_related("enrichment"):
        rows = row.enrichment.rows.count()
        row.delete()
        change = Change("rows", rows, rows - 1)
        announce_changes(f"enrichment:{row.enrichment.slug}", [change], actor=actor, at=now)
    changed = Evidence.objects.filter(run=CONFIGURATION_CHAIN).annotate(text=Cast("content", TextField()))
    named = changed.filter(text__icontains=address).order_by("sequence")
    sequences = list(named.values_list("sequence", flat=True))
    if sequences:
        changed.filter(sequence__in=sequences).delete()
        data = {"sequences": sequences}
        announce("evidence.erased", run=CONFIGURATION_CHAIN, at=now, actor=actor, data=data)
