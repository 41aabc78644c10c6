"""The API's URLs, below /api/v1/. Ids are digits, tokens 43 characters of base64url; anything else is no call."""

from __future__ import annotations

from django.urls import path, re_path, register_converter

from bookings.api import audit, bookings, public, reports, resources, staff
from bookings.api.errors import no_such_path


class Number:
    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class Token:
    regex = "[A-Za-z0-9_-]{43}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class NumberOrToken(Token):
    regex = f"(?:{Number.regex}|{Token.regex})"


register_converter(Number, "number")
register_converter(Token, "token")
register_converter(NumberOrToken, "number_or_token")

urlpatterns = [
    path("forms/<slug:slug>/leads/", public.FormLeads.as_view()),
    path("leads/<token:token>/slots/", public.LeadSlots.as_view()),
    path("leads/<token:token>/hold/", public.LeadHold.as_view()),
    path("leads/<token:token>/bookings/", public.LeadBookings.as_view()),
    path("bookings/<number_or_token:booking>/", bookings.BookingDetail.as_view()),
    path("bookings/<number_or_token:booking>/slots/", bookings.BookingSlots.as_view()),
    path("bookings/<number_or_token:booking>/reschedule/", bookings.BookingReschedule.as_view()),
    path("bookings/<number_or_token:booking>/cancel/", bookings.BookingCancel.as_view()),
    path("bookings/<number_or_token:booking>/restore/", bookings.BookingRestore.as_view()),
    path("bookings/<number_or_token:booking>/reconfirm/", bookings.BookingReconfirm.as_view()),
    path("leads/", staff.Leads.as_view()),
    path("leads/<number:id>/", staff.LeadDetail.as_view()),
    path("leads/<number:id>/audit/", staff.LeadAudit.as_view()),
    path("bookings/", staff.Bookings.as_view()),
    path("bookings/<number:id>/attendance/", staff.BookingAttendance.as_view()),
    path("bookings/<number:id>/outcome/", staff.BookingOutcome.as_view()),
    path("bookings/<number:id>/reassign/", staff.BookingReassign.as_view()),
    path("audit/", audit.Audit.as_view()),
    path("reports/funnel/", reports.FunnelReport.as_view()),
    path("reports/fairness/", reports.FairnessReport.as_view()),
    *(path(f"reports/{name}/", view.as_view()) for name, view in reports.TABLES.items()),
    path("pools/", resources.Pools.as_view()),
    path("reps/", resources.Reps.as_view()),
    path("segments/", resources.Segments.as_view()),
    path("workflows/", resources.Workflows.as_view()),
    re_path(r"[\s\S]*", no_such_path),
]
