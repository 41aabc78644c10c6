from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bookings.core.signatures import Unsigned
from bookings.inbound import openid
from bookings.inbound.base import (
    InboundKind,
    Message,
    News,
    Secrets,
    Unreadable,
    instant,
    loaded,
    parsed,
    part,
)

JOINED = "google.workspace.meet.participant.v2.joined"


class GoogleMeet(InboundKind):
    """Who joins, from Workspace Events by a Pub/Sub push subscription with an identity token.

    Meet's events name a participant by a number that says nothing of the side, so one alone proves nothing;
    a second one in the same meeting makes both sides present. The space is looked for in the rep's meeting link,
    as `…#spaces/AbC`.
    """

    kind = "google_meet"
    title = "Google Meet"
    help = (
        "Who joined, from Workspace Events through Pub/Sub push with authentication. Enter the service account's "
        "address; add “#spaces/…” to each rep's meeting link."
    )
    needs = ("account",)

    def check(self, message: Message, shared: Secrets, now: datetime) -> None:
        kind, _, token = message.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            raise Unsigned("there is no identity token")
        claims = openid.checked(token.strip(), audience=message.address, now=now)
        if not shared.account or claims.get("email") != shared.account or not claims.get("email_verified"):
            raise Unsigned("the identity token is another account's")

    def news(self, message: Message, shared: Secrets) -> list[News]:
        pushed = loaded(message.body).get("message")
        if not isinstance(pushed, Mapping) or not isinstance(pushed.get("attributes"), Mapping):
            raise Unreadable("message.attributes is missing", "message.attributes")
        attributes = pushed["attributes"]
        if attributes.get("ce-type") != JOINED:
            return []
        session = part(_decoded(pushed.get("data")), "participantSession")
        name = str(session.get("name", ""))
        return [
            News(
                key=str(attributes.get("ce-id") or pushed.get("messageId")),
                signal="joined",
                at=instant(session.get("startTime") or attributes.get("ce-time")),
                room=str(attributes.get("ce-subject", "")).rpartition("meet.googleapis.com/")[2],
                person=name.partition("/participantSessions/")[0],
            )
        ]


def _decoded(data: Any) -> dict[str, Any]:
    try:
        content = parsed(base64.b64decode(str(data or "")))
    except (ValueError, Unreadable) as error:
        raise Unreadable(f"message.data is no base64 of JSON: {error}", "message.data") from error
    if not isinstance(content, dict):
        raise Unreadable("message.data is no JSON object", "message.data")
    return content
