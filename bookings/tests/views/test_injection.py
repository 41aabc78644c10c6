from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bookings.models import Booking, Question
from bookings.tests.views.conftest import NOW, Organisation, sent

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "{{ 7*7 }}{% load static %}",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "\u202eevil\u2066",
    "&lt;b&gt; &amp; ]]>",
]
MARKUP = ("<script>alert", "<img src=x", "<svg/onload", "onerror=alert(1)>", "49{%")


def _is_harmless(page: str) -> bool:
    return not any(part in page for part in MARKUP)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_form_shows_what_was_typed_as_text(
    client: Client, organisation: Organisation, payload: str
) -> None:
    Question.objects.filter(name="needs").update(label=payload[:200], help_text=payload)
    organisation.form.name = organisation.form.intro = payload
    organisation.form.save()
    answers = {"name": payload, "email": payload, "needs": payload, "country": payload, "campaign": payload}
    page = client.post(f"/book/demo/?utm_source={payload}", answers).content.decode()
    assert _is_harmless(page)
    assert _is_harmless(client.get("/book/demo/", answers).content.decode())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_pages_of_a_booking_show_names_as_text(
    client: Client, organisation: Organisation, payload: str, clock: time_machine.Traveller
) -> None:
    organisation.rep.name = payload[:120]
    organisation.rep.save()
    organisation.pool.name = organisation.pool.meeting_type.name = payload
    organisation.pool.save()
    organisation.pool.meeting_type.save()
    guest = sent(client, name=payload, needs=payload)
    pages = [client.get(guest.path), client.get(f"{guest.path}?start={payload}&day={payload}&tz={payload}")]
    response = client.post(guest.path, {"start": "2026-11-24T09:00:00Z"})
    manage = response["Location"].partition("?")[0]
    pages += [
        client.get(manage + path) for path in ("", "reschedule/", "cancel/", "join/", f"?done={payload}")
    ]
    pages.append(client.post(manage + "cancel/", {"reason": payload}, follow=True))
    client.post(manage + "restore/")
    client.force_login(organisation.rep.user)
    clock.move_to(NOW + timedelta(days=1, minutes=5))
    pages.append(client.get("/rep/"))
    assert all(_is_harmless(page.content.decode()) for page in pages)
    assert Booking.objects.get().lead.name


def test_an_answer_cannot_break_out_of_the_calendar_file(client: Client, organisation: Organisation) -> None:
    guest = sent(client, name='Eve\\nATTENDEE;X=":mailto:victim@x.example')
    response = client.post(guest.path, {"start": "2026-11-24T09:00:00Z"})
    manage = response["Location"].partition("?")[0]
    lines = client.get(manage + "invite.ics").content.decode().split("\r\n")
    assert not any(line.startswith("ATTENDEE") for line in lines)
