"""Further pages about a version, which apps above add to its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from workflows.models import WorkflowVersion

PREFIX = "workflows_workflowversion_"


@dataclass(frozen=True)
class VersionPage:
    """A page below that of a version. `paths` are what follows the version's number; the first has the link."""

    name: str
    title: str
    view: Callable[..., HttpResponse]
    paths: tuple[str, ...]
    is_shown: Callable[[HttpRequest, WorkflowVersion], bool]


VERSION_PAGES: list[VersionPage] = []
"""Filled from above, before the admin's addresses are asked for."""

NEXT_LINKS: list[Callable[[WorkflowVersion], list[tuple[str, str]]]] = []
"""Filled from above: where one sees that a version works, as pairs of a title and an address."""


def further_urls(site: AdminSite) -> list[URLPattern]:
    """The addresses of all further pages; each asks for a login like every other one."""
    return [
        path(f"<int:object_id>/{rest}", site.admin_view(page.view), name=_name(page, place))
        for page in VERSION_PAGES
        for place, rest in enumerate(page.paths)
    ]


def _name(page: VersionPage, place: int) -> str:
    return f"{PREFIX}{page.name}_{place}" if place else PREFIX + page.name


def pages_of(version: WorkflowVersion, request: HttpRequest) -> list[dict[str, str]]:
    """Links to the further pages that make sense for this version and this reader."""
    return [
        {"title": page.title, "url": reverse(f"admin:{PREFIX}{page.name}", args=[version.pk])}
        for page in VERSION_PAGES
        if page.is_shown(request, version)
    ]


def next_links(version: WorkflowVersion) -> SafeString:
    """Where to go on once leads enter the version, as links that follow a sentence; perhaps none."""
    links = [pair for each in NEXT_LINKS for pair in each(version)]
    return format_html_join("", ' <a class="ord-link" href="{1}">{0}</a>.', links)
