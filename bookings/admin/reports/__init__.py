"""The reports of the admin: pictures first, tables beneath, and behind each number its leads."""

from bookings.admin.reports.pages import urls

__all__ = ["urls"]
