"""Meetings ahead that something has come to stand against, with the reason as a sentence."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Min, Prefetch, Q
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from bookings.admin.bookings import BookingAdmin
from bookings.core import objections, wording
from bookings.models import AtRisk, Message, Risk


class CauseFilter(admin.SimpleListFilter):
    title = "cause"
    parameter_name = "cause"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Risk.Code.choices]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if not self.value():
            return queryset
        return queryset.filter(pk__in=Risk.objects.present().filter(code=self.value()).values("booking"))


@admin.register(AtRisk)
class AtRiskAdmin(BookingAdmin):
    purpose = (
        "Meetings ahead that cannot be held as booked: the rep is away, has left, or something else stands in the "
        "calendar. Choose some and give them to others; a meeting leaves this list as soon as nothing stands "
        "against it."
    )
    list_display: Any = ("day_and_time", "lead", "rep", "why", "noticed", "asked")
    list_filter: Any = (CauseFilter, "rep", "pool")
    ordering = ("start_at",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        numbers = AtRisk.objects.at_risk(timezone.now()).values("pk")
        present = Prefetch("risks", Risk.objects.present(), to_attr="present_risks")
        asked = Prefetch(
            "messages", Message.objects.filter(kind=Message.Kind.CHOOSE_AGAIN), to_attr="requests_to_choose"
        )
        rows = super().get_queryset(request).filter(pk__in=numbers).prefetch_related(present, asked)
        return rows.annotate(noticed_at=Min("risks__since", filter=Q(risks__cleared_at=None)))

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """A booking that has left the list since is still shown."""
        return AtRisk._base_manager.filter(pk=object_id).first() if object_id.isdecimal() else None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("bookings.view_booking") or self.may_act(request)

    def may_act(self, request: HttpRequest) -> bool:
        return request.user.has_perm("bookings.change_booking")

    @display(description="What stands against it")
    def why(self, obj: Any) -> str:
        return reasons_in_words(obj, timezone.get_current_timezone_name())

    @display(description="Noticed", ordering="noticed_at")
    def noticed(self, obj: Any) -> str:
        return wording.relative(timezone.now(), obj.noticed_at)

    @display(description="Guest", label={"Asked to choose again": "info"})
    def asked(self, obj: Any) -> str:
        is_asked = any(message.revision == obj.revision for message in obj.requests_to_choose)
        return "Asked to choose again" if is_asked else "Not told yet"


def reasons_in_words(booking: Any, zone: str) -> str:
    """A sentence such as “Ana Silva has a day off on Thursday 24 December and is busy from 10:00 to 11:00.”"""
    clauses = [objections.clause(risk.code, risk.detail, zone) for risk in booking.present_risks]
    return f"{booking.rep.name} {' and '.join(clauses)}." if clauses else ""
