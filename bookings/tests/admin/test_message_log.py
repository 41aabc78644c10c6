"""The message log shows each mail as it was sent, in a frame in which nothing can happen."""

from __future__ import annotations

import pytest

from bookings.models import Message
from bookings.tests.organisation import NOW, Organisation
from workflows.sweeping import sweep
from workflows.tests.admin.pages import Admin, viewer


@pytest.fixture
def message(acme: Organisation) -> Message:
    """The confirmation a guest was sent."""
    acme.book(acme.submit())
    sweep(NOW, NOW)
    return Message.objects.get(kind=Message.Kind.CONFIRMATION)


def preview(message: Message) -> str:
    return f"/admin/bookings/message/{message.pk}/preview/"


def test_the_list_tells_to_whom_what_was_sent(ops: Admin, message: Message) -> None:
    page = ops.get("/admin/bookings/message/")
    assert message.subject in page
    assert message.to_address in page


def test_the_preview_is_the_mail_itself_with_links_that_open_outside(ops: Admin, message: Message) -> None:
    page = ops.get(preview(message))
    assert '<base target="_blank">' in page
    assert page.replace('<base target="_blank">', "") == message.html


def test_the_preview_may_run_and_load_nothing(ops: Admin, message: Message) -> None:
    response = ops.client.get(preview(message))
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_page_frames_the_preview_and_allows_no_other_frame(ops: Admin, message: Message) -> None:
    response = ops.client.get(f"/admin/bookings/message/{message.pk}/change/")
    page = response.content.decode()
    frame = page.split("<iframe")[1].split(">")[0]
    assert f'src="{preview(message)}"' in frame
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame
    assert "frame-src 'self'" in response.headers["Content-Security-Policy"]


def test_who_may_not_see_messages_sees_no_preview(acme: Organisation, message: Message) -> None:
    looker = viewer()
    looker.user_permissions.clear()
    assert Admin(looker).client.get(preview(message)).status_code == 403


def test_a_mail_not_written_yet_says_so(ops: Admin, acme: Organisation) -> None:
    acme.book(acme.submit())
    waiting = Message.objects.filter(kind=Message.Kind.CONFIRMATION).get()
    page = ops.get(f"/admin/bookings/message/{waiting.pk}/change/")
    assert "written when it is sent" in page
    assert ops.client.get(preview(waiting)).status_code == 404


def test_a_mail_given_up_is_sent_again(ops: Admin, message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(state=Message.State.DEAD, reason="The server was down.")
    ops.press(f"/admin/bookings/message/{message.pk}/retry/")
    message.refresh_from_db()
    assert message.state == Message.State.WAITING
