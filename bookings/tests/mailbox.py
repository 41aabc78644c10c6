"""A mail server of our own: keeps what it is given, and fails as often as it is told to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings

DOWN = "451 Try again later"


@dataclass
class Mailbox:
    """What came in, in order; `received` holds every try, `kept` only those that were taken."""

    port: int = 0
    failures: int = 0
    received: list[bytes] = field(default_factory=list)
    kept: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(envelope.content)
        if self.failures:
            self.failures -= 1
            return DOWN
        self.kept.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 Taken"

    @property
    def url(self) -> str:
        """For the environment of a process."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.kept]


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A server on a free port of this machine, until the block ends."""
    mailbox = Mailbox(_free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_arrives() -> Iterator[Mailbox]:
    """Like `mail_server`, and what is sent in this process goes there."""
    with (
        mail_server() as mailbox,
        override_settings(
            ORDINUS_MAIL_TRANSPORT="smtp",
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=mailbox.port,
        ),
    ):
        yield mailbox
