"""What services ask before they send anything is answered, and hands nobody a signature."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bookings.models import AttendanceSignal, InboundNews
from bookings.tests.inbound import senders


def validation(word: Any) -> dict[str, Any]:
    return {"event": "endpoint.url_validation", "payload": {"plainToken": word}}


def mac(text: str) -> str:
    return hmac.new(senders.SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()


def test_zoom_is_answered_when_it_validates_the_address(acme):
    word = "qgg8vlvZRS6UYooatFL8Aw"
    answer = senders.post(senders.a_source("zoom"), *senders.zoom(validation(word), timezone.now()))
    assert answer.json() == {"plainToken": word, "encryptedToken": mac(word)}
    assert answer["content-type"] == "application/json; charset=utf-8"


def test_who_has_no_secret_gets_nothing_signed(booking, clock):
    """The answer to a word that reads like a message was that message's signature."""
    source, now = senders.a_source("zoom"), timezone.now()
    person = {"email": booking.lead.email, "join_time": booking.start_at.isoformat()}
    news = {
        "event": "meeting.participant_joined",
        "payload": {"object": {"id": "123456789", "participant": person}},
    }
    body, stamp = json.dumps(news), int(now.timestamp())
    asked = json.dumps(validation(f"v0:{stamp}:{body}")).encode()
    answer = senders.post(source, asked, {})
    assert answer.status_code == 401 and "encryptedToken" not in answer.json()
    forged = {
        "x-zm-request-timestamp": str(stamp),
        "x-zm-signature": f"v0={answer.json().get('encryptedToken')}",
    }
    assert senders.post(source, body.encode(), forged).status_code == 401
    assert not AttendanceSignal.objects.exists() and not InboundNews.objects.exists()


def test_a_validation_of_an_hour_ago_or_by_another_secret_is_not_answered(acme):
    source, now = senders.a_source("zoom"), timezone.now()
    old = senders.zoom(validation("abc"), now - timedelta(hours=1))
    other = senders.zoom(validation("abc"), now, secret="guessed")
    answers = [senders.post(source, *old), senders.post(source, *other)]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert not any(b"encrypted" in answer.content for answer in answers)


@pytest.mark.parametrize(
    "word", ["v0:1:{}", "", "a" * 65, "a\n", "é", "٣", "\x00", None, True, 1, ["abc"], {"a": 1}]
)
def test_a_word_that_is_none_is_refused_even_when_signed(acme, word):
    source = senders.a_source("zoom")
    answer = senders.post(source, *senders.zoom(validation(word), timezone.now()))
    assert answer.status_code == 400 and list(answer.json()["fields"]) == ["payload.plainToken"]


@pytest.mark.parametrize("payload", [None, [], "abc", {}])
def test_a_validation_without_a_word_is_refused(acme, payload):
    source, content = senders.a_source("zoom"), {"event": "endpoint.url_validation", "payload": payload}
    answer = senders.post(source, *senders.zoom(content, timezone.now()))
    assert answer.status_code == 400 and list(answer.json()["fields"]) == ["payload.plainToken"]


def test_the_word_of_microsoft_graph_comes_back_as_plain_text_that_no_browser_takes_for_a_page(acme):
    source = senders.a_source("teams", private_key=senders.secrets.seal("unused"))
    answer = senders.post(source, b"", {}, "?validationToken=%3Cscript%3E" + "x" * 3000)
    assert answer["content-type"] == "text/plain; charset=utf-8"
    assert answer["x-content-type-options"] == "nosniff"
    assert len(answer.content) == 2000


@pytest.mark.parametrize("kind", ["signed", "hubspot", "google_meet", "teams"])
@pytest.mark.parametrize("content", [{"type": "url_verification", "challenge": "x"}, validation("abc")])
def test_no_other_kind_echoes_what_a_stranger_asks(acme, kind, content):
    source = senders.a_source(kind, field="demo_outcome", private_key=senders.secrets.seal("unused"))
    answer = senders.post(source, json.dumps(content).encode(), {})
    assert answer.status_code == 401 and b"abc" not in answer.content
