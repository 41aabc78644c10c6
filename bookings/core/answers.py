"""Answers to a form's questions: from what a browser or a program sent to clean, typed values.

Every complaint is a sentence that says what to do, fit to stand beside its field.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email

QUESTION_TYPES = ("text", "textarea", "email", "phone", "number", "select", "multiselect", "checkbox",
                  "consent", "hidden")  # fmt: skip
LONGEST_TEXT = 500
LONGEST_TEXTAREA = 5_000
LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
LONGEST_PHONE = 50
# Beyond, two different numbers have one double, and canonical JSON (RFC 8785) cannot tell them apart.
LARGEST_NUMBER = 2**53 - 1

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_WHOLE = re.compile(r"[+-]?\d+")
_YES = frozenset({"true", "on", "yes", "1"})
_NO = frozenset({"false", "off", "no", "0"})
# A list of more choices than this reads worse than the field it stands beside.
_MOST_CHOICES_TOLD = 12

_NO_EMAIL = "Please enter an e-mail address such as name@company.com."
_ACCENTED_EMAIL = "Please enter an e-mail address without accented letters before the @."
_MISSING = {
    "email": "Please enter your e-mail address.",
    "phone": "Please enter a phone number.",
    "number": "Please enter a number.",
    "select": "Please choose one of the options.",
    "multiselect": "Please choose at least one of the options.",
    "checkbox": "Please tick this box to go on.",
    "consent": "Please tick this box: we need your consent to go on.",
}
_MISSING_OTHERWISE = "Please answer this question."


@dataclass(frozen=True)
class QuestionSpec:
    """One question. `min` and `max` bound a number, `choices` are those of select and multiselect."""

    name: str
    label: str
    type: str
    required: bool = False
    choices: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    help: str = ""


@dataclass(frozen=True)
class Cleaned:
    """The answers fit to be facts, and the complaints by question name (also by unknown name).

    A question left unanswered has no value at all, except boxes: an unticked one is False.
    """

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)


def clean(questions: Sequence[QuestionSpec], raw: Mapping[str, Any]) -> Cleaned:
    """Check `raw` (a JSON object, or a form's fields with lists for multiselects) against `questions`.

    Texts come out trimmed and in Unicode form NFC, addresses and phone numbers normalised, numbers as int
    where they are whole, several choices in the question's order. Errors leave the other values in place.
    """
    cleaned = Cleaned()
    for question in questions:
        try:
            value = _CLEANERS[question.type](question, raw.get(question.name))
        except ValueError as complaint:
            cleaned.errors[question.name] = [str(complaint)]
            continue
        if question.required and (value is None or value is False):
            cleaned.errors[question.name] = [_MISSING.get(question.type, _MISSING_OTHERWISE)]
        elif value is not None:
            cleaned.values[question.name] = value
    known = {question.name for question in questions}
    for name in raw:
        if name not in known:
            cleaned.errors[name] = [f"There is no question “{name[:64]}” in this form. Please leave it out."]
    return cleaned


def normalise_email(text: str) -> str:
    """The one spelling of an e-mail address: trimmed, lower case, its domain in ASCII (IDNA).

    Raises ValueError with a sentence for the field when `text` is no address.
    """
    if len(text.strip()) > LONGEST_EMAIL:
        raise ValueError(f"Please enter an e-mail address of at most {LONGEST_EMAIL} characters.")
    try:
        # `test_environment` admits .test domains; .example ones always are (RFC 6761, 6.5).
        address = validate_email(
            text.strip(), check_deliverability=False, test_environment=True, allow_smtputf8=False
        ).ascii_email
    except EmailNotValidError:
        if "@" in text and not text.strip().rpartition("@")[0].isascii():
            raise ValueError(_ACCENTED_EMAIL) from None
        raise ValueError(_NO_EMAIL) from None
    if address is None or "." not in address.rpartition("@")[2]:
        raise ValueError(_NO_EMAIL)
    return address.lower()


def _text(question: QuestionSpec, raw: Any) -> str | None:
    return _string(raw, LONGEST_TEXT)


def _textarea(question: QuestionSpec, raw: Any) -> str | None:
    return _string(raw, LONGEST_TEXTAREA, multiline=True)


def _email(question: QuestionSpec, raw: Any) -> str | None:
    text = _string(raw, LONGEST_EMAIL)
    return None if text is None else normalise_email(text)


def _phone(question: QuestionSpec, raw: Any) -> str | None:
    text = _string(raw, LONGEST_PHONE)
    if text is None:
        return None
    international = "+" + text[2:] if text.startswith("00") else text
    if not international.startswith("+"):
        raise ValueError("Please start with + and the country code, for example +49 30 901820.")
    try:
        number = phonenumbers.parse(international)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValueError("Please check the phone number; with the country code it looks like +49 30 901820.")
    digits = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{digits};ext={number.extension}" if number.extension else digits


def _number(question: QuestionSpec, raw: Any) -> int | float | None:
    wanted = _wanted_number(question)
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | None):
        raise ValueError(wanted)
    number = _number_in(raw, wanted) if isinstance(raw, str) else raw
    if number is None:
        return None
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError(wanted)
    if abs(number) > LARGEST_NUMBER:
        raise ValueError("Please enter a number with at most 15 digits.")
    if question.min is not None and number < question.min:
        raise ValueError(wanted)
    if question.max is not None and number > question.max:
        raise ValueError(wanted)
    return int(number) if number == int(number) else number


def _number_in(text: str, wanted: str) -> int | float | None:
    digits = text.strip()
    if not digits:
        return None
    if len(digits) > LONGEST_PHONE or not _DECIMAL.fullmatch(digits):
        # A comma may group thousands or start the decimals, depending on the country: do not guess.
        if re.search(r"\d", digits):
            wanted += " Write it in digits with a point for decimals, like 1200 or 12.5."
        raise ValueError(wanted)
    return int(digits) if _WHOLE.fullmatch(digits) else float(digits)


def _wanted_number(question: QuestionSpec) -> str:
    low, high = question.min, question.max
    if low is not None and high is not None:
        return f"Please enter a number between {low:.15g} and {high:.15g}."
    if low is not None:
        return f"Please enter a number of at least {low:.15g}."
    if high is not None:
        return f"Please enter a number of at most {high:.15g}."
    return "Please enter a number."


def _select(question: QuestionSpec, raw: Any) -> str | None:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if not isinstance(raw, str) or raw.strip() not in question.choices:
        raise ValueError(_wanted_choice("Please choose one", question))
    return raw.strip()


def _multiselect(question: QuestionSpec, raw: Any) -> list[str] | None:
    given = [raw] if isinstance(raw, str) else [] if raw is None else raw
    if not isinstance(given, list | tuple) or not all(isinstance(choice, str) for choice in given):
        raise ValueError(_wanted_choice("Please choose one or several", question))
    chosen = {choice.strip() for choice in given} - {""}
    if not chosen:
        return None
    if not chosen.issubset(question.choices):
        raise ValueError(_wanted_choice("Please choose only", question))
    return [choice for choice in dict.fromkeys(question.choices) if choice in chosen]


def _wanted_choice(start: str, question: QuestionSpec) -> str:
    if 0 < len(question.choices) <= _MOST_CHOICES_TOLD:
        return f"{start} of these: {', '.join(question.choices)}."
    return f"{start} of the options."


def _box(question: QuestionSpec, raw: Any) -> bool:
    if raw is None or raw == "":
        return False
    if isinstance(raw, bool):
        return raw
    word = raw.strip().lower() if isinstance(raw, str) else None
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError("Please answer this with yes or no: ticked or not, true or false.")


def _string(raw: Any, longest: int, *, multiline: bool = False) -> str | None:
    """`raw` trimmed, None if nothing is left; ValueError when it is no text, too long, or not printable."""
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise ValueError("Please write this as a text.")
    text = raw.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n") if multiline else text.replace("\t", " ")
    if len(text) > longest:
        raise ValueError(f"Please shorten this to at most {longest:,} characters; it has {len(text):,}.")
    for character in text:
        if character in "\n\t" and multiline:
            continue
        if character in "\r\n\u2028\u2029" and not multiline:
            raise ValueError("Please write this on one line.")
        # Cc: control characters, NUL among them; Cs: halves of a character, which no database can store.
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise ValueError("Please remove the invisible control characters from this text.")
    return unicodedata.normalize("NFC", text) or None


_CLEANERS: dict[str, Callable[[QuestionSpec, Any], Any]] = {
    "text": _text,
    "textarea": _textarea,
    "email": _email,
    "phone": _phone,
    "number": _number,
    "select": _select,
    "multiselect": _multiselect,
    "checkbox": _box,
    "consent": _box,
    "hidden": _text,
}
