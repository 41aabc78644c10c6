"""Sinks, feeds, enrichments and inbound look-ups: none of them reaches what only this machine can reach.

Names that people type go through one client. Here every caller of it is aimed at 25 special addresses, at a name
that answers differently the second time, and at a server that redirects to a cloud's metadata address.
"""

from __future__ import annotations

import ast
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings

from bookings.core.signatures import Unsigned
from bookings.enrichments.base import Unanswered
from bookings.enrichments.http import HttpEnrichment
from bookings.inbound import openid
from bookings.models import Enrichment
from bookings.tests.inbound import senders
from routing.calendars.base import CalendarUnreadable, Window
from routing.calendars.ics import IcsFeed
from workflows.sinks.base import SINK_KINDS, SinkError
from workflows.sinks.conformance import parcel
from workflows.sinks.oauth import TOKENS
from workflows.sinks.tryton_rpc import SESSIONS
from workflows.tests.raw_servers import RawServer, fixed

CORPUS = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "168.63.129.16",
    "169.254.169.254", "169.254.170.2", "172.16.0.1", "192.0.0.192", "192.168.1.1", "198.18.0.1", "224.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
    "64:ff9b::a00:1", "2002:7f00:1::1", "2002:a9fe:a9fe::1", "fd00:ec2::254", "fe80::1",
]  # fmt: skip
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CODE = Path(django_settings.BASE_DIR)
NETWORKS = {"httpx", "httpcore", "requests", "urllib3", "aiohttp", "urllib.request", "http.client", "socket"}
OUTBOUND = {"workflows/outbound.py"}


def sink(kind: str, **config: Any) -> Callable[[str], object]:
    def reach(url: str) -> object:
        adapter = SINK_KINDS[kind]({"url": url, **config})
        return adapter.push(parcel(adapter))

    return reach


def asked(kind: str, **config: Any) -> Callable[[str], object]:
    def reach(url: str) -> object:
        return SINK_KINDS[kind]({"url": url, **config}).look_up("a@b.example", "b.example", timeout=2)

    return reach


def enrichment(url: str) -> object:
    return HttpEnrichment(Enrichment(slug="e", kind="http", url=url)).answer({}, 2)


def feed(url: str) -> object:
    return IcsFeed().fetch({"url": url}, Window(NOW, NOW, ZoneInfo("UTC")))


@cache
def signing_key() -> Any:
    return senders.rsa_key()


def identity(url: str) -> object:
    openid.CERTIFICATES = url
    openid.KEYS.clear()
    openid.ASKED_AT.clear()
    return openid.checked(senders.identity_token(signing_key()), audience="x", now=NOW)


HUBSPOT = {"client_id": "a", "client_secret": "b", "refresh_token": "c"}
TRYTON = {"database": "crm", "user": "u", "password": "p"}
CALLERS: dict[str, Callable[[str], object]] = {
    "webhook": sink("webhook"),
    "slack": sink("slack"),
    "hubspot": sink("hubspot", token="t"),
    "hubspot by OAuth": sink("hubspot", **HUBSPOT),
    "hubspot look-up": asked("hubspot", token="t"),
    "salesforce": sink("salesforce", client_id="a", client_secret="b"),
    "salesforce look-up": asked("salesforce", client_id="a", client_secret="b"),
    "tryton": sink("tryton", **TRYTON),
    "tryton look-up": asked("tryton", **TRYTON),
    "enrichment": enrichment,
    "feed": feed,
    "identity tokens": identity,
}
REFUSED = (SinkError, Unanswered, CalendarUnreadable, Unsigned)


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(openid, "CERTIFICATES", openid.CERTIFICATES)
    yield
    for kept in (TOKENS, SESSIONS, openid.KEYS, openid.ASKED_AT):
        kept.clear()


@pytest.fixture
def tried(monkeypatch) -> list[Any]:
    """Every connection that anybody tries to open; each of them fails."""
    opened: list[Any] = []

    def connect(address: Any, *args: Any, **kwargs: Any) -> None:
        opened.append(address)
        raise OSError("no connection in this test")

    monkeypatch.setattr(socket, "create_connection", connect)
    return opened


@pytest.mark.parametrize("name", CALLERS)
def test_none_of_the_corpus_is_reached_by_address_or_by_name(name, tried, monkeypatch):
    for address in CORPUS:
        literal = f"[{address}]" if ":" in address else address
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        found = [(family, socket.SOCK_STREAM, 6, "", (address, 80))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, found=found, **kwargs: found)
        for url in (f"http://{literal}/x", "https://innocent.example/x"):
            with pytest.raises(REFUSED):
                CALLERS[name](url)
    assert tried == []


@pytest.mark.parametrize("name", CALLERS)
def test_a_name_that_changes_its_answer_is_looked_up_once_for_each_request(name, tried, monkeypatch):
    """The first answer is public, and the connection goes there; a second one would be the metadata address."""
    answers: list[str] = []

    def rebinding(*args: Any, **kwargs: Any) -> list[Any]:
        answers.append("1.1.1.1" if len(answers) % 2 == 0 else "169.254.169.254")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[-1], 80))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with pytest.raises(REFUSED):
        CALLERS[name]("http://rebinding.example/x")
    assert answers == ["1.1.1.1"]
    assert [address[0] for address in tried] == ["1.1.1.1"]


@pytest.mark.parametrize("name", CALLERS)
def test_a_redirect_to_the_metadata_address_is_not_followed(name, settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1"]
    server = RawServer(fixed(b"", "302 Found", Location="http://169.254.169.254/latest/meta-data/"))
    with pytest.raises(REFUSED):
        CALLERS[name](server.url(path="/x"))
    server.close()
    assert len(server.heads) == 1


def test_nothing_else_opens_connections():
    """One module of the product speaks to the network on behalf of what people typed."""
    found = set()
    for app in ("workflows", "routing", "bookings", "ordinus"):
        for file in sorted((CODE / app).rglob("*.py")):
            place = str(file.relative_to(CODE))
            if "/tests/" in place or "/migrations/" in place:
                continue
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Import):
                    names = {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom):
                    names = {node.module or ""}
                else:
                    continue
                if names & NETWORKS:
                    found.add(place)
    assert found == OUTBOUND
