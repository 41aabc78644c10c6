"""A Salesforce organisation on this machine: the documented REST calls and the SOQL that the adapter speaks."""

from __future__ import annotations

import json
import re
import time
from typing import Any
from urllib.parse import unquote

from werkzeug import Request, Response

from workflows.sinks.conformance import Receiver
from workflows.tests.sinks.hubspot_account import said

SOQL = re.compile(r"SELECT (.+?) FROM (\w+)(?: WHERE (.+?))?(?: ORDER BY Id)?(?: LIMIT (\d+))?$", re.DOTALL)
CONDITION = re.compile(r"([\w.]+) (=|LIKE) (?:'((?:[^'\\]|\\.)*)'|(true|false))")
FIELDS = {
    "Lead": ["Email", "FirstName", "LastName", "Company", "OwnerId", "Status", "NumberOfEmployees"],
    "Contact": ["Email", "FirstName", "LastName", "AccountId", "OwnerId"],
    "Event": ["Subject", "StartDateTime", "EndDateTime", "Description", "OwnerId", "WhoId"],
    "Topic": ["Name"],
    "TopicAssignment": ["TopicId", "EntityId"],
}
PAGE = 2


class Org(Receiver):
    """Pages of two, sessions that end, and errors as lists of codes."""

    def __init__(self, httpserver: Any, **config: Any) -> None:
        base = httpserver.url_for("").rstrip("/")
        self.config = {"url": base, "client_id": "app", "client_secret": "client-secret", **config}
        self.records: dict[str, dict[str, dict[str, Any]]] = {
            kind: {} for kind in (*FIELDS, "Account", "Opportunity")
        }
        self.records["User"] = {
            "005A": {"Email": "ana@acme.example", "IsActive": True},
            "005B": {"Email": "ben@acme.example", "IsActive": True},
        }
        self.sessions: set[str] = set()
        self.queries: list[str] = []
        self.pages: dict[str, list[Any]] = {}
        self.renewals, self.takes_grants = 0, True
        self.rotates, self.refresh_token = False, "refresh"
        self.answer: Response | None = None
        self.error: tuple[int, dict[str, Any]] | None = None
        self.delay, self.loses, self.fails_at = 0.0, "", ""
        httpserver.expect_request(re.compile(".*")).respond_with_handler(self.serve)

    def effects(self) -> Any:
        kinds = ("Lead", "Contact", "Event", "Topic", "TopicAssignment")
        return {kind: json.loads(json.dumps(self.records[kind])) for kind in kinds if self.records[kind]}

    def be_down(self) -> None:
        self.answer = Response("", 503)

    def be_busy(self, seconds: int) -> None:
        self.error = (
            403,
            {"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."},
        )

    def be_slow(self) -> None:
        self.delay = 0.6

    def swallow(self) -> None:
        self.loses = "POST /services/data"

    def refuse_secrets(self) -> None:
        self.sessions, self.takes_grants = set(), False

    def know(self, email: str) -> None:
        owner = {"Email": "ben@acme.example"}
        account = {"Id": "001N", "Name": "Navy", "Type": "Customer - Direct", "Website": "https://www.navy.example/",
                   "Owner": owner}  # fmt: skip
        self.records["Account"]["001N"] = account
        self.records["Contact"]["003G"] = {
            "Email": email,
            "Account": account,
            "Owner": owner,
            "HasOptedOutOfEmail": True,
        }
        self.records["Opportunity"]["006O"] = {"AccountId": "001N", "IsClosed": False}

    def serve(self, request: Request) -> Response:
        time.sleep(self.delay)
        call = f"{request.method} {request.path}"
        if self.answer:
            return self.answer
        if request.path == "/services/oauth2/token":
            return self._token(request)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.sessions:
            return said([{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}], 401)
        if self.error and request.method != "GET":
            return said([self.error[1]], self.error[0])
        if self.fails_at and call.endswith(self.fails_at):
            self.fails_at = ""
            return said(
                [{"errorCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access"}], 400
            )
        answer = self._answer(request)
        if self.loses and call.startswith(self.loses):
            self.loses = ""
            return Response("", 504)
        return answer

    def _token(self, request: Request) -> Response:
        grants = {"client_credentials": None, "refresh_token": self.refresh_token}
        kind = request.form.get("grant_type", "")
        if not self.takes_grants or kind not in grants or request.form.get("refresh_token") != grants[kind]:
            return said({"error": "invalid_grant", "error_description": "expired access/refresh token"}, 400)
        self.renewals += 1
        self.sessions = {f"session-{self.renewals}"}
        told = {"access_token": f"session-{self.renewals}", "instance_url": self.config["url"]}
        if self.rotates:
            told["refresh_token"] = self.refresh_token = f"refresh-{self.renewals}"
        return said(told)

    def _answer(self, request: Request) -> Response:
        parts = [unquote(part) for part in request.path.strip("/").split("/")][3:]
        match parts:
            case ["query"]:
                return self._query(request.args["q"])
            case ["query", locator]:
                return self._page(self.pages.pop(locator))
            case ["sobjects", kind]:
                return self._create(kind, request.get_json())
            case ["sobjects", kind, "describe"]:
                told = [{"name": name, "label": name, "type": "string", "updateable": True, "createable": True,
                         "nillable": True} for name in FIELDS[kind]]  # fmt: skip
                return said({"createable": True, "fields": told})
            case ["sobjects", kind, number]:
                return self._one(request, kind, number)
        return said([{"errorCode": "NOT_FOUND"}], 404)

    def _create(self, kind: str, values: dict[str, Any]) -> Response:
        if bad := [name for name in values if name not in FIELDS[kind]]:
            message = f"No such column '{bad[0]}' on sobject of type {kind}"
            return said([{"errorCode": "INVALID_FIELD", "message": message}], 400)
        number = f"{kind[:2].upper()}{len(self.records[kind]):04}"
        self.records[kind][number] = dict(values)
        return said({"id": number, "success": True, "errors": []}, 201)

    def _one(self, request: Request, kind: str, number: str) -> Response:
        rows = self.records[kind]
        if number not in rows:
            return said([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}], 404)
        if request.method == "PATCH":
            rows[number] |= request.get_json()
            return Response("", 204)
        if request.method == "DELETE":
            del rows[number]
            return Response("", 204)
        return said({name: rows[number].get(name) for name in request.args["fields"].split(",")})

    def _query(self, soql: str) -> Response:
        self.queries.append(soql)
        found = SOQL.match(soql)
        assert found, soql
        _, kind, where, limit = found.groups()
        rows = [{"Id": number, **row} for number, row in sorted(self.records[kind].items())]
        tests = CONDITION.findall(where or "")
        assert len(tests) == (len(where.split(" AND ")) if where else 0), where
        rows = [row for row in rows if all(self._holds(row, *test) for test in tests)]
        return self._page(rows[: int(limit)] if limit else rows)

    def _holds(self, row: dict[str, Any], name: str, sign: str, text: str, flag: str) -> bool:
        held = row.get(name)
        if name == "Topic.Name":
            held = self.records["Topic"][row["TopicId"]]["Name"]
        if flag:
            return bool(held) == (flag == "true")
        plain = re.sub(r"\\(.)", r"\1", text)
        if sign == "LIKE":
            return plain.strip("%").lower() in str(held or "").lower()
        return str(held or "").lower() == plain.lower()

    def _page(self, rows: list[Any]) -> Response:
        body: dict[str, Any] = {"records": rows[:PAGE], "done": len(rows) <= PAGE}
        if not body["done"]:
            locator = f"01g{len(self.queries)}-{len(rows)}"
            self.pages[locator] = rows[PAGE:]
            body["nextRecordsUrl"] = f"/services/data/v62.0/query/{locator}"
        return said(body)
