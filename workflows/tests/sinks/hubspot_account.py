"""A HubSpot account on this machine: the documented calls that the adapter makes, over real HTTP."""

from __future__ import annotations

import json
import re
import time
from typing import Any
from urllib.parse import unquote

from werkzeug import Request, Response

from workflows.sinks.conformance import Receiver

OWNERS = {"71": "ana@acme.example", "72": "ben@acme.example"}
PROPERTIES = {
    "contacts": ["email", "firstname", "lastname", "company", "lifecyclestage", "hs_email_optout", "hubspot_owner_id"],
    "meetings": ["hs_timestamp", "hs_meeting_start_time", "hs_meeting_end_time", "hs_meeting_title",
                 "hs_meeting_outcome", "hs_internal_meeting_notes", "hubspot_owner_id"],
}  # fmt: skip


class Account(Receiver):
    """Unique properties, associations, pages of two, access tokens that end, and what can go wrong."""

    def __init__(self, httpserver: Any, **config: Any) -> None:
        self.config = {"url": httpserver.url_for("").rstrip("/"), "token": "private-app-token", **config}
        self.good_tokens = {"private-app-token"}
        self.records: dict[str, dict[str, dict[str, str]]] = {
            "contacts": {},
            "meetings": {},
            "deals": {},
            "companies": {},
        }
        self.properties = {kind: list(names) for kind, names in PROPERTIES.items()}
        self.unique = {"contacts": {"email"}, "meetings": set()}
        self.groups: set[str] = set()
        self.linked: set[tuple[str, str]] = set()
        self.deals_of: dict[str, list[str]] = {}
        self.calls: list[str] = []
        self.renewals = 0
        self.answer: Response | None = None
        self.delay, self.loses = 0.0, False
        self.fails_at, self.takes_grants = "", True
        self.rotates, self.refresh_token = False, "refresh"
        httpserver.expect_request(re.compile(".*")).respond_with_handler(self.serve)

    def effects(self) -> Any:
        held = {kind: sorted(map(json.dumps, rows.values())) for kind, rows in self.records.items() if rows}
        return (held, sorted(self.linked)) if held else {}

    def be_down(self) -> None:
        self.answer = Response("", 502)

    def be_busy(self, seconds: int) -> None:
        body = {"status": "error", "errorType": "RATE_LIMIT", "policyName": "SECONDLY"}
        self.answer = said(body, 429, {"Retry-After": str(seconds)})

    def be_slow(self) -> None:
        self.delay = 0.6

    def swallow(self) -> None:
        self.loses = True

    def refuse_secrets(self) -> None:
        self.good_tokens, self.takes_grants = set(), False

    def know(self, email: str) -> None:
        self.records["contacts"]["501"] = {
            "email": email,
            "lifecyclestage": "customer",
            "hubspot_owner_id": "72",
        }
        self.deals_of["501"] = ["1", "2", "3"]
        self.records["deals"] = {
            number: {"hs_is_closed": "false" if number == "3" else "true"} for number in ("1", "2", "3")
        }

    def serve(self, request: Request) -> Response:
        time.sleep(self.delay)
        self.calls.append(f"{request.method} {request.path}")
        if self.answer:
            return self.answer
        if request.path == "/oauth/v1/token":
            return self._token(request)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.good_tokens:
            return said({"status": "error", "category": "EXPIRED_AUTHENTICATION"}, 401)
        if self.fails_at and self.fails_at in request.path:
            self.fails_at = ""
            return Response("", 503)
        answer = self._answer(request)
        if self.loses and request.path.endswith("/batch/upsert"):
            self.loses = False
            return Response("", 504)
        return answer

    def _token(self, request: Request) -> Response:
        if (
            not self.takes_grants
            or request.form.get("refresh_token") != self.refresh_token
            or request.form.get("client_secret") != "client-secret"
        ):
            return said({"status": "BAD_REFRESH_TOKEN", "message": "missing or invalid refresh token"}, 400)
        self.renewals += 1
        self.good_tokens = {f"access-{self.renewals}"}
        if self.rotates:
            self.refresh_token = f"refresh-{self.renewals}"
        told = {"access_token": f"access-{self.renewals}", "expires_in": 1800, "token_type": "bearer"}
        return said({**told, "refresh_token": self.refresh_token})

    def _answer(self, request: Request) -> Response:
        parts = [unquote(part) for part in request.path.strip("/").split("/")]
        match parts[1:]:
            case ["v3", "owners"]:
                found = [
                    {"id": key, "email": email}
                    for key, email in OWNERS.items()
                    if request.args.get("email") in (None, email)
                ]
                return said({"results": found})
            case ["v3", "owners", number]:
                return said({"id": number, "email": OWNERS[number]}) if number in OWNERS else missing()
            case ["v3", "properties", kind, *rest]:
                return self._property(request, kind, rest)
            case ["v3", "objects", kind, "batch", "upsert"]:
                return self._upsert(kind, request.get_json()["inputs"][0])
            case ["v3", "objects", "deals", "batch", "read"]:
                numbers = [each["id"] for each in request.get_json()["inputs"]]
                return said(
                    {"results": [{"id": each, "properties": self.records["deals"][each]} for each in numbers]}
                )
            case ["v3", "objects", "companies", "search"]:
                value = request.get_json()["filterGroups"][0]["filters"][0]["value"]
                rows = self.records["companies"].items()
                return said(
                    {
                        "results": [
                            {"id": key, "properties": row} for key, row in rows if row["domain"] == value
                        ]
                    }
                )
            case ["v3", "objects", _]:
                return said({"results": []})
            case ["v3", "objects", kind, number]:
                return self._one(request, kind, number)
            case ["v4", "objects", "meetings", meeting, "associations", "default", "contacts", contact]:
                self.linked.add((meeting, contact))
                return said({"status": "COMPLETE"})
            case ["v4", "objects", "contacts", contact, "associations", "deals"]:
                return self._deals(request, contact)
        return missing()

    def _property(self, request: Request, kind: str, rest: list[str]) -> Response:
        if rest == ["groups"]:
            self.groups.add(kind)
            return said({"name": "ordinus"}, 201)
        if request.method == "POST":
            told = request.get_json()
            self.properties[kind].append(told["name"])
            self.unique[kind] |= {told["name"]} if told["hasUniqueValue"] else set()
            return said(told, 201)
        if rest:
            return said({"name": rest[0]}) if rest[0] in self.properties[kind] else missing()
        fields = [
            {"name": name, "label": name.title(), "type": "string", "fieldType": "text"}
            for name in self.properties[kind]
        ]
        return said({"results": fields})

    def _upsert(self, kind: str, told: dict[str, Any]) -> Response:
        by = told["idProperty"]
        if by not in self.unique[kind] or (bad := self._unknown(kind, told["properties"])):
            return refusal([by] if by not in self.unique[kind] else bad)
        rows = self.records[kind]
        number = next(
            (key for key, row in rows.items() if row.get(by, "").lower() == told["id"].lower()), None
        )
        number = number or str(900 + len(rows))
        rows[number] = rows.get(number, {}) | told["properties"]
        return said(
            {"status": "COMPLETE", "results": [{"id": number, "properties": rows[number], "new": True}]}
        )

    def _one(self, request: Request, kind: str, number: str) -> Response:
        rows = self.records[kind]
        if by := request.args.get("idProperty"):
            number = next((key for key, row in rows.items() if row.get(by) == number), "")
        if number not in rows:
            return missing()
        if request.method == "PATCH":
            if bad := self._unknown(kind, request.get_json()["properties"]):
                return refusal(bad)
            rows[number] |= request.get_json()["properties"]
        wanted = request.args.get("properties", "email").split(",")
        return said({"id": number, "properties": {name: rows[number].get(name) for name in wanted}})

    def _unknown(self, kind: str, properties: dict[str, Any]) -> list[str]:
        return [name for name in properties if name not in self.properties[kind]]

    def _deals(self, request: Request, contact: str) -> Response:
        numbers, begin = self.deals_of.get(contact, []), int(request.args.get("after", 0))
        page = [{"toObjectId": int(number)} for number in numbers[begin : begin + 2]]
        more = {"paging": {"next": {"after": str(begin + 2)}}} if begin + 2 < len(numbers) else {}
        return said({"results": page, **more})


def said(body: Any, status: int = 200, headers: Any = None) -> Response:
    return Response(json.dumps(body), status, headers, content_type="application/json")


def missing() -> Response:
    return said({"status": "error", "category": "OBJECT_NOT_FOUND", "message": "resource not found"}, 404)


def refusal(names: list[str]) -> Response:
    errors = [{"code": "PROPERTY_DOESNT_EXIST", "context": {"propertyName": names}}]
    return said({"status": "error", "category": "VALIDATION_ERROR", "message": "…", "errors": errors}, 400)
