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
from bookings.api.schema import ID, PAGING, SINCE, STAFF, UNTIL, call, page_of
from bookings.api.serializers.leads import AuditEntrySerializer
from workflows.models import AuditEvent
from workflows.registry import VERBS

ACTOR = "lead|system|(rep|staff):[0-9]{1,18}"
NO_ACTOR = "Please send lead, system, or rep: or staff: with a number, such as rep:7."
BY_WHOM = {"type": "string", "pattern": f"^({ACTOR})$"}
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
            OpenApiParameter("actor", BY_WHOM, description="`lead`, `rep:ID`, `staff:ID` or `system`."),
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
        if actor := queries.fitting(query, "actor", ACTOR, NO_ACTOR):
            wanted &= Q(actor=actor)
        for name in NUMBERS:
            number = queries.number(query, name, least=0 if name == "run" else 1)
            if number is not None:
                wanted &= Q(**{name: number})
        return AuditEvent.objects.filter(wanted & queries.within(query, "at"))
