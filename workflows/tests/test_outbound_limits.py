"""No server can keep the caller longer, or send it more, than was agreed."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable

import pytest

from workflows.outbound import OutboundError, request
from workflows.tests.raw_servers import RawServer, closed_port, fixed

HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture(autouse=True)
def loopback_permitted(settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1"]


@pytest.fixture
def failing():
    """The error of a request to a server that answers so, and the seconds it took."""
    servers: list[RawServer] = []

    def fail(answer: Callable[[socket.socket], None], **options) -> tuple[OutboundError, float]:
        servers.append(RawServer(answer))
        begun = time.monotonic()
        with pytest.raises(OutboundError) as caught:
            request("GET", servers[-1].url(), **options)
        return caught.value, time.monotonic() - begun

    yield fail
    for server in servers:
        server.close()


def drip(start: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(200):
            time.sleep(0.05)
            connection.sendall(piece)

    return answer


DRIPS = {
    "body": drip(HEAD + b"Content-Length: 100000\r\n\r\n", b"x"),
    "chunks": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "headers": drip(HEAD, b"X: y\r\n"),
    "status line": drip(b"", b"H"),
    "interim answers": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "silence": lambda connection: time.sleep(10),
}


@pytest.mark.parametrize("part", DRIPS)
def test_an_answer_that_drips_ends_at_the_deadline(part, failing):
    error, seconds = failing(DRIPS[part], timeout=0.5)
    assert error.kind == "timeout"
    assert seconds < 3


def test_a_name_that_takes_too_long_to_look_up_ends_at_the_deadline():
    def slow(host, port):
        time.sleep(5)
        return ["1.1.1.1"]

    begun = time.monotonic()
    with pytest.raises(OutboundError) as caught:
        request("GET", "http://slow.example/", timeout=0.3, resolver=slow)
    assert caught.value.kind == "timeout"
    assert time.monotonic() - begun < 3


def test_a_server_that_never_reads_ends_at_the_deadline():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(OutboundError) as caught:
            request("POST", url, content=b"x" * 30_000_000, timeout=0.5)
    assert caught.value.kind == "timeout"


def test_an_answer_of_the_largest_size_is_read():
    server = RawServer(fixed(b"x" * 1000))
    assert len(request("GET", server.url(), max_bytes=1000).content) == 1000
    server.close()


def test_an_answer_that_is_too_large_is_refused(failing):
    error, _ = failing(fixed(b"x" * 1001), max_bytes=1000)
    assert error.kind == "too_large"


def test_an_endless_answer_is_cut_off_at_the_default_size(failing):
    def endless(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    error, _ = failing(endless)
    assert error.kind == "too_large"


def test_a_compressed_answer_is_not_unpacked(failing):
    error, _ = failing(fixed(gzip.compress(b"x" * 10_000_000), Content_Encoding="gzip"))
    assert error.kind == "connection"


@pytest.mark.parametrize(
    "spoken",
    {
        "nothing": b"",
        "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
        "too short a body": HEAD + b"Content-Length: 10\r\n\r\nshort",
        "a broken chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "endless headers": HEAD + b"X: " + b"y" * 300_000,
        "a change of protocol": b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    }.items(),
    ids=lambda spoken: spoken[0],
)
def test_an_answer_that_is_no_http_is_a_connection_error(spoken, failing):
    error, _ = failing(lambda connection: connection.sendall(spoken[1]), timeout=5)
    assert error.kind == "connection"


@pytest.mark.parametrize("failure", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_that_cannot_be_looked_up_is_a_connection_error(failure):
    def unknown(host, port):
        raise failure

    with pytest.raises(OutboundError) as caught:
        request("GET", "http://unknown.example/", resolver=unknown)
    assert caught.value.kind == "connection"


def test_a_name_without_addresses_is_a_connection_error():
    with pytest.raises(OutboundError) as caught:
        request("GET", "http://empty.example/", resolver=lambda host, port: [])
    assert caught.value.kind == "connection"


def test_a_compressed_answer_that_was_asked_for_is_unpacked_up_to_the_limit(settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1"]
    answers = [gzip.compress(b"x" * 10_000_000), b"no gzip", gzip.compress(b"plain")]
    outcomes: list[str] = []
    for content in answers:
        server = RawServer(fixed(content, Content_Encoding="gzip"))
        try:
            outcomes.append(request("GET", server.url(), gzip=True, max_bytes=1000).text)
        except OutboundError as error:
            outcomes.append(error.kind)
        finally:
            server.close()
    assert outcomes == ["too_large", "connection", "plain"]
    assert "accept-encoding: gzip" in server.heads[0].lower()


def test_it_is_told_whether_the_other_side_may_have_taken_the_request(failing):
    error, _ = failing(lambda connection: connection.recv(1000) and time.sleep(0.4), timeout=0.2)
    assert error.kind == "timeout" and error.may_have_arrived
    with pytest.raises(OutboundError) as caught:
        request("GET", f"http://127.0.0.1:{closed_port()}/")
    assert caught.value.kind == "connection" and not caught.value.may_have_arrived
    assert str(caught.value) == "no connection to 127.0.0.1: connection refused"
