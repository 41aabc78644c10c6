"""“Route a test lead”: the questions of a form, answered, and the whole decision told. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from bookings import trying
from bookings.admin.names import load_names
from bookings.core import wording
from bookings.models import BookingForm, Enquiry, MessageTemplate, Question
from bookings.refusals import Invalid
from bookings.story import Names, icon_of, tell, tone_of
from bookings.story.evidence import Block, Kept, behind
from bookings.trying import Said, Trial
from routing.admin.fields import TimeZoneField
from workflows.admin.base import change_url
from workflows.admin.conditions import group_words
from workflows.admin.words import counted, said
from workflows.core import durations

PREFIX = "answer-"
UNKNOWN = "—"


class TestLeadForm(forms.Form):
    """The form's own questions; what they ask of an answer is checked as for a guest."""

    __test__ = False
    zone = TimeZoneField(label="Time zone", help_text="Of the guest's clock.")

    def __init__(self, booking_form: BookingForm, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(booking_form.questions.all())
        asked = {PREFIX + question.name: _field(question) for question in self.questions}
        self.fields = {**asked, "zone": self.fields["zone"]}

    @property
    def answers(self) -> dict[str, Any]:
        """As a guest's page would send them; what is left empty is left out."""
        given = {question.name: self.cleaned_data.get(PREFIX + question.name) for question in self.questions}
        return {name: value for name, value in given.items() if value not in ("", None, [], False)}

    def complain(self, refusal: Invalid) -> None:
        """The complaints beside their questions, the others on top."""
        fields = refusal.fields or {"": [refusal.detail]}
        for name, complaints in fields.items():
            place = PREFIX + name if PREFIX + name in self.fields else None
            for complaint in complaints:
                self.add_error(place, complaint)


def _field(question: Question) -> forms.Field:
    words: dict[str, Any] = {"label": question.label, "required": False, "help_text": question.help_text}
    if question.type == "select":
        choices = [("", UNKNOWN), *((choice, choice) for choice in question.choices)]
        return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget(), **words)
    if question.type == "multiselect":
        choices = [(choice, choice) for choice in question.choices]
        return forms.MultipleChoiceField(choices=choices, widget=UnfoldAdminSelectMultipleWidget(), **words)
    if question.type in ("checkbox", "consent"):
        return forms.BooleanField(widget=UnfoldBooleanWidget(), **words)
    if question.type == "textarea":
        return forms.CharField(widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}), **words)
    return forms.CharField(widget=UnfoldAdminTextInputWidget(), **words)


@dataclass(frozen=True)
class Told:
    """One step of the decision: a sentence, and what stands behind it."""

    sentence: str
    icon: str
    tone: str
    blocks: list[Block]
    is_open: bool = False


@dataclass(frozen=True)
class StartTold:
    when: str
    rep: str
    rep_url: str
    why: str
    blocks: list[Block]


def trial_lead(request: HttpRequest) -> HttpResponse:
    """The page. A POST looks, as a GET does, and keeps what somebody typed out of addresses and logs."""
    if not any(request.user.has_perm(f"bookings.{may}_bookingform") for may in ("view", "change")):
        raise PermissionDenied
    now = timezone.now()
    choices = list(BookingForm.objects.filter(retired_at=None).select_related("workflow").order_by("name"))
    chosen = next((each for each in choices if str(each.pk) == request.GET.get("form")), None)
    booking_form = chosen or (choices[0] if choices else None)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Route a test lead",
        "content_title": "Route a test lead",
        "choices": choices,
        "booking_form": booking_form,
    }
    if booking_form is not None:
        sent = request.POST if request.method == "POST" else None
        form = TestLeadForm(booking_form, sent, initial=_initial(request, booking_form))
        context["form"] = form
        if sent is not None and form.is_valid():
            context |= _decided(booking_form, form, now)
    return TemplateResponse(request, "admin/ordinus/test_lead.html", context)


def _initial(request: HttpRequest, booking_form: BookingForm) -> dict[str, Any]:
    """The answers of a lead whose page was left for this one, if this person may see leads."""
    zone = {"zone": timezone.get_current_timezone_name()}
    number = request.GET.get("lead", "")
    if not (number.isdecimal() and len(number) < 19 and request.user.has_perm("bookings.view_lead")):
        return zone
    enquiry = Enquiry.objects.filter(lead=int(number), form=booking_form).order_by("-submitted_at").first()
    if enquiry is None:
        return zone
    answers = {PREFIX + name: value for name, value in enquiry.answers.items()}
    return {**zone, **answers, **({"zone": enquiry.time_zone} if enquiry.time_zone else {})}


def _decided(booking_form: BookingForm, form: TestLeadForm, now: datetime) -> dict[str, Any]:
    zone = form.cleaned_data["zone"]
    try:
        trial = trying.route(booking_form, form.answers, time_zone=zone, now=now)
    except Invalid as refusal:
        form.complain(refusal)
        return {}
    names = load_names(zone)
    return {
        "trial": trial,
        "answer": in_a_sentence(trial, names, now),
        "steps": [_told(event, names) for event in trial.said],
        "path": _path(trial),
        "starts": [_start(start, names, now) for start in trial.starts],
        "reminders": [_promise(each) for each in trial.reminders],
        "pool_url": change_url(trial.pool) if trial.pool else "",
        "place": wording.zone_label(zone, now),
    }


def in_a_sentence(trial: Trial, names: Names, now: datetime) -> str:
    """Where the lead would come to stand, and with whom it would meet."""
    stage = trial.ahead.stage
    where = f"“{said(stage.name).lower()}”" if stage else "no further stage"
    if trial.pool is None:
        ends = stage is not None and stage.kind == "end"
        return f"This lead would {'end in' if ends else 'come to'} {where} without being offered a time."
    if not trial.starts:
        return f"This lead would be offered times of “{trial.pool}”, but none is free now."
    first = trial.starts[0]
    when = wording.moment(first.at, names.zone, now)
    rep = f" with {first.rep.name}" if first.rep else ""
    return f"This lead would be offered {counted(trial.offered, 'start')} of “{trial.pool}”, the first {when}{rep}."


def _path(trial: Trial) -> list[tuple[str, str]]:
    """Each stage passed, with its outcome; last the one where the lead would stand."""
    passed = [(said(stage), said(outcome).lower()) for stage, outcome in trial.ahead.path]
    return [*passed, *([(said(trial.ahead.stage.name), "")] if trial.ahead.stage else [])]


def _told(event: Said, names: Names, **around: Any) -> Told:
    blocks = behind(event, names, Kept(evidence=event.evidence))
    around |= dict(event.evidence)
    is_open = event.verb in ("qualification.evaluated", "routing.decided", "assignment.drawn")
    return Told(tell(event, names, around), icon_of(event.verb), tone_of(event), blocks, is_open)


def _promise(promise: trying.Promise) -> dict[str, Any]:
    """A row of the plan: when, which message, and whether this lead would get it."""
    reminder = promise.reminder
    when = ", or if ".join(group_words(reminder.when))
    names = dict(MessageTemplate.objects.filter(slug=reminder.template).values_list("slug", "name"))
    return {
        "before": f"{durations.in_words(reminder.before)} before",
        "message": names.get(reminder.template or "") or said(reminder.template),
        "goes_out": promise.holds,
        "why": f"only if {when}" if when else "always",
    }


def _start(start: trying.Start, names: Names, now: datetime) -> StartTold:
    when = wording.moment(start.at, names.zone, now)
    rep, url = (start.rep.name, change_url(start.rep)) if start.rep else ("nobody any more", "")
    if start.draw is None:
        return StartTold(when, rep, url, "Only this rep's times are offered." if start.rep else "", [])
    told = _told(start.draw, names, start=start.at.isoformat())
    return StartTold(when, rep, url, told.sentence, told.blocks)
