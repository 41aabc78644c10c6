"""Salesforce's values, fields, queries and errors, as Ordinus has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from workflows import outbound
from workflows.sinks.base import (
    Answer,
    Field,
    Misconfigured,
    Parcel,
    Permanent,
    RateLimited,
    Retry,
    SinkError,
)

EVENT = "Event."
"""Before the names of an event's fields in a mapping; a person's stand alone."""

TYPES = {
    "int": "number", "double": "number", "currency": "number", "percent": "number", "boolean": "flag",
    "date": "date", "datetime": "instant", "picklist": "choice", "multipicklist": "list", "reference": "reference",
}  # fmt: skip
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
LIMITS = ("REQUEST_LIMIT_EXCEEDED", "TXN_SECURITY_METERING_ERROR")
PASSING = ("UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT")
SET_RIGHT = {
    "INVALID_FIELD": "Salesforce has no such field",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "Salesforce does not let this field be written",
    "INVALID_TYPE": "Salesforce has no such kind of record, or does not show it to this user",
    "INSUFFICIENT_ACCESS_OR_READONLY": "Salesforce does not allow this to the user",
    "API_DISABLED_FOR_ORG": "Salesforce's API is not enabled for this organisation",
    "API_CURRENTLY_DISABLED": "Salesforce's API is not enabled for this user",
}
UNKNOWN_FIELD = re.compile(r"No such column '([\w.]{1,80})'")
PAUSE = timedelta(minutes=15)


def quoted(text: str | None, *, is_pattern: bool = False) -> str:
    """A text as SOQL writes it, so that nothing in it can end it; in a pattern of LIKE only % means more."""
    escaped = str(text).replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped.replace('_', chr(92) + '_') if is_pattern else escaped}'"


def as_written(value: Any) -> Any:
    """A value as Salesforce takes it: lists with semicolons, the rest as JSON has it."""
    return ";".join(map(str, value)) if isinstance(value, list) else value


def as_held(value: Any) -> Any:
    """A value as Salesforce gives it back: instants with milliseconds and an offset."""
    plain = as_written(value)
    if isinstance(plain, str) and INSTANT.fullmatch(plain):
        return f"{plain[:19]}.000+0000"
    return plain


def host_of(website: str | None) -> str:
    """The domain of a website as people type it, without www."""
    text = (website or "").strip().lower()
    host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    return host.removeprefix("www.")


def is_of(name: str, prefix: str) -> bool:
    return name.startswith(EVENT) == (prefix == EVENT)


def written(fields: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {
        name.removeprefix(prefix): as_written(value)
        for name, value in fields.items()
        if value is not None and is_of(name, prefix)
    }


def names_of(delivery: Parcel) -> dict[str, str]:
    """The name in Salesforce's two parts; a mapping of either replaces both."""
    name = str(delivery.facts.get("lead.name") or "")
    if not name or {"FirstName", "LastName"} & delivery.fields.keys():
        return {}
    first, _, last = name.rpartition(" ")
    return {"FirstName": first, "LastName": last} if first else {"LastName": last}


def field_of(prefix: str, told: Mapping[str, Any]) -> Field:
    is_needed = not told.get("nillable", True) and not told.get("defaultedOnCreate", False)
    return Field(
        prefix + told["name"],
        str(told.get("label") or told["name"]),
        TYPES.get(str(told.get("type")), "text"),
        is_writable=bool(told.get("updateable")),
        is_required=is_needed and bool(told.get("createable")),
        choices=tuple(
            str(each["value"]) for each in told.get("picklistValues") or () if each.get("active", True)
        ),
    )


def refusal(response: outbound.Response, at: datetime) -> SinkError | None:
    """Salesforce answers a list of errors, each with a code that says more than the status."""
    try:
        content = response.json()
    except ValueError:
        return None
    if not isinstance(content, list) or not content or not isinstance(content[0], Mapping):
        return None
    answer = Answer(str(response.status), response.text, response.duration)
    code = str(content[0].get("errorCode", ""))
    names = ", ".join(map(str, content[0].get("fields") or ()))
    if code in LIMITS:
        return RateLimited("daily_limit", "Salesforce's limit of requests is used up.", PAUSE, answer)
    if code in PASSING:
        return Retry(code.lower(), "Salesforce could not do it just now.", answer)
    if code in SET_RIGHT:
        found = UNKNOWN_FIELD.search(str(content[0].get("message", "")))
        about = f": {found[1]}" if found else f": {names}" if names else ""
        return Misconfigured(code.lower(), f"{SET_RIGHT[code]}{about}.", answer)
    if code == "DUPLICATES_DETECTED":
        return Permanent(
            code.lower(), "Salesforce's duplicate rule refuses it: somebody like this is there.", answer
        )
    if response.status == 400:
        about = f" ({names})" if names else ""
        return Permanent(
            "refused", f"Salesforce refuses it{about}: {code.replace('_', ' ').lower()}.", answer
        )
    return None
