from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime

from bookings.core import signatures
from bookings.inbound.base import InboundKind, Message, News, Secrets, Unreadable, instant, loaded, part

JOINED = "meeting.participant_joined"
VALIDATION = "endpoint.url_validation"
WORD = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class Zoom(InboundKind):
    """Who joins a meeting of a rep's Zoom account. The rep's meeting link holds the meeting's number."""

    kind = "zoom"
    title = "Zoom"
    help = "Who joined, from the event “Participant/Host joined meeting” of a Zoom app. Enter the app's secret token."

    def challenged(self, message: Message, shared: Secrets, now: datetime) -> tuple[str, str] | None:
        """Zoom asks when the address is entered, and every 72 hours; only who has the secret can answer.

        The answer is a MAC by the same secret as Zoom's signatures are. What those are made of begins with `v0:`, so
        a word without a colon keeps the answer from being one.
        """
        content = loaded(message.body)
        if content.get("event") != VALIDATION or not shared.words:
            return None
        self.check(message, shared, now)
        word = part(content, "payload").get("plainToken")
        if not isinstance(word, str) or not WORD.fullmatch(word):
            raise Unreadable("plainToken must be 1 to 64 letters, digits, - or _", "payload.plainToken")
        mac = signatures.hex_mac(shared.words[0], word.encode())
        return json.dumps({"plainToken": word, "encryptedToken": mac}), "application/json"

    def check(self, message: Message, shared: Secrets, now: datetime) -> None:
        stamp = message.headers.get("x-zm-request-timestamp", "")
        signature = message.headers.get("x-zm-signature", "")
        signatures.check_zoom(stamp, signature, message.body, shared.words, now)

    def news(self, message: Message, shared: Secrets) -> list[News]:
        content = loaded(message.body)
        if content.get("event") != JOINED:
            return []
        meeting = part(content, "payload").get("object")
        if not isinstance(meeting, Mapping) or not isinstance(meeting.get("participant"), Mapping):
            raise Unreadable("payload.object.participant is missing", "payload.object.participant")
        person = meeting["participant"]
        is_host = bool(person.get("id")) and person.get("id") == meeting.get("host_id")
        return [
            News(
                key=hashlib.sha256(message.body).hexdigest(),
                signal="joined",
                party="host" if is_host else "guest",
                at=instant(person.get("join_time") or content.get("event_ts")),
                room=f"/{meeting.get('id')}",
                email=str(person.get("email") or ""),
            )
        ]
