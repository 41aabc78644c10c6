"""What belongs to no app of ours in the admin: people and tokens, recurring work; and the pages of no one model."""

from django.contrib import admin

from bookings.admin import reports, tools
from ordinus import setup
from ordinus.admin import people, ready, recurring

__all__ = ["people", "recurring"]

admin.site.extra_urls = lambda: [  # type: ignore[attr-defined]
    *setup.urls(admin.site),
    *ready.urls(admin.site),
    *reports.urls(admin.site),
    *tools.urls(admin.site),
]
