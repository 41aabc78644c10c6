"""Form fields for what is stored as JSON or as minutes, written the way people write it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from workflows.admin import values
from workflows.core import durations, hours

CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)")
SPELT_OUT = re.compile(r"(\d+)\s*([mhdw])(?:in|ins|inutes?|ours?|ays?|eeks?)?")
MIDNIGHT = 24 * 60
ACTIONS = ("send", "tag", "untag", "notify", "push")


class ShortText(UnfoldAdminTextInputWidget):
    """A text box no wider than the few characters it takes."""

    def __init__(self, placeholder: str = "") -> None:
        super().__init__(attrs={"placeholder": placeholder, "size": 12})


class Lines(UnfoldAdminTextareaWidget):
    """A box of some lines; it says by an example what a line looks like."""

    def __init__(self, placeholder: str = "", rows: int = 4) -> None:
        super().__init__(attrs={"placeholder": placeholder, "rows": rows})


class WrittenField(forms.CharField):
    """A text box whose text stands for something else; `read` says what."""

    widget = ShortText

    def read(self, text: str) -> Any:
        """What the text, free of surrounding blanks, stands for. Raises ValidationError with the cure."""
        return text

    def to_python(self, value: Any) -> Any:
        return self.read(super().to_python(value) or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares what is meant, not how it is written: 24h and 1d are the same number of minutes."""
        try:
            before = self.to_python("") if initial is None else initial
            return bool(self.to_python(data) != before)
        except ValidationError:
            return True


class DurationField(WrittenField):
    """A length of time kept as people write it, such as ``3d``."""

    def read(self, text: str) -> str | None:
        return _duration(text) if text else None


class DurationsField(WrittenField):
    """Several lengths of time with commas between them, kept as a list of texts."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def read(self, text: str) -> list[str]:
        parts = text.split(",")
        return [_duration(part) for part in parts if part.strip()]


class MinutesField(WrittenField):
    """A number of minutes written as a length of time: 90 is ``90m``, 1440 is ``1d``."""

    def __init__(self, *, step: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.step = step

    def prepare_value(self, value: Any) -> Any:
        return str(durations.from_minutes(value)) if isinstance(value, int) else value

    def read(self, text: str) -> int | None:
        if not text:
            return None
        minutes = durations.parse(_duration(text)).minutes
        if minutes % self.step:
            raise ValidationError(f"Use a multiple of {self.step} minutes.")
        return minutes


class DaysField(MinutesField):
    """A number of days written as ``30d`` or ``2w``."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value}d" if isinstance(value, int) else value

    def read(self, text: str) -> int | None:
        minutes = super().read(text)
        if minutes is not None and minutes % MIDNIGHT:
            raise ValidationError("Use whole days or weeks, such as 30d or 4w.")
        return None if minutes is None else minutes // MIDNIGHT


class MillisecondsField(WrittenField):
    """A short wait written as ``2s`` or ``500ms``."""

    shape = re.compile(r"(\d{1,6})(ms|s)")

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        return f"{value // 1000}s" if value % 1000 == 0 else f"{value}ms"

    def read(self, text: str) -> int | None:
        found = self.shape.fullmatch(text.replace(" ", ""))
        if text and not found:
            raise ValidationError("Write seconds or thousandths of one, such as 2s or 500ms.")
        return int(found[1]) * (1000 if found[2] == "s" else 1) if found else None


class ClockField(WrittenField):
    """A time of the day kept as minutes since midnight; 24:00 is the end of the day."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        minute = value if value <= MIDNIGHT else value - MIDNIGHT
        return f"{minute // 60:02}:{minute % 60:02}"

    def read(self, text: str) -> int | None:
        found = CLOCK.fullmatch(text)
        minute = int(found[1]) * 60 + int(found[2]) if found else None
        if text and (minute is None or minute > MIDNIGHT):
            raise ValidationError("Write a time of the day, such as 09:00 or 24:00.")
        return minute

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != self.prepare_value(data)


class HoursField(WrittenField):
    """Hours of every day, kept as ``21:00-08:00``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=ShortText("21:00-08:00"), **kwargs)

    def read(self, text: str) -> str | None:
        try:
            return str(hours.parse(text)) if text else None
        except ValueError as problem:
            raise ValidationError(_sentence(str(problem))) from None


class LinesField(WrittenField):
    """A list of texts, one a line."""

    widget = Lines

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(item) for item in value) if isinstance(value, list | tuple) else value

    def read(self, text: str) -> list[str]:
        lines = [line.strip() for line in text.splitlines()]
        return list(dict.fromkeys(line for line in lines if line))


class TagsField(WrittenField):
    """Tags with commas between them: small letters, digits, hyphens."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def read(self, text: str) -> list[str]:
        tags = [part.strip() for part in text.split(",") if part.strip()]
        for tag in tags:
            if not re.fullmatch(r"[-a-zA-Z0-9_]{1,64}", tag):
                raise ValidationError(f"“{tag}” is no tag: use letters, digits and hyphens only.")
        return list(dict.fromkeys(tags))


class RowsField(WrittenField):
    """A mapping, one ``name = value`` a line. `style` says what a value is: text, scalar or one_or_more."""

    widget = Lines
    styles: Mapping[str, tuple[Any, Any]] = {
        "text": (str, str),
        "scalar": (values.scalar_from, values.scalar_to),
        "one_or_more": (values.one_or_more_from, values.one_or_more_to),
    }

    def __init__(self, *, sign: str = "=", style: str = "text", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sign = sign
        self.value_from, self.value_to = self.styles[style]

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return values.rows_to({name: self.value_to(item) for name, item in value.items()}, self.sign)

    def read(self, text: str) -> dict[str, Any]:
        try:
            rows = values.rows_from(text, self.sign)
        except values.BadLine as problem:
            raise ValidationError(str(problem)) from None
        return {name: self.value_from(part) for name, part in rows.items()}


class ActionsField(WrittenField):
    """What a stage does, one thing a line: ``send still-interested``, ``notify rep``."""

    widget = Lines

    def prepare_value(self, value: Any) -> Any:
        return actions_to(value) if isinstance(value, list | tuple) else value

    def read(self, text: str) -> list[dict[str, str]]:
        return [_action(line) for line in text.splitlines() if line.strip()]


def actions_to(actions: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(f"{verb} {target}" for action in actions for verb, target in action.items())


def _action(line: str) -> dict[str, str]:
    verb, _, target = line.strip().partition(" ")
    if verb.lower() not in ACTIONS or not target.strip():
        raise ValidationError(
            f"“{line.strip()}” is nothing that can be done. Begin with {', '.join(ACTIONS[:-1])} or "
            f"{ACTIONS[-1]}, then say what: “send still-interested”, “notify rep”."
        )
    return {verb.lower(): target.strip()}


def _duration(text: str) -> str:
    """The short form of a length of time, which may be written out: ``9 days`` is ``9d``."""
    spelt = SPELT_OUT.fullmatch(text.strip().lower())
    try:
        return str(durations.parse(spelt[1] + spelt[2] if spelt else text.strip()))
    except ValueError as problem:
        raise ValidationError(_sentence(str(problem))) from None


def _sentence(text: str) -> str:
    text = text.replace("'", "“", 1).replace("'", "”", 1)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
