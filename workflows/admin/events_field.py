"""The facts that a sink takes: what most systems are told in sight, everything else folded by what it is about."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import get_default_renderer
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from workflows.admin.words import said
from workflows.registry import VERBS

EVERYTHING = "*"
USUAL = (
    "lead.submitted", "lead.tagged", "lead.untagged",
    "booking.made", "booking.rescheduled", "booking.cancelled", "booking.restored", "booking.reassigned",
    "attendance.signalled", "no_show.presumed", "no_show.reversed",
    "outcome.recorded", "outcome.corrected", "outcome.withdrawn",
)  # fmt: skip
"""From who asked to what came of it, with whatever takes one of these back: what a CRM is about."""

ABOUT = {
    "Meetings": (
        "booking",
        "reconfirmation",
        "no_show",
        "attendance",
        "outcome",
        "rebook",
        "reschedule",
        "cancel",
    ),
    "Mails and reminders": ("message", "reminder"),
    "Leads and decisions": ("lead", "enrichment", "qualification", "routing", "assignment", "slots"),
    "Steps of a workflow": ("stage", "run", "event"),
    "Other systems": ("delivery", "sink", "inbound"),
    "Settings and the trail": (),
}


class EventsWidget(UnfoldAdminCheckboxSelectMultipleWidget):
    """Groups that open and close; one in which something is ticked is open, and so is `opens`."""

    input_type = "checkboxes"
    """Or else unfold's dialogs put the label behind, as behind a single box."""

    def __init__(self, *args: Any, opens: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opens = opens

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().create_option(*args, **kwargs), "type": "checkbox"}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Boxes by the form's renderer, around them a template of the project, which that does not know."""
        widget = self.get_context(name, value, attrs)["widget"]
        draws = renderer or get_default_renderer()
        folds = []
        for title, options, _ in widget["optgroups"]:
            ticked = sum(option["selected"] for option in options)
            is_open = bool(ticked) or title == self.opens
            boxes = [
                SafeString(draws.render(option["template_name"], {"widget": option})) for option in options
            ]
            folds.append({"title": title, "boxes": boxes, "ticked": ticked, "is_open": is_open})
        return render_to_string(
            "admin/ordinus/events.html", {"id": widget["attrs"].get("id"), "folds": folds}
        )


class EventsField(forms.MultipleChoiceField):
    """The facts a sink takes; “everything” takes all but those about deliveries."""

    def __init__(self, *, is_open: bool = True, **kwargs: Any) -> None:
        widget = EventsWidget(opens=MOST if is_open else "")
        super().__init__(choices=choices, widget=widget, **kwargs)

    def clean(self, value: Any) -> list[str]:
        chosen = super().clean(value)
        return [EVERYTHING] if EVERYTHING in chosen else chosen


MOST = "What most systems are told"


def choices() -> list[tuple[str | None, list[tuple[str, str]]]]:
    """Every verb once, in the group that it is about."""
    left = [verb for verb in sorted(VERBS) if verb not in USUAL]
    grouped: list[tuple[str | None, list[tuple[str, str]]]] = [
        (None, [(EVERYTHING, "Everything (all but what is told about deliveries)")]),
        (MOST, [(verb, verb_title(verb)) for verb in USUAL if verb in VERBS]),
    ]
    for title, about in ABOUT.items():
        mine = [verb for verb in left if verb.partition(".")[0] in about or not about]
        left = [verb for verb in left if verb not in mine]
        grouped.append((title, [(verb, verb_title(verb)) for verb in mine]))
    return grouped


def verb_title(verb: str) -> str:
    """A verb and the first sentence of what it means: “Booking made: A meeting was booked”."""
    meaning = VERBS.get(verb, "").partition(" data:")[0].rstrip(".")
    return f"{said(verb.replace('.', ' '))}: {meaning}" if meaning else said(verb.replace(".", " "))
