"""What belongs to no app of ours in the admin: people and tokens, recurring work, the set-up page; and reports."""

from django.contrib import admin

from bookings.admin import reports
from ordinus.admin import people, recurring
from ordinus.setup import urls

__all__ = ["people", "recurring"]

admin.site.extra_urls = lambda: [*urls(admin.site), *reports.urls(admin.site)]  # type: ignore[attr-defined]
