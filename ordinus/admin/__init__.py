"""What belongs to no app of ours in the admin: people and their tokens, recurring work, and the set-up page."""

from django.contrib import admin

from ordinus.admin import people, recurring
from ordinus.setup import urls

__all__ = ["people", "recurring"]

admin.site.extra_urls = lambda: urls(admin.site)  # type: ignore[attr-defined]
