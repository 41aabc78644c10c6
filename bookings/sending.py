"""Sending messages: claim, write the text once, hand it to the transport, record the end.

The claim looks once more at the booking under the run's lock, so a message whose booking has moved on is
withdrawn instead; the transport is called outside any transaction, and every end is fenced by the attempt.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction

from bookings import letters, reminding
from bookings.models import Booking, Message
from workflows import engine
from workflows.core import backoff
from workflows.models import Run
from workflows.registry import DueWork
from workflows.transactions import atomically

K = Message.Kind
TIMEOUT = 20
PERMANENT = 500
TELLS_OF_CANCELLATION = (K.CANCELLATION, K.REP_NOTICE)


@dataclass(frozen=True)
class Claim:
    message: Message
    attempt: int

    @property
    def turn(self) -> int:
        """The attempt's number, counted anew from 1 after every full round of tries; the fence never restarts."""
        return (self.attempt - 1) % backoff.MAX_ATTEMPTS + 1


def due(at: datetime, clock: datetime, limit: int) -> list[int]:
    due = Message.objects.due(at, clock).exclude(run__in=Run.objects.on_a_virtual_clock().values("pk"))
    return list(due.values_list("pk", flat=True)[:limit])


def send(number: int, at: datetime, clock: datetime) -> bool:
    """Send one due message; false when another has it or it was withdrawn.

    A failed attempt is put off or given up, and told in the audit trail when it is final.
    """
    claim = _claim(number, at, clock)
    if claim is None:
        return False
    try:
        if not claim.message.is_recorded_only and settings.ORDINUS_MAIL_TRANSPORT == "smtp":
            _transport(claim.message)
    except (OSError, SMTPResponseException, SMTPRecipientsRefused) as error:
        _failed(claim, error, at)
        return False
    _sent(claim, at)
    return True


@atomically
def _claim(number: int, at: datetime, clock: datetime) -> Claim | None:
    run = _lock_run(number)
    attempt = Message.objects.claim(number, at, clock)
    if attempt is None:
        return None
    message = Message.objects.select_related(
        "booking", "booking__lead", "booking__rep", "booking__meeting_type", "booking__enquiry"
    ).get(pk=number)
    outdated = _why_outdated(message, at)
    if outdated:
        _withdraw(message, run, outdated, at)
        return None
    if message.rendered_at is None:
        _write(message, at)
    return Claim(message, attempt)


def _lock_run(number: int) -> Run | None:
    run_id = Message.objects.values_list("run", flat=True).get(pk=number)
    return engine.lock(run_id) if run_id else None


def _why_outdated(message: Message, at: datetime) -> str:
    if message.expires_at and at >= message.expires_at:
        return "too_late"
    booking = message.booking
    if booking is None or message.revision is None or "former" in message.details:
        return ""
    if booking.revision != message.revision:
        return "newer_revision"
    if booking.status == Booking.Status.CANCELLED and message.kind not in TELLS_OF_CANCELLATION:
        return "cancelled"
    return ""


def _withdraw(message: Message, run: Run | None, reason: str, at: datetime) -> None:
    Message.objects.filter(pk=message.pk).update(
        state=Message.State.WITHDRAWN, reason=reason, settled_at=at, lease_until=None
    )
    if run is not None and message.kind == K.REMINDER:
        data = {**reminding.facts_of_mail(message), "reason": reason}
        engine.say(run, "reminder.skipped", now=at, actor="system", booking=message.booking_id, data=data)


def _write(message: Message, at: datetime) -> None:
    written = letters.write(message, at)
    message.subject, message.text, message.html = written.subject, written.text, written.html
    message.invite = written.invite
    message.message_id = message_id_of(message)
    message.rendered_at = at
    fields = ["subject", "text", "html", "invite", "message_id", "rendered_at"]
    message.save(update_fields=fields)


def message_id_of(message: Message) -> str:
    """The Message-ID of a stored message, the same at every attempt."""
    return f"<{message.pk}.{message.created_at:%Y%m%d%H%M%S}@{_domain()}>"


def _domain() -> str:
    return settings.ORDINUS_ORGANIZER_EMAIL.rpartition("@")[2] or "ordinus.invalid"


class SameBytes(EmailMultiAlternatives):
    """A mail whose boundaries come from its Message-ID, where Python would draw new ones for each try."""

    def message(self, **options: Any) -> Any:
        mail = super().message(**options)
        seed = hashlib.sha256(self.extra_headers["Message-ID"].encode()).hexdigest()[:32]
        for place, part in enumerate(mail.walk()):
            if part.is_multipart():
                part.set_boundary(f"={place}={seed}=")
        return mail


def email_of(message: Message) -> EmailMultiAlternatives:
    """The mail of a written message: the same bytes at every attempt."""
    mail = SameBytes(
        subject=message.subject,
        body=message.text,
        from_email=_address(settings.ORDINUS_BRAND_NAME, settings.ORDINUS_ORGANIZER_EMAIL),
        to=[_address(message.to_name, message.to_address)],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
    )
    if message.rendered_at:
        mail.extra_headers["Date"] = message.rendered_at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    mail.attach_alternative(message.html, "text/html")
    if message.invite:
        mail.attach_alternative(
            message.invite, f"text/calendar; method={message.invite_method}; charset=utf-8"
        )
    return mail


def _address(name: str, address: str) -> str:
    """A mailbox built from its parts, so that no name can add a recipient."""
    username, _, domain = address.rpartition("@")
    return str(Address(display_name=" ".join(name.split()), username=username, domain=domain))


def _transport(message: Message) -> None:
    get_connection(timeout=TIMEOUT).send_messages([email_of(message)])


@atomically
def _sent(claim: Claim, at: datetime) -> None:
    message = claim.message
    run = engine.lock(message.run) if message.run else None
    done = Message.objects.finish(
        message.pk, claim.attempt, state=Message.State.SENT, settled_at=at, reason=""
    )
    if not done or run is None:
        return
    _tell(run, message, "message.sent", at, attempt=claim.attempt)
    if message.kind == K.REMINDER:
        data = reminding.facts_of_mail(message)
        engine.say(run, "reminder.sent", now=at, actor="system", booking=message.booking_id, data=data)


@atomically
def _failed(claim: Claim, error: Exception, at: datetime) -> None:
    message = claim.message
    run = engine.lock(message.run) if message.run else None
    reason = _reason(error)
    if _is_final(error) or backoff.is_exhausted(claim.turn):
        done = Message.objects.finish(
            message.pk, claim.attempt, state=Message.State.DEAD, settled_at=at, reason=reason
        )
        if done and run is not None:
            _tell(run, message, "message.failed", at, attempt=claim.attempt, code=_code(error))
        return
    delay = backoff.delay(claim.turn, secrets.SystemRandom().random())
    Message.objects.finish(
        message.pk, claim.attempt, state=Message.State.WAITING, due_at=at + delay, reason=reason
    )


def _tell(run: Run, message: Message, verb: str, at: datetime, **data: object) -> None:
    engine.say(
        run,
        verb,
        now=at,
        actor="system",
        booking=message.booking_id or run.booking,
        stage=message.stage or None,
        data={
            "message": message.pk,
            "kind": message.kind,
            "audience": message.audience,
            "template": message.template or None,
            **data,
        },
    )


def _is_final(error: Exception) -> bool:
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, SMTPResponseException) and error.smtp_code >= PERMANENT


def _code(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"smtp_{error.smtp_code}"
    return "refused" if isinstance(error, SMTPRecipientsRefused) else "connection"


def _reason(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"The mail server answered {error.smtp_code}."
    if isinstance(error, SMTPRecipientsRefused):
        return "The mail server refused the address."
    return "The mail server could not be reached."


def retry(number: int, now: datetime) -> bool:
    """A message that was given up waits again."""
    with transaction.atomic():
        return bool(
            Message.objects.filter(pk=number, state=Message.State.DEAD).update(
                state=Message.State.WAITING, due_at=now, reason="", settled_at=None
            )
        )


WORK = DueWork("messages", due, send, order=30)
