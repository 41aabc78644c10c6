"""The page that shows the difference of any two versions of a workflow."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from workflows.admin import differing
from workflows.admin.base import change_url
from workflows.admin.version_pages import pages_of
from workflows.models import WorkflowVersion

THAN = "than"


def difference_url(version: WorkflowVersion, than: WorkflowVersion | None = None) -> str:
    """The page that shows what `version` has become since `than`, by default since the one before it."""
    url = reverse("admin:workflows_workflowversion_difference", args=[version.pk])
    return f"{url}?{THAN}={than.number}" if than else url


def difference(request: HttpRequest, object_id: str) -> HttpResponse:
    """A GET with `than`, the number of the other version."""
    if not request.user.has_perm("workflows.view_workflowversion"):
        raise PermissionDenied
    new = WorkflowVersion.objects.select_related("workflow__published").filter(pk=object_id).first()
    if new is None:
        raise Http404
    versions = list(new.workflow.versions.order_by("-number"))
    old = _other(new, versions, request.GET.get(THAN, ""))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": f"What changed in {new}",
        "content_title": "What changed",
        "version": new,
        "version_url": change_url(new),
        "pages": pages_of(new, request),
        "workflow": new.workflow,
        "workflow_url": change_url(new.workflow),
        "versions": versions,
        "than": old,
        "than_name": THAN,
        "new_name": _name(new),
    }
    if old is not None:
        found = differing.difference_of(old, new)
        context |= {
            "old_name": _name(old),
            "lines": differing.lines(found, old, new),
            "picture": differing.draw(found, old, new),
        }
    return TemplateResponse(request, "admin/ordinus/difference.html", context)


def _name(version: WorkflowVersion) -> str:
    return f"Version {version.number}" if version.is_published else f"Draft {version.number}"


def _other(new: WorkflowVersion, versions: list[WorkflowVersion], asked: str) -> WorkflowVersion | None:
    """The version asked for; else of a draft the published one, and of others the one before it."""
    others = [version for version in versions if version.pk != new.pk]
    chosen = next((version for version in others if str(version.number) == asked), None)
    if chosen is None and not new.is_published:
        chosen = next((version for version in others if version.pk == new.workflow.published_id), None)
    earlier = [version for version in others if version.number < new.number]
    return chosen or next(iter(earlier or others), None)
