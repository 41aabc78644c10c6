"""Forms: where leads come in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bookings.core.answers import QUESTION_TYPES
from bookings.models import BookingForm
from ordinus.configuration.nouns.base import Canonical, Slugged, replace_rows
from ordinus.configuration.problems import Report, below
from ordinus.configuration.scalars import Flag, Mention, Number, Pattern, Slug, Text, Whole
from ordinus.configuration.shapes import Entry, Items, Key, Record
from ordinus.configuration.times import MINUTES_A_DAY, Minutes
from ordinus.configuration.types import Choice, ListOf
from workflows.models import Workflow

WITH_CHOICES = ("select", "multiselect")
ADDRESS = "email"


def _question_is_sound(entry: Entry, report: Report) -> None:
    kind, low, high = entry["type"], entry["min"], entry["max"]
    if kind in WITH_CHOICES and not entry["choices"] and report.is_sound(below(entry.path, "choices")):
        report.add(below(entry.path, "choices"), f"is missing; a question of type {kind} lists its choices")
    if kind not in (*WITH_CHOICES, None) and entry["choices"]:
        report.add(
            below(entry.path, "choices"), f"has no meaning for the type {kind}; remove it, or use select"
        )
    for name in ("min", "max"):
        if kind not in ("number", None) and entry[name] is not None:
            report.add(
                below(entry.path, name), f"has no meaning for the type {kind}; remove it, or use number"
            )
    if low is not None and high is not None and low > high:
        report.add(below(entry.path, "max"), f"{high} is less than min, {low}; correct one of them")


def _asks_for_an_address(entry: Entry, report: Report) -> None:
    path = below(entry.path, "questions")
    asked = entry["questions"].get(ADDRESS)
    is_asked = asked is not None and asked["type"] == "email" and asked["required"]
    if not is_asked and report.is_sound(path):
        cure = "{name: email, label: Work e-mail, type: email, required: true}"
        report.add(path, f"leads are known by the question 'email', required and of type email; add {cure}")


QUESTION = Record(
    Key("name", Pattern(r"[a-z][a-z0-9_]*", "question name", "use small letters, digits and _, a letter first"),
        "Conditions know the answer as `answers.` and this name.", required=True),
    Key("label", Text(200), "What visitors read.", required=True),
    Key("type", Choice(*QUESTION_TYPES, what="question type"), "What can be answered.", required=True),
    Key("required", Flag(), "Whether it must be answered; of a box, whether it must be ticked.", default=False),
    Key("choices", ListOf(Text(200), is_set=True), "The options of `select` and `multiselect`.", default=[]),
    Key("min", Number(), "The least number that is taken."),
    Key("max", Number(), "The greatest number that is taken."),
    Key("help", Text(300), "A hint below the field.", default=""),
    checks=(_question_is_sound,),
)  # fmt: skip


class Forms(Slugged):
    section = "forms"
    noun = "form"
    label = "form"
    help = "Public forms that start a workflow."
    model = BookingForm
    plain = {"slug": "slug", "name": "name", "intro": "intro", "active_bookings": "active_bookings"}
    record = Record(
        Key("slug", Slug(), "Identifies the form; its address is `/book/SLUG/`.", required=True),
        Key("name", Text(120), "The heading that visitors read.", required=True),
        Key("intro", Text(300), "A sentence below the heading.", default=""),
        Key("workflow", Mention("workflows", "workflow"), "What a lead enters.", required=True),
        Key("active_bookings", Whole(high=1000), "Confirmed future meetings that one lead may hold in this workflow.",
            default=1),
        Key("retain_for", Minutes(low=MINUTES_A_DAY, step=MINUTES_A_DAY), "Personal data of an enquiry are removed so "
            "long after its last step, in whole days, such as `90d`; `null` keeps them.", default=None),
        Key("questions", Items(QUESTION, "name", "question", ordered=True), "What is asked, in this order. "
            "Leads are known by the answer to `email`, a required question of type `email`.", required=True,
            default={}),
        checks=(_asks_for_an_address,),
    )  # fmt: skip

    def loaded(self, rows: Any) -> Any:
        return rows.select_related("workflow").prefetch_related("questions")

    def canonical(self, row: Any) -> Canonical:
        questions = sorted(row.questions.all(), key=lambda question: (question.position, question.pk))
        return super().canonical(row) | {
            "workflow": row.workflow.slug,
            "retain_for": None if row.retain_days is None else row.retain_days * MINUTES_A_DAY,
            "questions": {question.name: _canonical_question(question) for question in questions},
        }

    def write(self, name: str, wanted: Canonical, now: datetime) -> None:
        row = self.fill(self.row_for(name), wanted)
        row.workflow = Workflow.objects.get(slug=wanted["workflow"])
        row.retain_days = None if wanted["retain_for"] is None else wanted["retain_for"] // MINUTES_A_DAY
        row.save()
        replace_rows(row.questions, [
            {
                "position": position, "name": question["name"], "label": question["label"],
                "type": question["type"], "is_required": question["required"], "choices": question["choices"],
                "minimum": question["min"], "maximum": question["max"], "help_text": question["help"],
            }
            for position, question in enumerate(wanted["questions"].values())
        ])  # fmt: skip

    def has_history(self, row: Any) -> bool:
        return row.enquiries.exists()


def _canonical_question(question: Any) -> Canonical:
    return {
        "name": question.name,
        "label": question.label,
        "type": question.type,
        "required": question.is_required,
        "choices": question.choices,
        "min": question.minimum,
        "max": question.maximum,
        "help": question.help_text,
    }
