"""Events for people on the page of what they are about: one sentence each, its evidence folded under it."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from bookings import storytelling
from bookings.admin.names import load_names
from workflows.models import AuditEvent

MOST_EVENTS = 500


def render(
    request: HttpRequest, heading: str, events: Iterable[AuditEvent], *, in_tab: bool = False
) -> SafeString:
    shown = list(events)
    telling = storytelling.read(shown, load_names(timezone.get_current_timezone_name()))
    context = {
        "heading": heading,
        "moments": telling.moments(shown, timezone.now()),
        "in_tab": in_tab,
        "is_cut": len(shown) == MOST_EVENTS,
    }
    return render_to_string("admin/ordinus/timeline.html", context, request)
