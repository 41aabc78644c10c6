from __future__ import annotations

from datetime import datetime
from typing import Any

from bookings.core import signatures
from bookings.inbound.base import InboundKind, Message, News, Secrets, Unreadable, instant, loaded


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
        content = loaded(message.body)
        data = content.get("data")
        if not isinstance(data, dict):
            raise Unreadable("data is missing")
        told: dict[str, Any] = {
            "key": message.headers["webhook-id"],
            "at": instant(data.get("at") or content.get("timestamp")),
            "booking": data["booking"] if isinstance(data.get("booking"), int) else None,
            "record": str(data.get("record") or ""),
            "email": str(data.get("email") or ""),
        }
        if content.get("type") == "attendance":
            return [News(signal=str(data.get("signal")), party=str(data.get("party", "guest")), **told)]
        if content.get("type") == "outcome":
            return [News(outcome=str(data.get("outcome") or ""), **told)]
        raise Unreadable("type is neither attendance nor outcome")
