"""The one HTTP client: webhooks, CRM systems, feeds and enrichments are reached through it alone.

Where a request goes was typed by someone, so it may aim at what only this machine can reach (server-side
request forgery). A name is resolved once, every address it has is checked, and the connection goes to a
checked address; name and certificate stay those of the URL. Redirects are not followed, and no proxy of the
environment is used.
"""

from __future__ import annotations

import json as jsonlib
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Literal

import httpcore
import httpx
from django.conf import settings

from workflows.core import addresses
from workflows.core.addresses import Address, Permitted

ErrorKind = Literal["refused_address", "bad_url", "timeout", "connection", "too_large", "redirect"]
Resolver = Callable[[str, int], Sequence[str]]

TIMEOUT = 10.0
CONNECT_TIMEOUT = 5.0
MAX_BYTES = 5_000_000
PIECE = 16_384
DEFAULT_PORTS = {"http": 80, "https": 443}


class OutboundError(Exception):
    """Why there is no answer: a sentence without paths, queries or secrets, and a kind for programs.

    `may_have_arrived`: some of the request had gone out, so that the other side may have done what it asks.
    """

    def __init__(self, message: str, kind: ErrorKind) -> None:
        super().__init__(message)
        self.kind = kind
        self.may_have_arrived = False


@dataclass(frozen=True)
class Response:
    """A whole answer, whatever its status; `duration` is in seconds."""

    status: int
    headers: httpx.Headers
    content: bytes
    duration: float

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The content in the character set that it names, else UTF-8; what does not fit is replaced."""
        named = re.search(r'charset="?([\w.:-]+)', self.headers.get("content-type", ""), re.IGNORECASE)
        try:
            return self.content.decode(named[1] if named else "utf-8", "replace")
        except (LookupError, UnicodeError):
            return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The content read as JSON; raises ValueError when it is none, or is nested beyond reason."""
        try:
            return jsonlib.loads(self.content)
        except RecursionError as error:
            raise ValueError("the answer is nested too deeply") from error


def system_resolver(host: str, port: int) -> list[str]:
    """The addresses that the machine's resolver has for a name, in its order of preference."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | str | None = None,
    json: Any = None,
    timeout: float = TIMEOUT,
    max_bytes: int = MAX_BYTES,
    gzip: bool = False,
    resolver: Resolver = system_resolver,
) -> Response:
    """Send one request and return the whole answer, a status of 400 and above included.

    `timeout` bounds everything together, in seconds, name look-up and a dripping answer included. `gzip` lets
    the answer come compressed. Raises OutboundError when there is no answer, it is longer than `max_bytes`, also
    once unpacked, or it is a redirect.
    """
    deadline = Deadline(timeout)
    target = _target(url)
    sent = httpx.Request(method, target, headers=_headers(headers, gzip), content=content, json=json)
    backend = PinnedBackend(_checked_addresses(target, resolver, deadline), deadline)
    try:
        return _answer(sent, backend, deadline, max_bytes)
    except OutboundError as error:
        error.may_have_arrived = deadline.has_sent
        raise


class Deadline:
    """The instant by which a whole exchange is over, and whether any of its request has gone out."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.has_sent = False
        self._begun = time.monotonic()

    @property
    def spent(self) -> float:
        return time.monotonic() - self._begun

    def left(self) -> float:
        """The seconds that remain; raises OutboundError when none do."""
        left = self.seconds - self.spent
        if left <= 0:
            raise self.passed()
        return left

    def passed(self) -> OutboundError:
        return OutboundError(f"no complete answer within {self.seconds:g} s", "timeout")


class DeadlineStream(httpcore.NetworkStream):
    """A connection of which each read and write ends by the deadline.

    A limit for each read alone would let a server that drips a byte at a time keep the caller for ever.
    """

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._deadline.has_sent = True
        for start in range(0, len(buffer), PIECE):
            self._stream.write(buffer[start : start + PIECE], self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return DeadlineStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the addresses that were checked, whatever the name resolves to by now."""

    def __init__(self, checked: Sequence[Address], deadline: Deadline) -> None:
        self._checked = checked
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        for number, address in enumerate(self._checked, start=1):
            limit = min(CONNECT_TIMEOUT, self._deadline.left())
            try:
                stream = self._sockets.connect_tcp(str(address), port, limit, socket_options=socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(self._checked):
                    raise
            else:
                return DeadlineStream(stream, self._deadline)
        raise httpcore.ConnectError("the name has no address")


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """Checks certificates against certifi's roots, or those of SSL_CERT_FILE; kept, for loading is slow."""
    return httpx.create_ssl_context()


def _target(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        raise OutboundError("this is no URL", "bad_url") from error
    if target.scheme not in DEFAULT_PORTS:
        raise OutboundError("only http and https URLs can be reached", "bad_url")
    if target.userinfo:
        raise OutboundError("a URL must not hold a user name or password", "bad_url")
    if not target.host or not 0 < _port(target) < 65536:
        raise OutboundError("the URL names no host, or a port that does not exist", "bad_url")
    return target


def _port(target: httpx.URL) -> int:
    return DEFAULT_PORTS[target.scheme] if target.port is None else target.port


def _headers(given: Mapping[str, str] | None, gzip: bool) -> httpx.Headers:
    """The caller's headers; the host is always that of the URL, and compression is asked for by `gzip` alone."""
    headers = httpx.Headers({"User-Agent": "Ordinus", "Accept": "*/*"})
    headers.update(given)
    headers.pop("Host", None)
    headers["Accept-Encoding"] = "gzip" if gzip else "identity"
    return headers


def _checked_addresses(target: httpx.URL, resolver: Resolver, deadline: Deadline) -> list[Address]:
    """All addresses of the host, each of which may be reached; one that may not be refuses the host."""
    host = target.raw_host.decode("ascii")
    literal = addresses.parsed(host)
    found = [literal] if literal else _resolved(host, _port(target), resolver, deadline)
    allowed = _permitted(tuple(settings.ORDINUS_PRIVATE_HOSTS))
    for address in found:
        if not allowed.allows(host, address):
            where = host if literal else f"{host} ({address})"
            message = f"{where} is not at a public address; ORDINUS_PRIVATE_HOSTS can permit it"
            raise OutboundError(message, "refused_address")
    return found


@lru_cache(maxsize=8)
def _permitted(entries: tuple[str, ...]) -> Permitted:
    try:
        return addresses.permitted(entries)
    except ValueError as error:
        raise OutboundError(f"ORDINUS_PRIVATE_HOSTS cannot be read: {error}", "refused_address") from error


def _resolved(host: str, port: int, resolver: Resolver, deadline: Deadline) -> list[Address]:
    """The addresses of a name, each once; in a thread, for the system's look-up has no time limit."""
    answers: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(resolver(host, port))
        except (OSError, ValueError) as error:
            answers.put(error)

    Thread(target=look_up, daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left())
    except Empty:
        raise deadline.passed() from None
    found = (
        [] if isinstance(answer, Exception) else [addresses.parsed(text) for text in dict.fromkeys(answer)]
    )
    if not found or None in found:
        raise OutboundError(f"the name {host} has no address", "connection")
    return [address for address in found if address is not None]


def _answer(sent: httpx.Request, backend: PinnedBackend, deadline: Deadline, max_bytes: int) -> Response:
    host = sent.url.host
    try:
        return _exchange(sent, backend, deadline, max_bytes)
    except httpcore.TimeoutException as error:
        raise deadline.passed() from error
    except httpcore.NetworkError as error:
        raise OutboundError(f"no connection to {host}: {_in_words(error)}", "connection") from error
    except (httpcore.ProtocolError, ssl.SSLError, ValueError) as error:
        raise OutboundError(f"{host} could not be spoken to in HTTP", "connection") from error


def _in_words(error: Exception) -> str:
    """“connection refused”: what the system says, without its number."""
    said = re.sub(r"\[[^\]]*\]\s*", "", str(error)).strip()
    return said[:1].lower() + said[1:] or "it broke off"


def _exchange(sent: httpx.Request, backend: PinnedBackend, deadline: Deadline, max_bytes: int) -> Response:
    place = httpcore.URL(
        scheme=sent.url.raw_scheme, host=sent.url.raw_host, port=sent.url.port, target=sent.url.raw_path
    )
    with (
        httpcore.ConnectionPool(ssl_context=tls_context(), network_backend=backend) as pool,
        pool.stream(sent.method, place, headers=sent.headers.raw, content=sent.content) as answer,
    ):
        headers = httpx.Headers(answer.headers)
        _refuse(answer.status, headers)
        body = bytearray()
        for chunk in answer.iter_stream():
            body += chunk
            if len(body) > max_bytes:
                raise OutboundError(f"the answer is longer than {max_bytes} bytes", "too_large")
            deadline.left()
        return Response(answer.status, headers, _plain(sent, headers, bytes(body), max_bytes), deadline.spent)


def _refuse(status: int, headers: httpx.Headers) -> None:
    if 300 <= status < 400 and status != 304:
        raise OutboundError(f"the answer is a redirect ({status}); redirects are not followed", "redirect")


def _plain(sent: httpx.Request, headers: httpx.Headers, body: bytes, max_bytes: int) -> bytes:
    """The body unpacked: never beyond `max_bytes`, though a small one could hold a thousand times as much."""
    encoding = headers.get("content-encoding", "identity").lower()
    if encoding == "identity" or not body:
        return body
    if encoding != sent.headers["Accept-Encoding"]:
        raise OutboundError("the answer is compressed, which was not asked for", "connection")
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = unpacking.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise OutboundError("the answer is said to be compressed, and is not", "connection") from error
    if len(plain) > max_bytes:
        raise OutboundError(f"the answer is longer than {max_bytes} bytes", "too_large")
    return plain
