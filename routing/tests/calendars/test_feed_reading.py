"""A feed read over HTTP, from a real server on this machine."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from routing.calendars import ADAPTERS, CalendarUnreadable, Seen, Window
from routing.tests.calendars.feeds import BERLIN, FROM, TO, feed

WINDOW = Window(FROM, TO, BERLIN)
ICS = ADAPTERS["ics"]
EVENT = feed("DTSTART:20261124T090000Z\nDURATION:PT30M")
START = int(datetime(2026, 11, 24, 9, 0, tzinfo=UTC).timestamp()) // 60


@pytest.fixture(autouse=True)
def _this_machine_may_be_reached(settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]


@pytest.fixture
def url(httpserver: HTTPServer) -> str:
    return httpserver.url_for("/private-4711/ana.ics")


def answer(httpserver: HTTPServer, body: bytes = EVENT, status: int = 200, **headers: str) -> None:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    httpserver.expect_request("/private-4711/ana.ics").respond_with_data(body, status, names)


def refusal(url: str, seen: Seen | None = None) -> str:
    with pytest.raises(CalendarUnreadable) as caught:
        ICS.fetch({"kind": "ics", "url": url}, WINDOW, seen)
    sentence = caught.value.sentence
    assert "private-4711" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_a_feed_gives_its_busy_times_and_what_to_ask_with_next_time(httpserver, url):
    answer(httpserver, ETag='"v1"', Last_Modified="Tue, 03 Nov 2026 10:00:00 GMT")
    fetched = ICS.fetch({"kind": "ics", "url": url}, WINDOW)
    assert fetched.busy == ((START, START + 30),)
    assert fetched.seen == Seen('"v1"', "Tue, 03 Nov 2026 10:00:00 GMT")
    assert not fetched.is_unchanged


def test_a_feed_that_has_not_changed_is_not_read_again(httpserver, url):
    def conditional(request: Request) -> Response:
        is_known = (
            request.headers.get("If-None-Match") == '"v1"' and request.headers["If-Modified-Since"] == "then"
        )
        return Response(status=304) if is_known else Response(EVENT)

    httpserver.expect_request("/private-4711/ana.ics").respond_with_handler(conditional)
    seen = Seen('"v1"', "then")
    assert ICS.fetch({"kind": "ics", "url": url}, WINDOW, seen).is_unchanged
    assert ICS.fetch({"kind": "ics", "url": url}, WINDOW, seen).seen == seen
    assert not ICS.fetch({"kind": "ics", "url": url}, WINDOW).is_unchanged


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "asks for a password"), (403, "not shared"), (404, "no calendar"), (410, "no calendar"),
     (429, "answered 429"), (500, "answered 500"), (204, "answered 204")],
)  # fmt: skip
def test_an_answer_that_is_no_feed_says_what_to_do(httpserver, url, status, words):
    answer(httpserver, b"", status)
    assert words in refusal(url)


def test_not_modified_without_having_asked_is_no_feed(httpserver, url):
    answer(httpserver, b"", 304)
    assert "answered 304" in refusal(url)


def test_a_sign_in_page_is_no_calendar(httpserver, url):
    answer(httpserver, b"<!doctype html><title>Sign in</title>")
    assert "not a calendar" in refusal(url)


def test_a_feed_that_moved_is_not_followed(httpserver, url):
    answer(httpserver, b"", 302, Location=httpserver.url_for("/elsewhere.ics"))
    assert "has moved" in refusal(url)
    assert [request.path for request, _ in httpserver.log] == ["/private-4711/ana.ics"]


def test_a_feed_without_end_is_given_up(httpserver, url):
    answer(httpserver, b"X" * 5_000_001)
    assert "over 5 MB large" in refusal(url)


def test_a_server_that_is_not_there_is_told():
    assert "could not be reached" in refusal("http://127.0.0.1:9/private-4711/ana.ics")


def test_a_private_address_is_not_reached_unless_permitted(httpserver, url, settings):
    settings.ORDINUS_PRIVATE_HOSTS = []
    answer(httpserver)
    assert "could not be reached" in refusal(url)
    assert httpserver.log == []


@pytest.mark.parametrize(
    "url", ["", "  ", "ana.ics", "ftp://x.example/ana.ics", "file:///etc/passwd", "https://", None]
)
def test_an_address_of_no_feed_is_seen_without_the_network(url):
    assert len(ICS.problems({"kind": "ics", "url": url})) == 1
    with pytest.raises(CalendarUnreadable):
        ICS.fetch({"kind": "ics", "url": url}, WINDOW)


@pytest.mark.parametrize(
    "url", ["https://x.example/a.ics", "http://x.example/a.ics", "webcal://x.example/a.ics"]
)
def test_an_address_of_a_feed_has_no_problem(url):
    assert ICS.problems({"kind": "ics", "url": url}) == []
