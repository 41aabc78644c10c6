"""Sending: a failed try is put off and then sends the same bytes; what is final is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bookings.models import Message
from bookings.tests import organisation
from bookings.tests.mailbox import Mailbox, mail_arrives
from bookings.tests.organisation import NOW
from workflows.core import backoff
from workflows.models import AuditEvent
from workflows.sweeping import sweep

pytestmark = pytest.mark.django_db

LATER = timedelta(hours=2)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_arrives() as mailbox:
        yield mailbox


@pytest.fixture
def confirmation() -> Message:
    """Waits to be sent to the guest, with an invite."""
    acme = organisation.build(reps=1)
    acme.book(acme.submit(), 20)
    Message.objects.filter(audience=Message.Audience.REP).update(state=Message.State.WITHDRAWN)
    return Message.objects.get(kind=Message.Kind.CONFIRMATION)


def test_a_retry_sends_the_same_bytes(mailbox: Mailbox, confirmation: Message) -> None:
    mailbox.failures = 1
    sweep(NOW, NOW)
    confirmation.refresh_from_db()
    assert (confirmation.state, confirmation.attempt) == (Message.State.WAITING, 1)
    confirmation.booking.lead.name = "Somebody Else"
    confirmation.booking.lead.save()
    sweep(NOW + LATER, NOW + LATER)
    confirmation.refresh_from_db()
    assert (confirmation.state, confirmation.attempt) == (Message.State.SENT, 2)
    first, second = mailbox.received
    assert first == second
    assert len(mailbox.kept) == 1
    assert mailbox.kept[0]["Message-ID"] == confirmation.message_id


def test_a_second_sweep_sends_nothing(mailbox: Mailbox, confirmation: Message) -> None:
    sweep(NOW, NOW)
    sweep(NOW, NOW)
    sweep(NOW + LATER, NOW + LATER)
    assert mailbox.subjects == ["Confirmed: Product demo"]
    assert AuditEvent.objects.filter(verb="message.sent").count() == 1


def test_after_the_last_try_it_is_given_up_and_told(mailbox: Mailbox, confirmation: Message) -> None:
    mailbox.failures = backoff.MAX_ATTEMPTS
    for tries in range(backoff.MAX_ATTEMPTS):
        now = NOW + timedelta(minutes=tries)
        Message.objects.filter(pk=confirmation.pk, state=Message.State.WAITING).update(due_at=now)
        sweep(now, now)
    confirmation.refresh_from_db()
    assert confirmation.state == Message.State.DEAD
    assert confirmation.reason == "The mail server answered 451."
    assert AuditEvent.objects.get(verb="message.failed").data["code"] == "smtp_451"


def test_a_worker_that_lost_its_lease_finishes_nothing(confirmation: Message) -> None:
    first = Message.objects.claim(confirmation.pk, NOW, NOW)
    later = NOW + timedelta(minutes=10)
    second = Message.objects.claim(confirmation.pk, later, later)
    assert (first, second) == (1, 2)
    assert not Message.objects.finish(confirmation.pk, 1, state=Message.State.SENT)
    assert Message.objects.finish(confirmation.pk, 2, state=Message.State.SENT)


def test_what_is_being_sent_is_nobody_elses_until_the_lease_runs_out(confirmation: Message) -> None:
    assert Message.objects.claim(confirmation.pk, NOW, NOW) == 1
    soon = NOW + timedelta(seconds=90)
    assert Message.objects.claim(confirmation.pk, soon, soon) is None
