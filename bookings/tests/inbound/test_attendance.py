"""Zoom, Google Meet and Teams tell who joined; it is weighed as the join page's own signal is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.inbound import openid
from bookings.models import AttendanceSignal, Booking, InboundNews
from bookings.tests.inbound import senders
from workflows.models import AuditEvent
from workflows.sweeping import sweep


def seen() -> list[tuple[str, str]]:
    return list(AttendanceSignal.objects.values_list("party", "signal"))


def effects(response) -> list[str]:
    assert response.status_code == 200, response.content
    return response.json()["effects"]


def joined(booking: Booking, email: str = "", **person) -> dict:
    participant = {"id": "", "email": email, "join_time": booking.start_at.isoformat(), **person}
    meeting = {"id": "123456789", "host_id": "HOST", "participant": participant}
    return {"event": "meeting.participant_joined", "event_ts": 1, "payload": {"object": meeting}}


def test_zoom_tells_guest_and_host_apart_and_the_guest_counts_at_the_end(booking, clock):
    source = senders.a_source("zoom")
    now = timezone.now()
    assert effects(senders.post(source, *senders.zoom(joined(booking, id="HOST"), now))) == ["recorded"]
    assert effects(senders.post(source, *senders.zoom(joined(booking, "x@acme.example"), now))) == ["known"]
    assert effects(senders.post(source, *senders.zoom(joined(booking), now))) == ["recorded"]
    assert seen() == [("guest", "joined"), ("host", "joined")] or seen() == [
        ("host", "joined"),
        ("guest", "joined"),
    ]
    over = booking.end_at + timedelta(minutes=1)
    sweep(over, over)
    booking.refresh_from_db()
    assert booking.status == "attended"
    told = AuditEvent.objects.filter(verb="inbound.received").values_list("data", flat=True)
    assert [(each["source"], each["effect"]) for each in told] == [
        ("zoom", "recorded"), ("zoom", "known"), ("zoom", "recorded"),
    ]  # fmt: skip
    assert AuditEvent.objects.filter(verb="attendance.signalled").first().data["source"] == "zoom"


def test_another_room_and_another_hour_are_no_meeting_of_ours(booking, clock):
    source, now = senders.a_source("zoom"), timezone.now()
    other = joined(booking)
    other["payload"]["object"]["id"] = "12345678"
    assert effects(senders.post(source, *senders.zoom(other, now))) == ["unmatched"]
    late = joined(booking, join_time=(booking.end_at + timedelta(hours=3)).isoformat())
    assert effects(senders.post(source, *senders.zoom(late, now))) == ["unmatched"]
    assert seen() == [] and InboundNews.objects.count() == 2


def test_teams_notifications_are_opened_and_weighed(booking, clock):
    key = senders.rsa_key()
    source = senders.a_source("teams", private_key=senders.secrets.seal(senders.pem(key)))
    booking.rep.meeting_url = "https://teams.example/l/meetup-join/19%3ameeting_x"
    booking.rep.save()
    guest, host = {"guest": {"id": "g"}}, {"user": {"id": "u", "tenantId": "acme-tenant"}}
    content = {
        "id": "call", "eventType": "rosterUpdated",
        "eventDateTime": f"{booking.start_at:%Y-%m-%dT%H:%M:%S}.0000000Z",
        "joinWebUrl": f"{booking.rep.meeting_url}?context=y",
        "activeParticipants@delta": [{"identity": host}, {"identity": guest}],
    }  # fmt: skip
    assert effects(senders.post(source, senders.teams(content, key), {})) == ["recorded", "recorded"]
    assert sorted(seen()) == [("guest", "joined"), ("host", "joined")]
    assert effects(senders.post(source, senders.teams(content, key), {})) == []
    assert senders.post(source, senders.teams(content, key, word="guess"), {}).status_code == 401
    assert senders.post(source, senders.teams(content, senders.rsa_key()), {}).status_code == 400
    answer = senders.post(source, b"", {}, "?validationToken=hello%3Cb%3E")
    assert (answer.content, answer["content-type"]) == (b"hello<b>", "text/plain; charset=utf-8")


@pytest.fixture
def google(httpserver, settings, monkeypatch):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
    key = senders.rsa_key()
    httpserver.expect_request("/certs").respond_with_json(senders.published(key))
    monkeypatch.setattr(openid, "CERTIFICATES", httpserver.url_for("/certs"))
    monkeypatch.setattr(openid, "KEYS", {})
    monkeypatch.setattr(openid, "ASKED_AT", {})
    return key


def test_of_google_meet_a_second_participant_makes_both_sides_present(booking, clock, google):
    source = senders.a_source("google_meet")
    claims = {
        "iss": "https://accounts.google.com", "aud": senders.ADDRESS.format(source.slug), "email": senders.SERVICE,
        "email_verified": True, "exp": int(timezone.now().timestamp()) + 600,
    }  # fmt: skip
    headers = {"authorization": f"Bearer {senders.identity_token(google, **claims)}"}
    at = booking.start_at.isoformat()
    assert effects(senders.post(source, senders.pushed("e1", "p1", at), headers)) == ["received"]
    assert effects(senders.post(source, senders.pushed("e2", "p1", at), headers)) == ["received"]
    assert seen() == []
    assert effects(senders.post(source, senders.pushed("e3", "p2", at), headers)) == ["recorded"]
    assert sorted(seen()) == [("guest", "joined"), ("host", "joined")]
    wrong = [
        {"aud": "https://other.example/"},
        {"email": "x@y.example"},
        {"exp": 1},
        {"iss": "https://evil.example"},
    ]
    for claim in wrong:
        headers = {"authorization": f"Bearer {senders.identity_token(google, **claims | claim)}"}
        assert senders.post(source, senders.pushed("e4", "p3", at), headers).status_code == 401
    forged = {"authorization": f"Bearer {senders.identity_token(senders.rsa_key(), **claims)}"}
    assert senders.post(source, senders.pushed("e5", "p3", at), forged).status_code == 401
    assert senders.post(source, senders.pushed("e6", "p3", at), {}).status_code == 401
