"""Tryton's JSON-RPC: signing in, calling a method of a model, and values as it writes them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from workflows.sinks.base import Field, Misconfigured, Permanent, Retry
from workflows.sinks.rest import Api

SESSIONS: dict[str, tuple[str, dict[str, Any]]] = {}
"""What signing in gave, by a digest of the login: the header and the context of calls. Each process its own."""

CONTEXT = ("company", "employee", "language")
KINDS = {
    "char": "text", "text": "text", "integer": "number", "float": "number", "numeric": "number",
    "boolean": "flag", "date": "date", "datetime": "instant", "timestamp": "instant",
    "selection": "choice", "many2one": "reference",
}  # fmt: skip


class Rpc:
    """Calls as one user of one database. Signs in at the first call, and again when the session has ended."""

    def __init__(self, base: str, database: str, user: str, password: str) -> None:
        self.user = user
        self.password = password
        login = "\0".join((base, database, user, password))
        self.key = hashlib.sha256(login.encode()).hexdigest()
        self.place = f"/{quote(database, safe='')}/rpc/"
        self.api = Api("Tryton", base, headers=self._headers, renew=self.sign_in)
        self.door = Api("Tryton", base)

    def ends_in(self, seconds: float) -> None:
        """From now on all calls together take no longer."""
        self.api.ends_in(seconds)
        self.door.limit = self.api.limit

    def call(self, model: str, method: str, *arguments: Any, **context: Any) -> Any:
        """What the method of the model returns. Raises SinkError."""
        if self.key not in SESSIONS:
            self.sign_in()
        known = {**SESSIONS[self.key][1], **context}
        return self._post(self.api, f"model.{model}.{method}", [*arguments, known])

    def sign_in(self) -> None:
        """Afterwards there is a session, and its company and employee are known. Raises Misconfigured."""
        SESSIONS.pop(self.key, None)
        found = self._post(self.door, "common.db.login", [self.user, {"password": self.password}])
        if not found:
            raise Misconfigured("signed_out", "Tryton does not know this user with this password.")
        number, session = found[:2]
        token = base64.b64encode(f"{self.user}:{number}:{session}".encode()).decode()
        SESSIONS[self.key] = (token, {})
        preferences = self._post(self.api, "model.res.user.get_preferences", [True, {}]) or {}
        SESSIONS[self.key] = (token, {name: preferences[name] for name in CONTEXT if preferences.get(name)})

    def _headers(self) -> dict[str, str]:
        session = SESSIONS.get(self.key)
        return {"Authorization": f"Session {session[0]}"} if session else {}

    def _post(self, api: Api, method: str, params: list[Any]) -> Any:
        body = {"id": 1, "method": method, "params": params}
        content = api.call("POST", self.place, json=body).json()
        if not isinstance(content, Mapping):
            raise Retry("no_rpc", "Tryton answered something other than JSON-RPC.")
        if content.get("error"):
            raise _fault(content["error"])
        return content.get("result")


def _fault(error: Any) -> Permanent | Retry | Misconfigured:
    """An exception on the other side; its trace may tell of persons and is left there."""
    kind = str(error[0]) if isinstance(error, list) and error else ""
    told = error[1] if isinstance(error, list) and len(error) > 1 else ""
    words = str(told[0] if isinstance(told, list) and told else told).partition("\n")[0][:200].rstrip(".")
    if kind == "ConcurrencyException":
        return Retry("concurrency", "Somebody else changed the same record in Tryton just now.")
    if kind in ("LoginException", "RateLimitException"):
        return Misconfigured("signed_out", "Tryton does not know this user with this password.")
    if kind in ("UserError", "UserWarning", "AccessError"):
        return Permanent("refused", f"Tryton refuses it: {words}.")
    return Permanent("fault", "Tryton could not do it; its log tells why.")


def field_of(prefix: str, name: str, told: Mapping[str, Any]) -> Field | None:
    """One of `fields_get`, or None for lists of records and the like, which a mapping cannot fill."""
    kind = KINDS.get(str(told.get("type")))
    if kind is None:
        return None
    choices = told.get("selection")
    return Field(
        f"{prefix}.{name}",
        str(told.get("string") or name),
        kind,
        is_writable=not told.get("readonly"),
        is_required=bool(told.get("required")),
        choices=tuple(str(each[0]) for each in choices if each[0]) if isinstance(choices, list) else (),
    )


def written(kind: str, value: Any) -> Any:
    """A value for a field of Tryton's type `kind`. Raises Permanent when it does not fit."""
    try:
        if kind in ("char", "text", "selection"):
            return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        if kind == "boolean":
            return bool(value)
        if kind == "integer" or kind == "many2one":
            return int(value)
        if kind == "float":
            return float(value)
        if kind == "numeric":
            return {"__class__": "Decimal", "decimal": str(Decimal(str(value)))}
        if kind in ("date", "datetime", "timestamp"):
            return _moment(kind, str(value))
    except (TypeError, ValueError, InvalidOperation) as error:
        raise Permanent("bad_value", f"A value does not fit a field of Tryton's type “{kind}”.") from error
    raise Permanent("bad_field", f"A mapping cannot fill a field of Tryton's type “{kind}”.")


def read(value: Any) -> Any:
    """A value as Tryton answers it, as plain JSON: numbers, and instants as ISO 8601."""
    if not isinstance(value, Mapping) or "__class__" not in value:
        return value
    kind = value["__class__"]
    if kind == "Decimal":
        number = Decimal(value["decimal"])
        return int(number) if number == number.to_integral_value() else float(number)
    if kind == "date":
        return date(value["year"], value["month"], value["day"]).isoformat()
    if kind == "datetime":
        names = ("year", "month", "day", "hour", "minute", "second")
        at = datetime(**{name: value[name] for name in names}, tzinfo=UTC)
        return f"{at:%Y-%m-%dT%H:%M:%S}Z"
    return None


def _moment(kind: str, text: str) -> dict[str, Any]:
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    told: dict[str, Any] = {"year": at.year, "month": at.month, "day": at.day}
    if kind == "date":
        return {"__class__": "date", **told}
    clock = {"hour": at.hour, "minute": at.minute, "second": at.second, "microsecond": 0}
    return {"__class__": "datetime", **told, **clock}
