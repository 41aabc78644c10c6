"""A Tryton server on a copy of the built database, and what stands between it and Ordinus."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
from werkzeug import Request, Response

from scripts import services, tryton
from workflows.sinks.conformance import Receiver

WRITES = (".create", ".write")
OWN = 4
"""Parties that the built database has: the company and its employees."""


class Tryton:
    """The server as a process of its own; may be killed and started again on the same database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = services.free_port()
        self.file = tryton.configured(folder, self.port)
        self.database = folder / f"{tryton.DATABASE}.sqlite"
        shutil.copy(tryton.ready(), self.database)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> dict[str, Any]:
        login = {"database": tryton.DATABASE, "user": "admin", "password": tryton.PASSWORD}
        return {"url": self.url, **login}

    def start(self) -> None:
        """Afterwards it answers."""
        program = [str(tryton.HOME / "bin" / "trytond"), "-c", str(self.file), "-d", tryton.DATABASE]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(program, stdout=log, stderr=log)
        for _ in range(600):
            try:
                httpx.get(self.url, timeout=5)
                return
            except httpx.TransportError:
                time.sleep(0.1)
        raise RuntimeError((self.folder / "log").read_text()[-2000:])

    def kill(self) -> None:
        """At once, in the middle of whatever it does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database itself holds."""
        with sqlite3.connect(self.database, timeout=20) as connection:
            return connection.execute(query).fetchall()

    def write(self, statement: str, values: tuple[Any, ...]) -> None:
        with sqlite3.connect(self.database, timeout=20) as connection:
            connection.execute(statement, values)

    def pass_on(
        self, method: str, path: str, content: bytes, headers: dict[str, str]
    ) -> httpx.Response | None:
        """Its answer to a call; None when it was lost."""
        return httpx.post(f"{self.url}{path}", content=content, headers=headers, timeout=30)

    def empty(self) -> None:
        """Afterwards it knows its company and employees only."""
        with sqlite3.connect(self.database, timeout=20) as connection:
            for table in ("ir_note", "sale_opportunity", '"party_party-party_category"', "party_category"):
                connection.execute(f"DELETE FROM {table}")
            connection.execute("DELETE FROM party_contact_mechanism WHERE party > ?", (OWN,))
            connection.execute("DELETE FROM party_party WHERE id > ?", (OWN,))

    def parties(self) -> list[tuple[Any, ...]]:
        return self.rows(
            'SELECT p.name, m.value, (SELECT group_concat(c.name) FROM "party_party-party_category" r'
            " JOIN party_category c ON c.id = r.category WHERE r.party = p.id)"
            f" FROM party_party p JOIN party_contact_mechanism m ON m.party = p.id WHERE p.id > {OWN}"
        )

    def opportunities(self) -> list[tuple[Any, ...]]:
        return self.rows(
            "SELECT o.reference, o.state, o.description, p.name, e.party FROM sale_opportunity o"
            " JOIN party_party p ON p.id = o.party LEFT JOIN company_employee e ON e.id = o.employee"
        )

    def notes(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT message FROM ir_note ORDER BY id")]


class Between(Receiver):
    """Stands before a real Tryton: passes everything on, unless it is told to spoil it."""

    def __init__(self, server: Tryton, httpserver: Any) -> None:
        server.empty()
        self.server = server
        self.loses = False
        self.answers: Response | None = None
        self.delay = 0.0
        self.calls: list[str] = []
        self.config = {**server.config, "url": httpserver.url_for("")}
        httpserver.expect_request(f"/{tryton.DATABASE}/rpc/").respond_with_handler(self._pass_on)

    def _pass_on(self, request: Request) -> Response:
        content = request.get_data()
        method = json.loads(content)["method"]
        self.calls.append(method)
        time.sleep(self.delay)
        if self.answers:
            return self.answers
        headers = {name: request.headers[name] for name in ("Authorization",) if name in request.headers}
        headers |= {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
        reply = self.server.pass_on(method, request.path, content, headers)
        is_lost = self.loses and method.endswith(WRITES)
        if reply is None or is_lost:
            self.loses = False
            return Response("", 504)
        return Response(reply.content, reply.status_code, content_type="application/json")

    def effects(self) -> Any:
        held = [self.server.parties(), self.server.opportunities(), self.server.notes()]
        return held if any(held) else []

    def be_down(self) -> None:
        self.answers = Response("", 502)

    def be_busy(self, seconds: int) -> None:
        self.answers = Response("", 429, {"Retry-After": str(seconds)})

    def be_slow(self) -> None:
        self.delay = 1.0

    def swallow(self) -> None:
        self.loses = True

    def refuse_secrets(self) -> None:
        self.answers = Response("", 401)

    def know(self, email: str) -> None:
        with sqlite3.connect(self.server.database, timeout=20) as connection:
            party = connection.execute(
                "INSERT INTO party_party (name, code, active) VALUES ('Navy', 'N1', 1)"
            ).lastrowid
            connection.execute(
                "INSERT INTO party_contact_mechanism (party, type, value, value_compact, active)"
                " VALUES (?, 'email', ?, ?, 1)",
                (party, email, email),
            )
