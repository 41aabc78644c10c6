"""What a kind of inbound source is: how its messages are signed, and what they tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from bookings.core import documents
from bookings.core.instants import guess as instant
from bookings.core.signatures import Unsigned
from workflows import secrets

__all__ = [
    "InboundKind", "Message", "News", "Secrets", "Unreadable", "Unsigned", "instant", "loaded", "parsed", "part",
]  # fmt: skip


class Unreadable(Exception):
    """The message cannot be understood; the text says why, `place` names the value, such as data.booking."""

    def __init__(self, why: str, place: str = "") -> None:
        super().__init__(why)
        self.place = place


@dataclass(frozen=True)
class Secrets:
    """What a source and its sender share, in the clear."""

    words: tuple[str, ...] = ()
    private_key: str = ""
    account: str = ""
    field: str = ""


@dataclass(frozen=True)
class Message:
    """A request as it came: names of headers in small letters, `address` as the sender knows it."""

    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    address: str = ""


@dataclass(frozen=True)
class News:
    """One thing told: a signal of attendance, or an outcome; and about which meeting.

    The meeting is named by its number, by a record of a sink, by its room (a part of the rep's meeting link),
    or by the guest's address; rooms and addresses together with `at`.
    """

    key: str
    signal: str = ""
    party: str = "guest"
    outcome: str = ""
    at: datetime | None = None
    booking: int | None = None
    record: str = ""
    room: str = ""
    email: str = ""
    content: str = ""
    """All that was told under the key, where the sender keeps one key for one message: another content is refused."""

    person: str = ""
    """Who it was, where the service does not say on which side: a second person makes both sides present."""


class InboundKind:
    """One service or form of message. One subclass a file and one line in a table."""

    kind: ClassVar[str]
    title: ClassVar[str]
    help: ClassVar[str] = ""
    needs: ClassVar[tuple[str, ...]] = ("secret",)
    """The settings it cannot do without."""

    makes_secret: ClassVar[bool] = False
    """True: Ordinus makes the secret, for the sender to enter; otherwise the service does."""

    def challenged(self, message: Message, shared: Secrets, now: datetime) -> tuple[str, str] | None:
        """What a service wants to hear before it sends anything, as text and its type; None for real news.

        An answer that is made with the secret is given to signed messages only, and must never read like anything
        that a signature is made of: else whoever asks is handed signatures. Raises Unsigned, Unreadable.
        """
        return None

    def check(self, message: Message, shared: Secrets, now: datetime) -> None:
        """Raises Unsigned unless the sender is who it says, and the message of now."""
        raise NotImplementedError(self.kind)

    def news(self, message: Message, shared: Secrets) -> list[News]:
        """What a checked message tells, in order; nothing for what does not matter. Raises Unreadable."""
        raise NotImplementedError(self.kind)


def parsed(body: bytes) -> Any:
    """What JSON holds. Raises Unreadable."""
    try:
        return documents.read(body)
    except documents.Unfit as unfit:
        raise Unreadable(str(unfit), unfit.place) from None


def loaded(body: bytes) -> dict[str, Any]:
    """A message's JSON object. Raises Unreadable."""
    content = parsed(body)
    if not isinstance(content, dict):
        raise Unreadable("the body is no JSON object")
    return content


def part(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object of this name in another; an empty one where there is none."""
    found = content.get(name)
    return found if isinstance(found, Mapping) else {}


def resolved(source: Any) -> Secrets:
    """The secrets of a source. Raises secrets.SecretError when one cannot be had."""
    words = [secrets.resolve(word) for word in (source.secret, source.former_secret) if word]
    key = secrets.resolve(source.private_key) if source.private_key else ""
    return Secrets(tuple(words), key, source.account, source.field)
