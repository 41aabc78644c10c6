"""Reports for staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from bookings import reporting
from bookings.api import queries
from bookings.api.base import StaffView
from bookings.api.permissions import SEE_AUDIT
from bookings.api.schema import NAME, SINCE, STAFF, UNTIL, call
from bookings.api.serializers.reports import FairnessSerializer, FunnelSerializer
from bookings.refusals import NotFound
from routing.models import Pool
from workflows.models import Workflow

TAG = "Reports"
DAYS = 30


class FunnelReport(StaffView):
    rights: ClassVar[dict[str, str]] = {"GET": SEE_AUDIT}

    @call(
        "get_funnel",
        "See how far leads come and where they drop",
        {200: FunnelSerializer},
        tag=TAG,
        errors=(400, 404, *STAFF),
        parameters=(
            OpenApiParameter("workflow", NAME, required=True, description="Slug."),
            SINCE, UNTIL,
        ),
        says="Counts the runs submitted from `since` on and before `until` (by default the last 30 days), by what "
        "their trace held before `until`.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        slug = queries.needed(request.query_params, "workflow")
        since, until = queries.span(request.query_params, timezone.now(), DAYS)
        workflow = Workflow.objects.filter(slug=slug).first()
        if workflow is None:
            raise NotFound("There is no such workflow.")
        funnel = reporting.funnel(workflow, since, until)
        steps = [
            {"stage": step.stage, "count": step.count, "lost": _counts("reason", step.lost)}
            for step in funnel.steps
        ]
        outcomes = _counts("outcome", funnel.outcomes)
        return Response(FunnelSerializer({**vars(funnel), "stages": steps, "outcomes": outcomes}).data)


class FairnessReport(StaffView):
    rights: ClassVar[dict[str, str]] = {"GET": "routing.view_pool"}

    @call(
        "get_fairness",
        "See whether a pool's turns are shared out fairly",
        {200: FairnessSerializer},
        tag=TAG,
        errors=(400, 404, *STAFF),
        parameters=(OpenApiParameter("pool", NAME, required=True, description="Slug."),),
    )
    def get(self, request: Request) -> Response:
        pool = Pool.objects.filter(slug=queries.needed(request.query_params, "pool")).first()
        if pool is None:
            raise NotFound("There is no such pool.")
        return Response(FairnessSerializer({"pool": pool.slug, "members": reporting.fairness(pool)}).data)


def _counts(name: str, counts: Any) -> list[dict[str, Any]]:
    return [{name: key, "count": count} for key, count in counts.items()]
