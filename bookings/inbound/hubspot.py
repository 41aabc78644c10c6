from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bookings.core import signatures
from bookings.inbound.base import InboundKind, Message, News, Secrets, Unreadable, instant, parsed

MOST = 200


class HubSpot(InboundKind):
    """What somebody entered in HubSpot as the outcome: a change of one property of a contact or meeting."""

    kind = "hubspot"
    title = "HubSpot"
    help = (
        "Outcomes that are entered in HubSpot: a webhook subscription to changes of one property. Enter the app's "
        "client secret and the property's name."
    )
    needs = ("secret", "field")

    def check(self, message: Message, shared: Secrets, now: datetime) -> None:
        get = message.headers.get
        stamp, signature = get("x-hubspot-request-timestamp", ""), get("x-hubspot-signature-v3", "")
        signatures.check_hubspot("POST", message.address, stamp, signature, message.body, shared.words, now)

    def news(self, message: Message, shared: Secrets) -> list[News]:
        events = parsed(message.body)
        if not isinstance(events, list):
            raise Unreadable("the body is no list of events")
        return [
            News(
                key=f"{event.get('subscriptionId')}:{event.get('eventId')}",
                outcome=str(event.get("propertyValue") or ""),
                at=instant(event.get("occurredAt")),
                record=str(event.get("objectId") or ""),
            )
            for event in events[:MOST]
            if isinstance(event, Mapping)
            and str(event.get("subscriptionType", "")).endswith(".propertyChange")
            and event.get("propertyName") == shared.field
        ]
