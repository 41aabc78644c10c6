"""Each request is signed so that the reference library of Standard Webhooks accepts it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from workflows.sinks.base import Misconfigured, Parcel
from workflows.sinks.webhook import WebhookSink

BODY = {
    "type": "booking.made",
    "timestamp": "2026-03-02T09:00:00Z",
    "data": {"lead": 7, "fields": {"name": "Zoë"}},
}
KEY = "warehouse:12:5"
CODED = "whsec_" + base64.b64encode(b"twenty-four bytes of key").decode()


@pytest.fixture(autouse=True)
def loopback_permitted(settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1"]


@pytest.fixture
def posted(httpserver):
    """Post the body with a secret, and return what arrived."""
    httpserver.expect_request("/hook", method="POST").respond_with_data("", status=200)

    def post(secret: str | None, at: datetime | None = None):
        config = {"url": httpserver.url_for("/hook")} | ({"secret": secret} if secret else {})
        WebhookSink(config).push(Parcel(BODY, KEY, at or datetime.now(UTC)))
        return httpserver.log[-1][0]

    return post


@pytest.mark.parametrize(
    "secret", [CODED, CODED.removeprefix("whsec_"), "a plain secret, umlaut ü", "hook-secret-1"]
)
def test_the_reference_library_accepts_the_signature(posted, secret):
    request = posted(secret)
    verifier = Webhook(secret) if "ü" not in secret else Webhook(secret.encode())
    assert verifier.verify(request.get_data(), dict(request.headers)) == BODY


def test_a_plain_secret_also_signs_with_the_bytes_of_its_text(posted):
    request = posted("hook-secret-1")
    assert Webhook(b"hook-secret-1").verify(request.get_data(), dict(request.headers)) == BODY


def test_another_secret_is_not_accepted(posted):
    request = posted(CODED)
    with pytest.raises(WebhookVerificationError):
        Webhook(b"some other key").verify(request.get_data(), dict(request.headers))


def test_a_changed_body_is_not_accepted(posted):
    request = posted(CODED)
    changed = request.get_data().replace(b'"lead":7', b'"lead":8')
    assert changed != request.get_data()
    with pytest.raises(WebhookVerificationError):
        Webhook(CODED).verify(changed, dict(request.headers))


def test_the_timestamp_is_that_of_the_attempt(posted):
    at = datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC)
    assert posted(CODED, at).headers["webhook-timestamp"] == str(int(at.timestamp()))


def test_a_repetition_has_the_same_id_and_bytes_and_another_timestamp(posted):
    now = datetime.now(UTC)
    first, second = posted(CODED, now), posted(CODED, now + timedelta(minutes=4))
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == KEY
    assert first.get_data() == second.get_data()
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


def test_the_body_is_json_in_utf8(posted):
    request = posted(CODED)
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.get_data().decode()) == BODY


def test_without_a_secret_nothing_is_signed(posted):
    request = posted(None)
    assert "webhook-signature" not in request.headers
    assert request.headers["webhook-id"] == KEY


def test_a_secret_that_is_not_base64_though_it_says_so_is_refused():
    with pytest.raises(Misconfigured, match="base64"):
        WebhookSink({"url": "https://hooks.example/", "secret": "whsec_!"})


def test_while_receivers_change_over_both_secrets_sign(httpserver):
    httpserver.expect_request("/hook", method="POST").respond_with_data("")
    fresh = "whsec_" + base64.b64encode(b"another twenty-four byte").decode()
    config = {"url": httpserver.url_for("/hook"), "secret": fresh, "former_secret": CODED}
    WebhookSink(config).push(Parcel(BODY, KEY, datetime.now(UTC)))
    request = httpserver.log[-1][0]
    for secret in (fresh, CODED):
        assert Webhook(secret).verify(request.get_data(), dict(request.headers)) == BODY
    with pytest.raises(WebhookVerificationError):
        Webhook(b"a third secret").verify(request.get_data(), dict(request.headers))
