"""Inbound sources: one kind a file, one line each in KINDS."""

from __future__ import annotations

from bookings.inbound.base import InboundKind
from bookings.inbound.google_meet import GoogleMeet
from bookings.inbound.hubspot import HubSpot
from bookings.inbound.signed import Signed
from bookings.inbound.teams import Teams
from bookings.inbound.zoom import Zoom

KINDS: dict[str, InboundKind] = {
    each.kind: each for each in (Signed(), Zoom(), GoogleMeet(), Teams(), HubSpot())
}
