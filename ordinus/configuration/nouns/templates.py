"""Templates: the texts that workflows send."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bookings.core import languages, rendering
from bookings.models import Message, MessageTemplate
from ordinus.configuration.nouns.base import Canonical, Slugged, is_named_in_versions, replace_rows
from ordinus.configuration.problems import Report, below
from ordinus.configuration.scalars import Slug, Text
from ordinus.configuration.shapes import Entry, Key, Record
from ordinus.configuration.types import INVALID, MapOf

SETTINGS = ("template", "reminder_template", "reminders", "reconfirm", "do")


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


VARIANT = Record(
    Key("subject", Wording(rendering.LONGEST_SUBJECT), "The subject line.", required=True),
    Key("body", Wording(20_000, lines=True), "The text.", required=True),
)


class Variants(MapOf):
    """Languages with their texts; a language is kept in small letters."""

    def read(self, data: Any, path: str, report: Report) -> Any:
        found = super().read(data, path, report)
        if found is INVALID:
            return INVALID
        for language in found:
            if not languages.is_tag(language):
                text = f"'{language}' is no language; write a tag such as de or pt-br, in small letters"
                report.add(below(path, language), text)
        return {language: dict(text) for language, text in sorted(found.items())}


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
        Key(
            "variants",
            Variants(
                VARIANT, "languages such as `de` or `de-at`, each with `subject` and `body`", longest_name=16
            ),
            "The text for leads of that language, the fact `lead.language`. Others read the one above.",
            default={},
        ),
    )

    def loaded(self, rows: Any) -> Any:
        return rows.prefetch_related("variants")

    def canonical(self, row: Any) -> Canonical:
        variants = {
            each.language: {"subject": each.subject, "body": each.body} for each in row.variants.all()
        }
        return super().canonical(row) | {"variants": dict(sorted(variants.items()))}

    def write(self, name: str, wanted: Canonical, now: datetime) -> None:
        row = self.fill(self.row_for(name), wanted)
        row.save()
        replace_rows(row.variants, [
            {"language": language, "subject": text["subject"], "body": text["body"]}
            for language, text in wanted["variants"].items()
        ])  # fmt: skip

    def bears_trial(self, entry: Entry) -> bool:
        """Stages are judged by the text as it is, with its mistakes."""
        return bool(entry["subject"] and entry["body"])

    def has_history(self, row: Any) -> bool:
        if Message.objects.filter(template=row.slug).exists():
            return True
        return is_named_in_versions(row.slug, settings=SETTINGS)
