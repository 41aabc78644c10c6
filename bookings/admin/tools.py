"""Pages of the admin that belong to no one object: they answer questions about routing, and write nothing."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from bookings.admin.fairness import fairness
from bookings.admin.rep_week import rep_week
from bookings.admin.trial_lead import trial_lead
from bookings.admin.why import why


def urls(site: AdminSite) -> list[URLPattern]:
    """Below /admin/: each asks for a login like every other page."""
    return [
        path("routing/why-no-slots/", site.admin_view(why), name="why_no_slots"),
        path("routing/test-lead/", site.admin_view(trial_lead), name="test_lead"),
        path("routing/pool/<int:number>/fairness/", site.admin_view(fairness), name="pool_fairness"),
        path("routing/rep/<int:number>/week/", site.admin_view(rep_week), name="rep_week"),
    ]
