"""Reminders that are sent while their bookings are cancelled and moved: none whose claim follows the change."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookings import replaying, scheduling, sending
from bookings.models import Booking, Message
from bookings.tests import organisation
from bookings.tests.mailbox import mail_arrives
from bookings.tests.organisation import Organisation
from workflows import engine
from workflows.models import Run, Timer

pytestmark = pytest.mark.django_db(transaction=True)

BOOKINGS = 18


@pytest.fixture
def due() -> list[Booking]:
    """Bookings weeks ahead, each with a reminder whose mail is due."""
    acme = organisation.build(timezone.now())
    bookings = [booked(acme, number) for number in range(BOOKINGS)]
    Message.objects.update(state=Message.State.WITHDRAWN)
    now = timezone.now()
    for timer in Timer.objects.waiting().filter(purpose="reminder", details__offset="3d"):
        Timer.objects.filter(pk=timer.pk).update(due_at=now)
        engine.fire(timer.pk, now)
    assert Message.objects.filter(kind="reminder", state=Message.State.WAITING).count() == BOOKINGS
    return bookings


def booked(acme: Organisation, number: int) -> Booking:
    submission = acme.submit(email=f"guest-{number}@navy.example")
    return acme.book(submission, 100 + number)


def in_threads(*works: Callable[[], None]) -> None:
    def closing(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        for future in [pool.submit(closing, work) for work in works]:
            future.result()


def test_no_reminder_leaves_whose_claim_follows_a_change(due: list[Booking]) -> None:
    changed: dict[int, datetime] = {}

    def change() -> None:
        for place, booking in enumerate(due):
            now = timezone.now()
            if place % 2:
                scheduling.cancel(booking, now=now)
            else:
                first = booking.start_at.date()
                slots = scheduling.movable(booking, first, first + timedelta(days=3), now=now)
                scheduling.move(booking, slots[-1].start, now=now)
            changed[booking.pk] = timezone.now()

    def send(order: str) -> None:
        waiting = Message.objects.filter(kind="reminder").order_by(order)
        for number in list(waiting.values_list("pk", flat=True)):
            now = timezone.now()
            sending.send(number, now, now)

    with mail_arrives() as mailbox:
        in_threads(change, lambda: send("pk"), lambda: send("-pk"))
    left = Message.objects.filter(kind="reminder", state=Message.State.SENT)
    assert len(mailbox.kept) == len(left), "each at most once"
    for message in left:
        assert message.rendered_at < changed[message.booking_id], "what is asked for later is not sent"
    assert not Message.objects.filter(kind="reminder", state=Message.State.WAITING, revision=0).exists()
    assert [replaying.differences(run) for run in Run.objects.all()] == [[]] * BOOKINGS
