"""A form's questions as fields of a page, and a sent page as answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from bookings.core.answers import QuestionSpec

_TEMPLATES = {
    "textarea": "textarea",
    "select": "select",
    "multiselect": "choices",
    "checkbox": "box",
    "consent": "box",
    "hidden": "hidden",
}
_INPUT_TYPES = {"email": "email", "phone": "tel"}
# https://html.spec.whatwg.org/#autofill: what browsers fill in by themselves
_AUTOCOMPLETE_BY_TYPE = {"email": "email", "phone": "tel"}
_AUTOCOMPLETE_BY_NAME = {
    "name": "name",
    "first_name": "given-name",
    "last_name": "family-name",
    "company": "organization",
    "organisation": "organization",
    "organization": "organization",
    "job_title": "organization-title",
    "title": "organization-title",
    "website": "url",
    "city": "address-level2",
    "country": "country-name",
}
_TICKED = ("true", "on", "yes", "1")


@dataclass(frozen=True)
class Field:
    """One question as its template needs it."""

    question: QuestionSpec
    value: Any = ""
    complaints: tuple[str, ...] = ()
    has_focus: bool = False

    @property
    def template(self) -> str:
        return f"bookings/fields/{_TEMPLATES.get(self.question.type, 'input')}.html"

    @property
    def id(self) -> str:
        return f"question-{self.question.name}"

    @property
    def name(self) -> str:
        return self.question.name

    @property
    def label(self) -> str:
        return self.question.label

    @property
    def help(self) -> str:
        return self.question.help

    @property
    def choices(self) -> tuple[str, ...]:
        return self.question.choices

    @property
    def is_required(self) -> bool:
        return self.question.required

    @property
    def input_type(self) -> str:
        return _INPUT_TYPES.get(self.question.type, "text")

    @property
    def inputmode(self) -> str:
        # type=number drops what it cannot read and turns with the wheel; the keypad is all we want of it.
        return "decimal" if self.question.type == "number" else ""

    @property
    def autocomplete(self) -> str:
        by_type = _AUTOCOMPLETE_BY_TYPE.get(self.question.type)
        return by_type or _AUTOCOMPLETE_BY_NAME.get(self.question.name, "")

    @property
    def described_by(self) -> str:
        help_id = [f"{self.id}-help"] if self.help else []
        return " ".join(help_id + [f"{self.id}-complaint-{n}" for n in range(1, len(self.complaints) + 1)])


def answers_in(questions: Sequence[QuestionSpec], sent: QueryDict) -> dict[str, Any]:
    """What was sent for each question, unchecked; a question that was not sent is left out."""
    answers: dict[str, Any] = {}
    for question in questions:
        if question.name in sent:
            given = sent.getlist(question.name)
            answers[question.name] = given if question.type == "multiselect" else given[-1]
    return answers


def fields(
    questions: Sequence[QuestionSpec],
    answers: Mapping[str, Any],
    complaints: Mapping[str, Sequence[str]] | None = None,
) -> list[Field]:
    """The fields in the questions' order; the first with a complaint has the focus."""
    told = complaints or {}
    made = [
        Field(question, _value(question, answers.get(question.name)), tuple(told.get(question.name, ())))
        for question in questions
    ]
    for place, field in enumerate(made):
        if field.complaints and field.question.type != "hidden":
            made[place] = replace(field, has_focus=True)
            break
    return made


def _value(question: QuestionSpec, answer: Any) -> Any:
    if question.type == "multiselect":
        return tuple(answer) if isinstance(answer, list | tuple) else ()
    if question.type in ("checkbox", "consent"):
        return str(answer or "").lower() in _TICKED
    return "" if answer is None else str(answer)
