from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bookings.core import signatures
from bookings.inbound.base import InboundKind, Message, News, Secrets, Unreadable, instant, loaded
from bookings.models import AttendanceSignal

ATTENDANCE, OUTCOME = "attendance", "outcome"
GUEST = AttendanceSignal.Party.GUEST.value
LONGEST = 254


class Signed(InboundKind):
    """Standard Webhooks with a body of ours: what any system can send that has something to tell."""

    kind = "signed"
    title = "Signed webhook"
    help = "Attendance or outcomes from a system of your own, signed as Standard Webhooks has it."
    makes_secret = True

    def check(self, message: Message, shared: Secrets, now: datetime) -> None:
        get = message.headers.get
        signatures.check_standard(
            get("webhook-id", ""), get("webhook-timestamp", ""), get("webhook-signature", ""), message.body,
            shared.words, now,
        )  # fmt: skip

    def news(self, message: Message, shared: Secrets) -> list[News]:
        """One piece; its sender can mend what does not fit, and is told where."""
        content = loaded(message.body)
        kind = _word(content.get("type"), "type", (ATTENDANCE, OUTCOME))
        data = content.get("data")
        if not isinstance(data, dict):
            raise Unreadable("data must be an object", "data")
        stamp = _instant(content.get("timestamp"), "timestamp")
        told: dict[str, Any] = {
            "key": message.headers["webhook-id"],
            "at": _instant(data.get("at"), "data.at") or stamp,
            "booking": _number(data.get("booking"), "data.booking"),
            "record": _record(data.get("record"), "data.record"),
            "email": _text(data.get("email"), "data.email"),
            "content": message.body.decode(),
        }
        if not (told["booking"] or told["record"] or told["email"]):
            raise Unreadable("data must name the meeting by booking, record or email", "data")
        if kind == OUTCOME:
            outcome = _text(data.get("outcome"), "data.outcome")
            if not outcome:
                raise Unreadable("data.outcome is missing", "data.outcome")
            return [News(outcome=outcome, **told)]
        signal = _word(data.get("signal"), "data.signal", AttendanceSignal.Signal.values)
        party = _word(data.get("party", GUEST), "data.party", AttendanceSignal.Party.values)
        return [News(signal=signal, party=party, **told)]


def _word(value: Any, place: str, words: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in words:
        raise Unreadable(f"{place} must be one of: {', '.join(words)}", place)
    return value


def _instant(value: Any, place: str) -> datetime | None:
    """None where there is none. Raises Unreadable for what is no instant."""
    at = instant(value)
    if value is not None and at is None:
        raise Unreadable(f"{place} must be an instant such as 2026-03-02T09:00:00Z, from 1970 to 2199", place)
    return at


def _number(value: Any, place: str) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**18:
        raise Unreadable(f"{place} must be a meeting's number, such as 12", place)
    return value


def _record(value: Any, place: str) -> str:
    """Some systems count their records, others name them."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return _text(str(value) if is_number else value, place)


def _text(value: Any, place: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST:
        raise Unreadable(f"{place} must be text of at most {LONGEST} characters", place)
    return value
