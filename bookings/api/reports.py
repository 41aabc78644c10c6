"""Reports for staff: the funnel and fairness in shapes of their own, all others as rows of numbers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api import queries
from bookings.api.base import StaffView
from bookings.api.permissions import SEE_AUDIT
from bookings.api.schema import NAME, SINCE, STAFF, TEXT, UNTIL, call
from bookings.api.serializers.reports import FairnessSerializer, FunnelSerializer, table_serializer
from bookings.refusals import NotFound
from bookings.reporting import REPORTS
from bookings.reporting.fairness import fairness
from bookings.reporting.funnel import funnel
from bookings.reporting.selection import REAL, SIMULATED, Selection
from bookings.reporting.tables import Report
from routing.models import Pool
from workflows.models import Workflow

TAG = "Reports"
DAYS = 30
LIMITS = {
    "form": "Slug of a form.",
    "segment": "Slug of a segment.",
    "pool": "Slug of a pool: where the lead was given to first.",
    "rep": "E-mail address of the rep of the first meeting.",
    "source": "utm_source, in small letters.",
}
LIMITED = (
    *(OpenApiParameter(name, TEXT, description=said) for name, said in LIMITS.items()),
    OpenApiParameter("leads", str, enum=[REAL, SIMULATED], description="Only real or only simulated leads."),
    SINCE,
    UNTIL,
)


def selection_of(request: Request, workflow: str = "") -> Selection:
    """What the address asks for. Raises Invalid."""
    query = request.query_params
    since, until = queries.span(query, timezone.now(), DAYS)
    named = {name: queries.text(query, name) or "" for name in LIMITS}
    leads = queries.word(query, "leads", [REAL, SIMULATED]) or ""
    return Selection(since, until, workflow=workflow, leads=leads, **named)


class FunnelReport(StaffView):
    rights: ClassVar[dict[str, str]] = {"GET": SEE_AUDIT}

    @call(
        "get_funnel",
        "See how far leads come and where they drop",
        {200: FunnelSerializer},
        tag=TAG,
        errors=(400, 404, *STAFF),
        parameters=(OpenApiParameter("workflow", NAME, required=True, description="Slug."), *LIMITED),
        says="Counts the runs submitted from `since` on and before `until` (by default the last 30 days), by what "
        "their trace held before `until`.",
    )
    def get(self, request: Request) -> Response:
        slug = queries.needed(request.query_params, "workflow")
        selection = selection_of(request, slug)
        if not Workflow.objects.filter(slug=slug).exists():
            raise _no_such("workflow", slug)
        found = funnel(selection)
        steps = [
            {"stage": step.stage, "count": step.count, "lost": _counts("reason", step.lost)}
            for step in found.steps
        ]
        outcomes = _counts("outcome", found.outcomes)
        return Response(FunnelSerializer({**vars(found), "stages": steps, "outcomes": outcomes}).data)


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
        slug = queries.needed(request.query_params, "pool")
        pool = Pool.objects.filter(slug=slug).first()
        if pool is None:
            raise _no_such("pool", slug)
        return Response(FairnessSerializer({"pool": pool.slug, "members": fairness(pool)}).data)


def view_of(report: Report) -> type[StaffView]:
    """The call that answers with a report's rows, described with its very columns."""
    serializer = table_serializer(report)
    ways = list(report.by)

    class TableReport(StaffView):
        rights: ClassVar[dict[str, str]] = {"GET": SEE_AUDIT}

        @call(
            f"get_report_{report.name.replace('-', '_')}",
            report.title,
            {200: serializer},
            tag=TAG,
            errors=(400, *STAFF),
            parameters=(
                OpenApiParameter("by", str, enum=ways, default=ways[0], description="How the rows are made."),
                OpenApiParameter("workflow", TEXT, description="Slug; all workflows if left out."),
                OpenApiParameter(
                    "compare",
                    str,
                    enum=["before"],
                    description="Also give the span of the same length just before.",
                ),
                *LIMITED,
            ),
            says=f"{report.says} By default the last 30 days.",
        )
        def get(self, request: Request) -> Response:
            query = request.query_params
            by = queries.word(query, "by", ways) or ways[0]
            selection = selection_of(request, queries.text(query, "workflow") or "")
            compares = queries.word(query, "compare", ["before"]) and report.looks_back
            before = _span(report, selection.before, by) if compares else None
            answer = {"report": report.name, "by": by, **_span(report, selection, by), "before": before}
            return Response(serializer(answer).data)

    return TableReport


def _span(report: Report, selection: Selection, by: str) -> dict[str, Any]:
    rows = [{"key": row.key, "label": row.label, **row.values} for row in report.rows(selection, by)]
    return {"since": selection.since, "until": selection.until, "rows": rows}


def _no_such(name: str, slug: str) -> NotFound:
    told = f"There is no {name} “{slug}”."
    return NotFound(told, fields={name: [told]})


def _counts(name: str, counts: Any) -> list[dict[str, Any]]:
    return [{name: key, "count": count} for key, count in counts.items()]


TABLES = {name: view_of(report) for name, report in REPORTS.items()}
