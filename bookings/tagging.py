"""Tags of leads: put on and taken off within a step, each with its fact."""

from __future__ import annotations

from collections.abc import Iterable

from bookings.models import LeadTag
from workflows.stages.base import Context


def tag(context: Context, tags: Iterable[str]) -> None:
    """The lead carries the tags; those it already has are not told again."""
    for name in tags:
        _, is_new = LeadTag.objects.get_or_create(
            lead_id=context.live_run.lead, tag=name, defaults={"tagged_at": context.now}
        )
        if is_new:
            context.announce("lead.tagged", data={"tag": name})


def untag(context: Context, tags: Iterable[str]) -> None:
    for name in tags:
        removed, _ = LeadTag.objects.filter(lead_id=context.live_run.lead, tag=name).delete()
        if removed:
            context.announce("lead.untagged", data={"tag": name})
