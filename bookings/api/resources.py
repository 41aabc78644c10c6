"""Lists of what the organisation consists of; retired things are left out."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.base import StaffView
from bookings.api.pagination import OldestFirst, paged
from bookings.api.schema import PAGING, STAFF, call, page_of
from bookings.api.serializers.resources import (
    PoolSerializer,
    RepSerializer,
    SegmentSerializer,
    WorkflowSerializer,
)
from routing.models import Pool, Rep, Segment
from workflows.models import Workflow

TAG = "Organisation"


class Pools(StaffView):
    rights: ClassVar[dict[str, str]] = {"GET": "routing.view_pool"}

    @call(
        "list_pools", "List pools", {200: page_of(PoolSerializer)}, tag=TAG, errors=(400, *STAFF), parameters=PAGING
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = Pool.objects.filter(retired_at=None).select_related("meeting_type", "fallback")
        rows = rows.prefetch_related("members__rep")
        return paged(request, rows, lambda page: PoolSerializer(page, many=True).data, OldestFirst)


class Reps(StaffView):
    rights: ClassVar[dict[str, str]] = {"GET": "routing.view_rep"}

    @call(
        "list_reps",
        "List reps",
        {200: page_of(RepSerializer)},
        tag=TAG,
        errors=(400, *STAFF),
        parameters=PAGING,
    )
    def get(self, request: Request) -> Response:
        rows = Rep.objects.filter(retired_at=None).prefetch_related("hours")
        return paged(request, rows, lambda page: RepSerializer(page, many=True).data, OldestFirst)


class Segments(StaffView):
    rights: ClassVar[dict[str, str]] = {"GET": "routing.view_segment"}

    @call(
        "list_segments",
        "List segments",
        {200: page_of(SegmentSerializer)},
        tag=TAG,
        errors=(400, *STAFF),
        parameters=PAGING,
        says="As they are now. A run goes by those that were frozen when its workflow was published.",
    )
    def get(self, request: Request) -> Response:
        rows = Segment.objects.filter(retired_at=None).select_related("pool").prefetch_related("conditions")
        return paged(request, rows, lambda page: SegmentSerializer(page, many=True).data, OldestFirst)


class Workflows(StaffView):
    rights: ClassVar[dict[str, str]] = {"GET": "workflows.view_workflow"}

    @call(
        "list_workflows",
        "List workflows as published",
        {200: page_of(WorkflowSerializer)},
        tag=TAG,
        errors=(400, *STAFF),
        parameters=PAGING,
    )
    def get(self, request: Request) -> Response:
        rows = Workflow.objects.filter(retired_at=None).select_related("published")
        return paged(request, rows, lambda page: WorkflowSerializer(page, many=True).data, OldestFirst)
