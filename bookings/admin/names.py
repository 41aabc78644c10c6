"""What people call the things that facts, runs and audit events know by number or slug."""

from __future__ import annotations

from django.contrib.auth import get_user_model

from bookings.models import BookingForm, MessageTemplate
from bookings.story import Names
from routing.models import Pool, Rep, Segment
from workflows.models import Sink, Workflow


def load_names(zone: str) -> Names:
    """All names at once; a company's configuration is small, its leads are not."""
    users = get_user_model().objects.filter(is_staff=True)
    return Names(
        zone=zone,
        reps=dict(Rep.objects.values_list("pk", "name")),
        staff={user.pk: user.get_full_name() or user.get_username() for user in users},
        pools=dict(Pool.objects.values_list("slug", "name")),
        segments=dict(Segment.objects.values_list("slug", "name")),
        forms=dict(BookingForm.objects.values_list("slug", "name")),
        templates={slug: name for slug, name in MessageTemplate.objects.values_list("slug", "name") if name},
        sinks={slug: name for slug, name in Sink.objects.values_list("slug", "name") if name},
        workflows=dict(Workflow.objects.values_list("slug", "name")),
    )
