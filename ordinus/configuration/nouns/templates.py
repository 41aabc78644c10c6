"""Templates: the texts that workflows send."""

from __future__ import annotations

from typing import Any

from bookings.core import rendering
from bookings.models import Message, MessageTemplate
from ordinus.configuration.nouns.base import Slugged, is_named_in_versions
from ordinus.configuration.problems import Report
from ordinus.configuration.scalars import Slug, Text
from ordinus.configuration.shapes import Entry, Key, Record
from ordinus.configuration.types import INVALID

SETTINGS = ("template", "reminder_template", "do")


class Wording(Text):
    """A text in which names in double braces are filled in."""

    def __init__(self, longest: int, *, lines: bool = False) -> None:
        super().__init__(longest, lines=lines)
        self.words = f"{self.words} with `{{{{ names }}}}`"

    def read(self, data: Any, path: str, report: Report) -> Any:
        text = super().read(data, path, report)
        if text is INVALID:
            return INVALID
        for problem in rendering.problems(text):
            where = f"line {problem.line} of the text, column {problem.column}: " if self.lines else ""
            report.add(path, f"{where}{problem.sentence}")
        return text


class Templates(Slugged):
    section = "templates"
    noun = "template"
    label = "template"
    help = (
        "Messages that workflows send. They are live: a change shows in the next message. Names that are filled in: "
        + ", ".join(f"`{name}`" for name in rendering.NAMES)
        + "."
    )
    model = MessageTemplate
    plain = {"slug": "slug", "name": "name", "subject": "subject", "body": "body"}
    record = Record(
        Key("slug", Slug(), "Identifies the template.", required=True),
        Key("name", Text(120), "What people call it.", default=""),
        Key("subject", Wording(rendering.LONGEST_SUBJECT), "The subject line.", required=True),
        Key(
            "body", Wording(20_000, lines=True), "Plain text; a blank line begins a paragraph.", required=True
        ),
    )

    def bears_trial(self, entry: Entry) -> bool:
        """Stages are judged by the text as it is, with its mistakes."""
        return bool(entry["subject"] and entry["body"])

    def has_history(self, row: Any) -> bool:
        if Message.objects.filter(template=row.slug).exists():
            return True
        return is_named_in_versions(row.slug, settings=SETTINGS)
