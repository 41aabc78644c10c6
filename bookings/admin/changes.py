"""What was changed of a pool, a rep, a template or anything else ops manage, on its own page, in sentences."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest
from django.utils.safestring import SafeString

from bookings.admin import timeline
from workflows.admin.announcing import HISTORIES
from workflows.models import AuditEvent
from workflows.models.audit import CONFIGURATION_CHAIN

MOST_CHANGES = 50


def history(request: HttpRequest, label: str) -> SafeString:
    """The newest changes of the object that the trail calls `label`; nothing where there are none.

    Of a workflow those of its stages and branches too.
    """
    objects = Q(data__object=label)
    kind, _, slug = label.partition(":")
    if kind == "workflow":
        for part in ("stage", "branch"):
            objects |= Q(data__object__startswith=f"{part}:{slug}/")
    events = AuditEvent.objects.filter(objects, run=CONFIGURATION_CHAIN, verb="config.changed")
    newest = list(events.order_by("-sequence")[:MOST_CHANGES])
    return timeline.render(request, "What was changed", newest, in_tab=True) if newest else SafeString("")


HISTORIES.append(history)
