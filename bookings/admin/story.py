"""A lead's story: where it is or dropped and why, the way it took, and every step as a sentence with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from bookings import storytelling
from bookings.admin.enquiries import enquiry_details
from bookings.admin.names import load_names
from bookings.core import wording
from bookings.models import Booking, Enquiry, Lead, Message, Question
from bookings.story.answer import Answer, answer
from bookings.story.looks import KINDS
from bookings.storytelling import Moment, Telling
from routing.models import Pool
from workflows.admin import picture
from workflows.admin.base import change_url, list_url
from workflows.admin.words import said
from workflows.models import AuditEvent, Run, Timer

MOST_EVENTS = 2000
MOST_CHANGES = 100
ACTORS = {"guest": "The guest", "rep": "Reps", "staff": "Staff", "system": "Ordinus"}
GIVING_UP = ("offer_expires", "rebook_expires", "outcome_expires")


@dataclass(frozen=True)
class Chapter:
    """One enquiry's run, told."""

    run: Run
    heading: str
    answer: Answer
    moments: Sequence[Moment]
    answers: Any
    way_url: str
    url: str
    flow: str


@dataclass(frozen=True)
class Choice:
    """One way to filter the moments."""

    title: str
    url: str
    is_chosen: bool


def enquiries_of(lead: Lead) -> list[Enquiry]:
    """Those that began a run, the newest first."""
    return list(
        Enquiry.objects.filter(lead=lead.pk, run__isnull=False)
        .select_related("form", "run__version__workflow")
        .prefetch_related(Prefetch("form__questions", Question.objects.order_by()))
        .order_by("-submitted_at", "-pk")
    )


def context_of(request: HttpRequest, lead: Lead, enquiries: Sequence[Enquiry]) -> dict[str, Any]:
    """All that the page of a lead shows; about a dozen queries, however long the story."""
    now = timezone.now()
    events = list(AuditEvent.objects.filter(lead=lead.pk).order_by("run", "sequence")[:MOST_EVENTS])
    names = load_names(timezone.get_current_timezone_name())
    changes = _changes(events)
    telling = storytelling.read([*events, *changes], names)
    by, about = request.GET.get("by", ""), request.GET.get("about", "")
    chapters = _chapters(enquiries, telling, _limits(enquiries), changes, now)
    return {
        "lead": lead,
        "chapters": [_filtered(chapter, by, about) for chapter in chapters],
        "actors": _choices(ACTORS, "by", by, {"about": about}),
        "kinds": _choices(KINDS, "about", about, {"by": by}),
        "is_filtered": bool(by or about),
        "is_cut": len(events) == MOST_EVENTS,
        "told": as_text(lead, chapters),
        "meetings": _meetings(lead),
        "links": [
            ("Mails", list_url(Message, f"lead={lead.pk}")),
            ("Bookings", list_url(Booking, f"lead__id__exact={lead.pk}")),
            ("Audit events", list_url(AuditEvent, f"lead={lead.pk}")),
            *_tools(request, enquiries),
        ],
    }


def _tools(request: HttpRequest, enquiries: Sequence[Enquiry]) -> list[tuple[str, str]]:
    """Pages that explain the latest decision, asked as this lead would ask."""
    latest = enquiries[0] if enquiries else None
    if latest is None:
        return []
    found = []
    slug = (latest.run.carried if latest.run else {}).get("pool") or ""
    pool = Pool.objects.filter(slug=slug).order_by().values_list("pk", flat=True).first()
    if pool is not None and request.user.has_perm("routing.view_pool"):
        asked = {"pool": pool, **({"zone": latest.time_zone} if latest.time_zone else {})}
        found.append(("Why no slots?", f"{reverse('admin:why_no_slots')}?{urlencode(asked)}"))
    if request.user.has_perm("bookings.view_bookingform"):
        same = urlencode({"form": latest.form_id, "lead": latest.lead_id})
        found.append(("Route such a lead now", f"{reverse('admin:test_lead')}?{same}"))
    return found


def _meetings(lead: Lead) -> list[tuple[Booking, str]]:
    """Each meeting with what came of it, in words."""
    rows = lead.bookings.select_related("rep", "pool", "meeting_type").order_by("-start_at")
    return [(booking, said(booking.outcome)) for booking in rows]


def _chapters(
    enquiries: Iterable[Enquiry],
    telling: Telling,
    limits: Mapping[int, datetime],
    changes: Sequence[AuditEvent],
    now: datetime,
) -> list[Chapter]:
    """The newest enquiry first."""
    of_run = storytelling.by_run(telling.events)
    found = []
    for enquiry in enquiries:
        run = enquiry.run
        events = of_run.get(run.pk, []) if run else []
        if run is None:
            continue
        mattered = [change for change in changes if _mattered(change, events, run.finished_at)]
        told = answer(events, telling.names, around=telling.about, until=limits.get(run.pk), now=now)
        submitted = wording.day(enquiry.submitted_at, telling.names.zone, now)
        found.append(
            Chapter(
                run=run,
                heading=f"{enquiry.form.name}, {submitted}",
                answer=told,
                moments=telling.moments(_in_time(events, mattered), now),
                answers=enquiry_details(enquiry) if enquiry.answers else "",
                way_url=reverse("admin:bookings_lead_way", args=[enquiry.lead_id, run.pk]),
                url=change_url(run),
                flow=str(run.version),
            )
        )
    return found


def way_of(run: Run) -> SafeString:
    """The picture of the run's version with the way that was taken, and the stage it stands in."""
    left = AuditEvent.objects.filter(run=run.pk, verb="stage.left").order_by("sequence")
    ways = [
        (stage or "", str(data.get("outcome", "")), int(data.get("branch") or 0))
        for stage, data in left.values_list("stage", "data")
    ]
    return picture.draw(run.version, taken=ways, here=run.stage)


def _limits(enquiries: Iterable[Enquiry]) -> dict[int, datetime]:
    """When the stages that runs wait in give up."""
    waiting = {
        enquiry.run_id: enquiry.run.visit for enquiry in enquiries if enquiry.run and enquiry.run.is_under_way
    }
    if not waiting:
        return {}
    rows = Timer.objects.waiting().filter(run__in=waiting, purpose__in=GIVING_UP)
    return {
        run: due for run, visit, due in rows.values_list("run", "visit", "due_at") if waiting[run] == visit
    }


def objects_of(events: Iterable[AuditEvent]) -> set[str]:
    """What the decisions of these events rested on, as the trail of changes calls it."""
    found: set[str] = set()
    for event in events:
        data = event.data
        found |= {
            f"{kind}:{data[kind]}" for kind in ("form", "pool", "template", "sink", "rep") if data.get(kind)
        }
        found |= {f"rep:{each['rep']}" for each in data.get("candidates") or [] if each.get("rep")}
        found |= {f"pool:{each['pool']}" for each in data.get("tried") or [] if each.get("pool")}
    return found


def _changes(events: Sequence[AuditEvent]) -> list[AuditEvent]:
    """Changes of the configuration, while the lead was on its way, of what its decisions rested on."""
    if not events:
        return []
    since, until = min(event.at for event in events), max(event.at for event in events)
    rows = AuditEvent.objects.filter(
        verb="config.changed", at__range=(since, until), data__object__in=sorted(objects_of(events))
    )
    return list(rows.order_by("sequence")[:MOST_CHANGES])


def _mattered(change: AuditEvent, events: Sequence[AuditEvent], finished_at: datetime | None) -> bool:
    """Whether it came between two steps of this run and touched something a later step rested on."""
    if not events or change.at < events[0].at or (finished_at and change.at > finished_at):
        return False
    return change.data.get("object") in objects_of(event for event in events if event.at >= change.at)


def _in_time(events: Sequence[AuditEvent], changes: Sequence[AuditEvent]) -> list[AuditEvent]:
    """The run's events in their order, changes of the configuration before what came after them."""
    merged: list[AuditEvent] = []
    rest = sorted(changes, key=lambda change: (change.at, change.sequence))
    for event in events:
        while rest and rest[0].at <= event.at:
            merged.append(rest.pop(0))
        merged.append(event)
    return merged


def _filtered(chapter: Chapter, by: str, about: str) -> Chapter:
    kept = [moment for moment in chapter.moments if by in ("", moment.actor) and about in ("", moment.about)]
    return Chapter(**{**chapter.__dict__, "moments": kept})


def _choices(titles: Mapping[str, str], key: str, chosen: str, others: Mapping[str, str]) -> list[Choice]:
    kept = {name: value for name, value in others.items() if value}
    everything = Choice("All", f"?{urlencode(kept)}", not chosen)
    return [everything] + [
        Choice(title, f"?{urlencode({**kept, key: name})}", name == chosen) for name, title in titles.items()
    ]


def as_text(lead: Lead, chapters: Sequence[Chapter]) -> str:
    """The whole story to paste into a ticket: the answers first, then a line for each moment."""
    lines = [str(lead) if lead.erased_at or not lead.name else f"{lead.name}, {lead.email}"]
    for chapter in chapters:
        lines += ["", chapter.heading, str(chapter.answer), ""]
        lines += [f"{moment.exact}  {moment.sentence}" for moment in chapter.moments]
    return "\n".join(lines)
