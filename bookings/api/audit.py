"""The whole trail for staff, newest first, page by page."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Q, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api import queries
from bookings.api.base import StaffView
from bookings.api.pagination import paged
from bookings.api.permissions import SEE_AUDIT
from bookings.api.schema import ID, PAGING, SINCE, STAFF, TEXT, UNTIL, call, page_of
from bookings.api.serializers.leads import AuditEntrySerializer
from workflows.models import AuditEvent
from workflows.registry import VERBS

NUMBERS = ("run", "lead", "booking")


class Audit(StaffView):
    rights: ClassVar[dict[str, str]] = {"GET": SEE_AUDIT}

    @call(
        "list_audit",
        "List what happened, newest first",
        {200: page_of(AuditEntrySerializer)},
        tag="Audit",
        errors=(400, *STAFF),
        parameters=(
            OpenApiParameter("verb", str, enum=sorted(VERBS), description="What happened."),
            OpenApiParameter("actor", TEXT, description="`lead`, `rep:ID`, `staff:ID` or `system`."),
            OpenApiParameter("run", {**ID, "minimum": 0}, description="0 for the configuration."),
            OpenApiParameter("lead", ID),
            OpenApiParameter("booking", ID),
            SINCE, UNTIL, *PAGING,
        ),
        says="Every event of every run, and of the configuration. Events stay when a lead is erased.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return paged(
            request, self._filtered(request), lambda page: AuditEntrySerializer(page, many=True).data
        )

    def _filtered(self, request: Request) -> QuerySet[AuditEvent]:
        query, wanted = request.query_params, Q()
        if verb := queries.word(query, "verb", sorted(VERBS)):
            wanted &= Q(verb=verb)
        if actor := queries.text(query, "actor"):
            wanted &= Q(actor=actor)
        for name in NUMBERS:
            number = queries.number(query, name, least=0 if name == "run" else 1)
            if number is not None:
                wanted &= Q(**{name: number})
        if since := queries.instant(query, "since"):
            wanted &= Q(at__gte=since)
        if until := queries.instant(query, "until"):
            wanted &= Q(at__lt=until)
        return AuditEvent.objects.filter(wanted)
