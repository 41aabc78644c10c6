"""What is sent arrives as it was meant, and the answer comes back whole."""

from __future__ import annotations

import pytest
from werkzeug import Response

from workflows.outbound import OutboundError, request
from workflows.tests.raw_servers import RawServer, fixed


@pytest.fixture(autouse=True)
def loopback_permitted(settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1"]


@pytest.fixture
def answering():
    """Starts servers that give a fixed answer."""
    servers: list[RawServer] = []

    def start(body: bytes = b"", status: str = "200 OK", **headers: str) -> RawServer:
        servers.append(RawServer(fixed(body, status, **headers)))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def test_method_body_and_headers_arrive(httpserver):
    received = []

    def note(asked):
        received.append((asked.method, asked.full_path, asked.get_data(), asked.headers.get("X-Key")))
        return Response("ok", 201)

    httpserver.expect_request("/hook").respond_with_handler(note)
    answer = request("POST", httpserver.url_for("/hook?a=1"), headers={"X-Key": "k"}, content=b"\x00\xff")
    assert received == [("POST", "/hook?a=1", b"\x00\xff", "k")]
    assert (answer.status, answer.text, answer.is_success) == (201, "ok", True)
    assert 0 < answer.duration < 10


def test_json_is_sent_and_read(httpserver):
    httpserver.expect_request("/hook", method="POST", json={"naïve": [1, None]}).respond_with_json({"id": 7})
    assert request("POST", httpserver.url_for("/hook"), json={"naïve": [1, None]}).json() == {"id": 7}


def test_methods_of_caldav_pass(httpserver):
    httpserver.expect_request("/cal", method="PROPFIND").respond_with_data("<x/>", status=207)
    assert request("PROPFIND", httpserver.url_for("/cal"), content="<p/>").status == 207


@pytest.mark.parametrize("status", [304, 400, 404, 429, 500, 503])
def test_an_answer_with_another_status_is_an_answer(status, httpserver):
    httpserver.expect_request("/").respond_with_data("", status=status, headers={"Retry-After": "7"})
    answer = request("GET", httpserver.url_for("/"))
    assert (answer.status, answer.headers["retry-after"], answer.is_success) == (status, "7", False)


def test_an_answer_in_chunks_is_put_together(httpserver):
    httpserver.expect_request("/").respond_with_handler(lambda asked: Response(iter([b"one ", b"two"])))
    assert request("GET", httpserver.url_for("/")).content == b"one two"


def test_text_is_read_in_the_character_set_that_is_named(answering):
    named = answering("é".encode("latin-1"), Content_Type='text/plain; charset="ISO-8859-1"')
    assert request("GET", named.url()).text == "é"
    unnamed = answering("é".encode(), Content_Type="text/plain")
    assert request("GET", unnamed.url()).text == "é"


@pytest.mark.parametrize("charset", ["nonsense", "hex", "undefined"])
def test_a_character_set_that_does_not_exist_is_read_as_utf_8(charset, answering):
    server = answering("é".encode(), Content_Type=f"text/plain; charset={charset}")
    assert request("GET", server.url()).text == "é"


@pytest.mark.parametrize("body", [b"<html>", b"", b"[" * 200_000], ids=["markup", "empty", "deep"])
def test_what_is_no_json_is_a_value_error(body, answering):
    answer = request("GET", answering(body).url())
    with pytest.raises(ValueError):
        answer.json()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example/x",
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "gopher://hooks.example/",
        "http://user:secret@hooks.example/",
        "http://user@hooks.example/",
        "http:///path",
        "http://hooks.example:0/",
        "http://hooks.example:99999/",
        "http://hooks.example/\r\nX: y",
        "http://[::1/",
        None,
    ],
)
def test_a_url_that_cannot_be_used_is_refused(url):
    with pytest.raises(OutboundError) as caught:
        request("GET", url, resolver=lambda host, port: pytest.fail("it was looked up"))
    assert caught.value.kind == "bad_url"
    assert "secret" not in str(caught.value)


def test_a_line_break_in_a_header_sends_nothing(answering):
    server = answering()
    with pytest.raises(OutboundError) as caught:
        request("GET", server.url(), headers={"X-Key": "a\r\nEvil: yes"})
    assert caught.value.kind == "connection"
    assert not any("Evil" in head for head in server.heads)


def test_an_error_names_the_host_and_neither_path_nor_query():
    with pytest.raises(OutboundError) as caught:
        request("GET", "http://127.0.0.1:1/hidden/path?token=hidden")
    assert caught.value.kind == "connection"
    assert "127.0.0.1" in str(caught.value)
    assert "hidden" not in str(caught.value)
