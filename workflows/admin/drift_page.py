"""The drift report of a sink: where it holds something else than it was told last, and telling it again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from workflows import drifting
from workflows.admin.base import change_url
from workflows.admin.words import counted, instant, name_leads, said
from workflows.models import Sink
from workflows.sinks.base import SINK_KINDS


def can_compare(sink: Sink | None) -> bool:
    return sink is not None and bool(getattr(SINK_KINDS.get(sink.kind), "can_read", False))


def page(request: HttpRequest, model_admin: Any, object_id: int) -> HttpResponse:
    """A POST compares, with `again` tells the ticked facts once more. Looking asks the other side nothing."""
    sink: Any = Sink.objects.filter(pk=object_id).first()
    if not can_compare(sink):
        raise Http404
    may_see = request.user.has_perm("workflows.view_delivery")
    if not (model_admin.has_change_permission(request, sink) and may_see):
        raise PermissionDenied
    if request.method == "POST" and "again" in request.POST:
        return _write_again(request, sink)
    report = drifting.compare(sink) if request.method == "POST" else None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Drift of {sink}",
        "content_title": "Drift",
        "opts": model_admin.opts,
        "sink": sink,
        "back": change_url(sink),
        "report": report,
        "most": drifting.MOST,
        "rows": _rows(report) if report else [],
        "compared": counted(len(report.compared), "record") if report else "",
        "may_write": request.user.has_perm("workflows.change_delivery"),
    }
    return TemplateResponse(request, "admin/ordinus/drift.html", context)


def _write_again(request: HttpRequest, sink: Any) -> HttpResponse:
    if not request.user.has_perm("workflows.change_delivery"):
        raise PermissionDenied
    numbers = [int(number) for number in request.POST.getlist("delivery") if number.isdecimal()]
    count = drifting.write_again(sink, numbers, now=timezone.now())
    if count:
        messages.success(request, f"{counted(count, 'record')} will be written again at once.")
    else:
        messages.warning(request, "Tick what is to be written again. What waits already is not doubled.")
    return HttpResponseRedirect(reverse("admin:workflows_sink_drift", args=[sink.pk]))


def _rows(report: drifting.Report) -> list[dict[str, Any]]:
    deliveries: list[Any] = [each.delivery for each in report.drifted]
    name_leads(deliveries)
    return [
        {
            "number": each.delivery.pk,
            "lead": delivery.lead_shown,
            "told": f"{said(each.delivery.verb.replace('.', ' '))}, {instant(each.delivery.settled_at)}",
            "is_gone": any(field.is_gone for field in each.drifted),
            "fields": [(field.field, _shown(field.written), _shown(field.held)) for field in each.drifted],
        }
        for each, delivery in zip(report.drifted, deliveries, strict=True)
    ]


def _shown(value: Any) -> str:
    if value in (None, "", []):
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def urls(model_admin: Any) -> list[URLPattern]:
    def view(request: HttpRequest, object_id: int) -> HttpResponse:
        return page(request, model_admin, object_id)

    return [
        path("<int:object_id>/drift/", model_admin.admin_site.admin_view(view), name="workflows_sink_drift")
    ]
