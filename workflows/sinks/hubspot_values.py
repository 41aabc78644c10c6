"""HubSpot's values, fields and errors, as Ordinus has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from workflows import outbound
from workflows.core import backoff
from workflows.core.reads import plain_fields
from workflows.sinks.base import Answer, Field, Misconfigured, Parcel, Permanent, RateLimited, SinkError

MEETING = "meeting."
"""Before the names of a meeting's properties in a mapping; a contact's stand alone."""

TYPES = {"string": "text", "number": "number", "bool": "flag", "date": "date", "datetime": "instant"}
INVALID, BUSY = 400, 429


def as_text(value: Any) -> str:
    """A value as HubSpot keeps every value: as text, lists with semicolons."""
    if isinstance(value, list):
        return ";".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def is_of(name: str, prefix: str) -> bool:
    return name.startswith(MEETING) == (prefix == MEETING)


def written(fields: Mapping[str, Any], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): as_text(value)
        for name, value in fields.items()
        if value is not None and is_of(name, prefix)
    }


def names_of(delivery: Parcel) -> dict[str, str]:
    """The name in HubSpot's two parts; a mapping of either replaces both."""
    name = str(delivery.facts.get("lead.name") or "")
    if not name or {"firstname", "lastname"} & delivery.fields.keys():
        return {}
    first, _, last = name.rpartition(" ")
    return {"firstname": first or last, "lastname": last if first else ""}


def own_fields(reads: Mapping[str, str]) -> list[str]:
    """Properties of the contact that `reads` names beside those that are always asked for."""
    return list(plain_fields(reads))


def field_of(prefix: str, told: Mapping[str, Any]) -> Field:
    kind = TYPES.get(str(told["type"]), "text")
    if told["type"] == "enumeration":
        kind = "list" if told.get("fieldType") == "checkbox" else "choice"
    is_fixed = bool(told.get("calculated")) or bool(told.get("modificationMetadata", {}).get("readOnlyValue"))
    return Field(
        prefix + told["name"],
        str(told.get("label") or told["name"]),
        kind,
        is_writable=not is_fixed,
        choices=tuple(str(each["value"]) for each in told.get("options") or ()),
    )


def refusal(response: outbound.Response, at: datetime) -> SinkError | None:
    """HubSpot names a category and, for a value it does not take, the property."""
    answer = Answer(str(response.status), response.text, response.duration)
    try:
        content = response.json()
    except ValueError:
        return None
    if not isinstance(content, Mapping):
        return None
    if response.status == BUSY:
        wait = backoff.retry_after(response.headers.get("retry-after"), at)
        daily = content.get("policyName") == "DAILY"
        pause = wait or (timedelta(hours=1) if daily else timedelta(seconds=10))
        return RateLimited("status_429", "HubSpot asks for a pause.", pause, answer)
    if content.get("category") == "MISSING_SCOPES":
        return Misconfigured("missing_scopes", "HubSpot does not allow this: the app lacks a scope.", answer)
    if response.status == INVALID:
        return of_category(content.get("errors") or [content], answer)
    return None


def of_category(errors: Sequence[Mapping[str, Any]], answer: Answer) -> SinkError:
    codes = {str(error.get("code") or error.get("category") or "REFUSED") for error in errors}
    names = {
        str(name) for error in errors for name in (error.get("context") or {}).get("propertyName", ()) if name
    }
    about = f" ({', '.join(sorted(names))})" if names else ""
    if "PROPERTY_DOESNT_EXIST" in codes:
        return Misconfigured("unknown_field", f"HubSpot has no such property{about}.", answer)
    said = ", ".join(sorted(codes)).replace("_", " ").lower()
    return Permanent("refused", f"HubSpot refuses a value{about}: {said}.", answer)
