"""What is believed: signed, of now, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from bookings import attendance, receiving
from bookings.models import AttendanceSignal, InboundNews
from bookings.tests.inbound import senders
from workflows import secrets


def attended(booking, **more) -> dict:
    data = {"signal": "attended", "party": "guest", "booking": booking.pk, **more}
    return {"type": "attendance", "data": data}


def test_a_signed_message_counts_once_however_often_it_comes(booking, clock):
    source, now = senders.a_source("signed"), timezone.now()
    message = senders.standard(attended(booking), now)
    assert senders.post(source, *message).json() == {"taken": 1, "effects": ["recorded"]}
    for _ in range(3):
        assert senders.post(source, *message).json() == {"taken": 0, "effects": []}
    assert AttendanceSignal.objects.count() == InboundNews.objects.count() == 1
    booking.refresh_from_db()
    assert booking.status == "attended"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_message_and_one_of_the_future_are_not_believed(booking, clock, minutes):
    source = senders.a_source("signed")
    message = senders.standard(attended(booking), timezone.now() + timedelta(minutes=minutes))
    answer = senders.post(source, *message)
    assert answer.status_code == 401 and "five minutes" in answer.json()["detail"]
    assert not InboundNews.objects.exists()


def test_a_changed_body_another_secret_and_no_signature_are_not_believed(booking, clock):
    source, now = senders.a_source("signed"), timezone.now()
    body, headers = senders.standard(attended(booking), now)
    other = senders.standard(attended(booking), now, secret="whsec_b3RoZXI=")
    tries = [(body.replace(b"attended", b"no_show"), headers), other, (body, {})]
    for each in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        tries.append((body, {name: value for name, value in headers.items() if name != each}))
        tries.append((body, {**headers, each: "9" + headers[each]}))
    assert {senders.post(source, *each).status_code for each in tries} == {401}
    assert not AttendanceSignal.objects.exists()


def test_both_secrets_are_believed_while_the_sender_changes_over(booking, clock):
    fresh = "whsec_ZnJlc2ggc2VjcmV0"
    source = senders.a_source("signed", former_secret=secrets.seal(senders.SECRET))
    source.secret = secrets.seal(fresh)
    source.save()
    now = timezone.now()
    assert senders.post(source, *senders.standard(attended(booking), now, secret=fresh)).status_code == 200
    assert senders.post(source, *senders.standard({}, now, ident="m2")).status_code == 400
    source.former_secret = ""
    source.save()
    assert senders.post(source, *senders.standard({}, now, ident="m3")).status_code == 401


def test_nobody_is_told_more_than_that_nobody_listens(booking, clock):
    off = senders.a_source("signed", is_enabled=False)
    answers = [
        senders.post(off, b"{}", {}),
        Client().post("/hooks/unknown/", b"{}", content_type="application/json"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert Client().get(f"/hooks/{off.slug}/").status_code == 405


def test_a_source_whose_secret_is_not_set_asks_to_come_again(booking, clock, monkeypatch):
    monkeypatch.delenv("HOOK_SECRET", raising=False)
    source = senders.a_source("signed", secret="env:HOOK_SECRET")
    assert senders.post(source, *senders.standard({}, timezone.now())).status_code == 503


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"no json", b'{"type": "x", "data": {}}', b'{"type": "attendance"}']
)
def test_what_cannot_be_understood_is_refused_with_a_sentence(booking, clock, body):
    source, now = senders.a_source("signed"), timezone.now()
    _, headers = senders.standard({}, now)
    headers["webhook-signature"] = senders.Webhook(senders.SECRET).sign("msg_1", now, body.decode())
    answer = senders.post(source, body, headers)
    assert answer.status_code == 400 and answer.json()["detail"].endswith(".")


def test_a_signal_that_comes_too_early_is_kept_as_refused(booking, clock):
    source = senders.a_source("signed")
    early = (booking.start_at - timedelta(minutes=30)).isoformat()
    message = senders.standard(attended(booking, at=early), timezone.now())
    assert senders.post(source, *message).json()["effects"] == ["too_early"]
    assert InboundNews.objects.get().get_state_display() == "Not awaited"


def test_what_broke_in_the_middle_is_heard_again(booking, clock, monkeypatch):
    source, now = senders.a_source("signed"), timezone.now()
    message = senders.standard(attended(booking), now)

    def broken(*args, **kwargs):
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch, transaction.atomic():
        patch.setattr(attendance, "record", broken)
        with pytest.raises(RuntimeError):
            senders.post(source, *message)
    assert senders.post(source, *message).json()["effects"] == ["recorded"]
    assert InboundNews.objects.count() == 1


def test_news_of_a_worker_that_died_is_weighed_anew_after_a_while(booking, clock):
    source, now = senders.a_source("signed"), timezone.now()
    message = senders.standard(attended(booking), now)
    content = receiving._digest(f"msg_1/{message[0].decode()}")
    InboundNews.objects.create(
        source=source,
        key=receiving._digest("msg_1"),
        content=content,
        what="guest attended",
        received_at=now - timedelta(seconds=90),
    )
    assert senders.post(source, *message).json()["effects"] == ["recorded"]
    assert receiving.purge(now + timedelta(days=91)) == 1
