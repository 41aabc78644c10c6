"""All that is held about a person, to be given out: as plain JSON, and as text that can be read.

Links are counted, not shown: who held them could cancel meetings. Nothing else is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import Q

from bookings import erasing, remembering
from bookings.models import EnrichmentRow, IdempotentAnswer, Lead, Link, Message
from bookings.story import Names, actor_name, tell
from workflows import engine
from workflows.core import chain
from workflows.models import AuditEvent, Delivery, Evidence, Run, SinkRecord
from workflows.transactions import atomically

JSON, TEXT = "json", "text"
INDENT = "  "

Held = dict[str, Any]


@atomically
def give_out(lead: Lead, names: Names, *, kind: str, now: datetime, actor: str) -> Held:
    """Everything held about the lead; the trail of the newest run tells that it was given out, and to whom not."""
    newest = Run.objects.filter(lead=lead.pk).order_by("-pk").values_list("pk", flat=True).first()
    if newest is not None:
        engine.say(
            engine.lock(newest), "lead.exported", now=now, actor=actor, stage=None, data={"kind": kind}
        )
    return everything(lead, names)


def everything(lead: Lead, names: Names) -> Held:
    """What is held, by where it lies, as JSON. Read-only; about fifteen queries."""
    runs = list(Run.objects.filter(lead=lead.pk).values_list("pk", flat=True))
    bookings = list(lead.bookings.order_by("pk").values_list("pk", flat=True))
    held: Held = {
        "person": _person(lead),
        "enquiries": list(_enquiries(lead)),
        "meetings": list(_meetings(lead)),
        "mails": list(_mails(lead)),
        "told to other systems": list(_deliveries(lead)),
        "records in other systems": [
            {"system": row.sink.slug, "record": row.role, "id": row.external_id}
            for row in SinkRecord.objects.filter(lead=lead.pk).select_related("sink").order_by("pk")
        ],
        "what decisions were based on": list(_evidence(runs)),
        "what happened": list(_trail(lead, names)),
        **_looked_up(lead),
        "answers kept for a repeated request": list(
            IdempotentAnswer.objects.filter(lead=lead.pk).values_list("made_at", flat=True)
        ),
        "links that still work": Link.objects.filter(
            Q(purpose=Link.Purpose.RUN, ident__in=runs) | (~Q(purpose=Link.Purpose.RUN) & Q(ident__in=bookings))
        ).count(),
        "notes of the admin": list(_admin_log(lead, runs)),
    }  # fmt: skip
    plain: Held = chain.normalise(held)
    return plain


def _looked_up(lead: Lead) -> Held:
    """What lies under the address, which an erased person has no more."""
    rows = EnrichmentRow.objects.filter(key__iexact=lead.email).select_related("enrichment")
    kept = [] if lead.erased_at else remembering.kept_of(lead.email)
    return {
        "rows of look-up tables": [{"table": row.enrichment.slug, "facts": row.facts} for row in rows],
        "answers of look-ups kept for a while": [{"source": row.source, "facts": row.facts} for row in kept],
    }


def _person(lead: Lead) -> Held:
    return {
        "number": lead.pk,
        "name": lead.name,
        "e-mail": lead.email,
        "time zone": lead.time_zone,
        "language": lead.language,
        "first seen": lead.first_seen_at,
        "made by simulation": lead.is_synthetic,
        "tags": {row.tag: row.tagged_at for row in lead.tags.order_by("tag")},
    }


def _enquiries(lead: Lead) -> Iterator[Held]:
    rows = lead.enquiries.select_related("form", "run").order_by("pk")
    for row in rows.prefetch_related("form__questions"):
        labels = {question.name: question.label for question in row.form.questions.all()}
        yield {
            "form": row.form.name,
            "sent": row.submitted_at,
            "answers": {labels.get(name, name): value for name, value in row.answers.items()},
            "came by": row.utm,
            "looked up": row.enrichment,
            "from the CRM": row.crm,
            "time zone": row.time_zone,
            "had asked before": row.was_known,
            "stage": row.run.stage if row.run else None,
            "known on the way": _facts(row.run.carried) if row.run else {},
        }


def _facts(carried: Mapping[str, Any]) -> Held:
    """What a run carries, without the engine's own notes."""
    return {name: value for name, value in carried.items() if not name.startswith("_")}


def _meetings(lead: Lead) -> Iterator[Held]:
    rows = (
        lead.bookings.select_related("meeting_type", "rep", "pool").prefetch_related("signals").order_by("pk")
    )
    for row in rows:
        yield {
            "meeting": row.meeting_type.name,
            "start": row.start_at,
            "end": row.end_at,
            "time zone": row.time_zone,
            "rep": row.rep.name,
            "pool": row.pool.name,
            "state": row.get_status_display(),
            "outcome": row.outcome,
            "notes": row.outcome_notes,
            "reason of the cancellation": row.cancel_reason,
            "attendance": [
                {"party": each.get_party_display(), "signal": each.get_signal_display(), "source": each.source,
                 "at": each.at}
                for each in row.signals.all()
            ],
        }  # fmt: skip


def _mails(lead: Lead) -> Iterator[Held]:
    for row in Message.objects.filter(lead=lead.pk).order_by("pk"):
        yield {
            "to": " ".join(part for part in (row.to_name, row.to_address) if part),
            "kind": row.get_kind_display(),
            "subject": row.subject,
            "text": row.text,
            "to be written with": row.details,
            "state": row.get_state_display(),
            "at": row.settled_at or row.created_at,
            "message id": row.message_id,
        }


def _deliveries(lead: Lead) -> Iterator[Held]:
    rows = (
        Delivery.objects.filter(lead=lead.pk)
        .select_related("sink")
        .prefetch_related("attempts")
        .order_by("pk")
    )
    for row in rows:
        yield {
            "system": row.sink.slug,
            "fact": row.verb,
            "at": row.at,
            "state": row.get_state_display(),
            "sent": row.body,
            "answers": [f"{each.status} {each.answer}".strip() for each in row.attempts.all()],
        }


def _evidence(runs: list[int]) -> Iterator[Held]:
    rows = Evidence.objects.filter(run__in=runs).order_by("run", "sequence")
    for run, sequence, content in rows.values_list("run", "sequence", "content"):
        yield {"run": run, "event": sequence, "content": content}


def _trail(lead: Lead, names: Names) -> Iterator[Held]:
    for event in AuditEvent.objects.filter(lead=lead.pk).order_by("run", "sequence").iterator():
        by = actor_name(event.actor, names)
        yield {
            "run": event.run,
            "event": event.sequence,
            "at": event.at,
            "what": tell(event, names),
            "by": by,
        }


def _admin_log(lead: Lead, runs: list[int]) -> Iterator[Held]:
    about = erasing.notes_about(lead, runs, lead.email)
    for row in LogEntry.objects.filter(about).select_related("user").order_by("pk"):
        who = row.user.get_full_name() or row.user.get_username()
        yield {"at": row.action_time, "by": who, "about": row.object_repr, "note": row.get_change_message()}


def as_text(held: Mapping[str, Any]) -> str:
    """The same for reading: a heading for each place, names and values below it."""
    lines = ["All that is held about this person"]
    for title, part in held.items():
        lines += ["", title.capitalize(), "-" * len(title)]
        lines += list(_lines(part, 0)) or ["nothing"]
    return "\n".join(lines) + "\n"


def _lines(value: Any, depth: int) -> Iterator[str]:
    pad = INDENT * depth
    if isinstance(value, Mapping):
        for name, item in value.items():
            if isinstance(item, Mapping | list) and item:
                yield f"{pad}{name}:"
                yield from _lines(item, depth + 1)
            elif item not in ("", None, [], {}):
                yield from _paragraph(f"{pad}{name}: ", item)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            if place and isinstance(item, Mapping):
                yield ""
            yield from _lines(item, depth)
    else:
        yield from _paragraph(pad, value)


def _paragraph(start: str, value: Any) -> Iterator[str]:
    """A value beside its name; further lines of it are set in."""
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    first, *rest = text.splitlines() or [""]
    yield start + first
    indent = " " * (len(start) - len(start.lstrip()) + len(INDENT))
    yield from (indent + line for line in rest)
