"""What the answer to a webhook means: taken, try again, or never."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from workflows.sinks.base import Misconfigured, Parcel, Permanent, RateLimited, Retry
from workflows.sinks.webhook import WebhookSink

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def loopback_permitted(settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1"]


@pytest.fixture
def push(httpserver):
    def push(status: int, text: str = "", **headers: str):
        httpserver.expect_oneshot_request("/hook").respond_with_data(text, status=status, headers=headers)
        return WebhookSink({"url": httpserver.url_for("/hook")}).push(Parcel({"a": 1}, "k", AT))

    return push


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_taken(push, status):
    answer = push(status, "thanks" if status != 204 else "")
    assert (answer.status, answer.text) == (str(status), "thanks" if status != 204 else "")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(push, status):
    with pytest.raises(Retry) as raised:
        push(status, "busy")
    assert raised.value.code == f"status_{status}"
    assert raised.value.answer.text == "busy"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_another_4xx_is_for_good(push, status):
    with pytest.raises(Permanent) as raised:
        push(status)
    assert str(status) in raised.value.sentence


@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_asked_for_is_kept(push, status):
    with pytest.raises(RateLimited) as raised:
        push(status, **{"Retry-After": "120"})
    assert raised.value.wait == timedelta(minutes=2)


def test_the_wait_may_be_a_date(push):
    with pytest.raises(RateLimited) as raised:
        push(429, **{"Retry-After": format_datetime(AT + timedelta(minutes=3), usegmt=True)})
    assert raised.value.wait == timedelta(minutes=3)


def test_a_redirect_is_a_matter_of_the_settings(push):
    with pytest.raises(Misconfigured, match="redirect"):
        push(302, Location="http://127.0.0.1/elsewhere")


def test_a_private_address_is_not_reached(httpserver, settings):
    settings.ORDINUS_PRIVATE_HOSTS = []
    with pytest.raises(Misconfigured) as raised:
        WebhookSink({"url": httpserver.url_for("/hook")}).push(Parcel({}, "k", AT))
    assert raised.value.code == "refused_address"
    assert httpserver.log == []


def test_nobody_listening_is_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Retry) as raised:
        WebhookSink({"url": f"http://127.0.0.1:{port}/"}).push(Parcel({}, "k", AT))
    assert raised.value.code == "connection"


def test_an_address_must_be_given():
    with pytest.raises(Misconfigured, match="Address"):
        WebhookSink({})


def test_a_check_posts_nothing_and_tells_the_status(httpserver):
    httpserver.expect_request("/hook", method="HEAD").respond_with_data("", status=405)
    finding = WebhookSink({"url": httpserver.url_for("/hook")}).check()
    assert finding.ok and "405" in finding.sentence
    assert [request.method for request, _ in httpserver.log] == ["HEAD"]


def test_a_check_says_why_there_is_no_answer(httpserver, settings):
    settings.ORDINUS_PRIVATE_HOSTS = []
    finding = WebhookSink({"url": httpserver.url_for("/hook")}).check()
    assert not finding.ok and "public address" in finding.sentence


def test_a_sink_that_cannot_look_up_says_so():
    with pytest.raises(Permanent) as raised:
        WebhookSink({"url": "https://hooks.example/"}).look_up("a@b.example", "b.example", timeout=1)
    assert raised.value.code == "no_look_up"
