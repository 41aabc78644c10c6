"""Leads from a CSV file, for back-tests: one a line, columns named after a form's questions."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from bookings import facts as known
from bookings.backtesting import Case
from bookings.core import answers as typed
from bookings.core.answers import QuestionSpec
from bookings.models import BookingForm
from workflows.core import texts
from workflows.core.conditions import known_fact
from workflows.models import Workflow
from workflows.versions import LoadedVersion

EMAIL = QuestionSpec("email", "E-mail", "email")
ZONE = "time_zone"
FOUND_OUT = ("crm.", "enrichment.", "utm.")
"""Beginnings of columns that hold a fact which no question asks for, under its whole name."""
BETWEEN_CHOICES = ";"
ZONES = available_timezones()


class Unreadable(ValueError):
    """The file cannot be taken; `problems` names every line with what is wrong there."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read(path: Path, workflow: Workflow, version: LoadedVersion) -> list[Case]:
    """The leads of the file as cases that went by `version` until now. Raises Unreadable."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror or error}.") from error
    return read_bytes(content, workflow, version)


def read_bytes(content: bytes, workflow: Workflow, version: LoadedVersion) -> list[Case]:
    """The same for the content of a file, such as one that was sent up."""
    rows = _rows(content)
    header = next(rows, None)
    if header is None:
        raise Unreadable("The file is empty. Its first line names the columns.")
    columns = [name.strip() for name in header[1]]
    form = _form(workflow, columns)
    line = _Line(form, columns)
    cases, problems = [], []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        facts, wrong = line.read(cells)
        problems += [f"line {number}: {each}" for each in wrong]
        cases.append(Case(f"line {number}", facts, version))
    if problems:
        raise Unreadable(*problems)
    if not cases:
        raise Unreadable("The file has no leads, only the names of columns.")
    return cases


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line it begins on."""
    try:
        text = texts.in_utf(content)
    except texts.NoText as error:
        raise Unreadable(str(error)) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Unreadable(f"line {line}: this is not text in UTF-8. Save the file as CSV in UTF-8.") from error
    first = text.partition("\n")[0]
    delimiter = ";" if ";" in first and "," not in first else ","
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"line {begins}: this is no CSV ({error}).") from error


def _form(workflow: Workflow, columns: Sequence[str]) -> BookingForm:
    """The workflow's form that has all the columns as questions."""
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise Unreadable(f"line 1: these columns are there twice: {', '.join(twice)}.")
    forms = list(workflow.forms.filter(retired_at=None).order_by("pk").prefetch_related("questions"))
    if not forms:
        raise Unreadable(
            f"No form begins “{workflow.slug}”, so there are no questions to name columns after."
        )
    unknown = {form: [name for name in columns if not _is_known(name, form)] for form in forms}
    best = min(forms, key=lambda form: len(unknown[form]))
    if unknown[best]:
        names = ", ".join(question.name for question in best.questions.all())
        told = ", ".join(f"“{name}”" for name in unknown[best])
        raise Unreadable(
            f"line 1: there is no question {told} in the form “{best.slug}”. Columns are its questions ({names}), "
            f"email, {ZONE}, and facts that begin with {', '.join(FOUND_OUT)}."
        )
    return best


def _is_known(name: str, form: BookingForm) -> bool:
    is_fact = name.startswith(FOUND_OUT) and known_fact(name)
    return is_fact or name in (EMAIL.name, ZONE) or any(name == each.name for each in form.questions.all())


class _Line:
    """Reads rows of the same columns as answers to one form."""

    def __init__(self, form: BookingForm, columns: Sequence[str]) -> None:
        self.form, self.columns = form, columns
        specs = [replace(question.as_spec(), required=False) for question in form.questions.all()]
        self.specs = specs if any(spec.name == EMAIL.name for spec in specs) else [*specs, EMAIL]
        self.several = {spec.name for spec in specs if spec.type == "multiselect"}

    def read(self, cells: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
        """The facts of a row, and what is wrong with it."""
        if len(cells) != len(self.columns):
            return {}, [f"it has {len(cells)} cells, the first line has {len(self.columns)}."]
        row = dict(zip(self.columns, cells, strict=True))
        asked = {name: text for name, text in row.items() if not name.startswith(FOUND_OUT) and name != ZONE}
        raw = {
            name: text.split(BETWEEN_CHOICES) if name in self.several else text
            for name, text in asked.items()
        }
        cleaned = typed.clean(self.specs, raw)
        wrong = [f"{name}: {' '.join(sentences)}" for name, sentences in cleaned.errors.items()]
        zone = row.get(ZONE, "").strip()
        if zone and zone not in ZONES:
            wrong.append(f"{ZONE}: “{zone}” is no time zone. Use a name such as Europe/Berlin.")
        if wrong:
            return {}, wrong
        found_out = {name: _value(name, text) for name, text in row.items() if name.startswith(FOUND_OUT)}
        facts = known.of_submission(self.form, cleaned.values, {}, zone, "")
        return facts | {name: value for name, value in found_out.items() if value is not None}, []


def _value(name: str, text: str) -> Any:
    """A fact as providers give it: numbers, true and false as such, everything else as text."""
    text = text.strip()
    if not text:
        return None
    if name.startswith("utm."):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, (bool, int, float)) else text
