"""The stage kinds that need the domain: one file each, one line here."""

from __future__ import annotations

from bookings.stages.action import ActionKind
from bookings.stages.confirmation import ConfirmationKind
from bookings.stages.handoff import HandoffKind
from bookings.stages.meeting import MeetingKind
from bookings.stages.no_show import NoShowKind
from bookings.stages.offer import OfferKind
from bookings.stages.qualification import QualificationKind
from bookings.stages.routing import RoutingKind

KINDS = (
    QualificationKind,
    RoutingKind,
    OfferKind,
    ConfirmationKind,
    MeetingKind,
    NoShowKind,
    HandoffKind,
    ActionKind,
)
