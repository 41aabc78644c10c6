"""What was changed of a pool, a rep, a template or anything else ops manage, on its own page, in sentences."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest
from django.utils.safestring import SafeString

from bookings.admin import timeline
from workflows import circuits
from workflows.admin.announcing import HISTORIES
from workflows.models import AuditEvent
from workflows.models.audit import CONFIGURATION_CHAIN

MOST_CHANGES = 50


def history(request: HttpRequest, label: str) -> SafeString:
    """The newest changes of the object that the trail calls `label`; nothing where there are none.

    Of a workflow those of its stages and branches too, of a sink also since when it was held back.
    """
    wanted = Q(verb="config.changed", data__object=label)
    kind, _, slug = label.partition(":")
    if kind == "workflow":
        for part in ("stage", "branch"):
            wanted |= Q(verb="config.changed", data__object__startswith=f"{part}:{slug}/")
    if kind == "sink":
        wanted |= Q(verb__in=[circuits.HELD_BACK, circuits.RELEASED], data__sink=slug)
    events = AuditEvent.objects.filter(wanted, run=CONFIGURATION_CHAIN)
    newest = list(events.order_by("-sequence")[:MOST_CHANGES])
    return timeline.render(request, "What was changed", newest, in_tab=True) if newest else SafeString("")


HISTORIES.append(history)
