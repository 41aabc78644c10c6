"""Which stages name an object in their settings, so that it is not taken away from under them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from workflows.admin.base import link
from workflows.admin.words import said
from workflows.models import Stage, WorkflowVersion
from workflows.registry import KINDS
from workflows.stages.base import Setting

ACTION_KEYS = {"template": "send"}


def stages_naming(reference: str, slug: str) -> list[Stage]:
    """Stages of published and draft versions with a setting of type `reference` that names `slug`."""
    return [stage for stage in _live_stages() if slug in _named_in(stage, reference)]


def _live_stages() -> list[Stage]:
    live = Q(version__workflow__published=F("version")) | Q(version__state=WorkflowVersion.State.DRAFT)
    stages = Stage.objects.filter(live, version__workflow__retired_at=None)
    return list(stages.select_related("version__workflow").order_by("version", "position", "pk"))


def users_of(reference: str) -> dict[str, list[Stage]]:
    """By slug, the live stages that name it: for a whole list in one look."""
    found: dict[str, list[Stage]] = {}
    for stage in _live_stages():
        for slug in dict.fromkeys(_named_in(stage, reference)):
            found.setdefault(slug, []).append(stage)
    return found


def asked_for_by(reference: str, slug: str) -> str | SafeString:
    """What is still to do until leads notice the object, with links to where; empty when nothing is."""
    stages = stages_naming(reference, slug)
    if any(stage.version.is_published for stage in stages):
        return ""
    if stages:
        drafts = format_html_join(" and ", "{}", ((link(stage.version),) for stage in stages))
        return format_html("{} asks for it: it counts once that draft is published.", drafts)
    places = format_html_join("; ", "{}", ((_place(stage),) for stage in _could_name(reference)))
    if not places:
        return "No workflow asks for it yet, and none has a stage that could."
    return format_html("No workflow asks for it yet: no lead notices it. {}.", places)


def _could_name(reference: str) -> list[Stage]:
    """Of each workflow the stages that could name such an object, in its draft where there is one."""
    stages = [stage for stage in _live_stages() if _has_setting(stage, reference)]
    drafted = {stage.version.workflow_id for stage in stages if not stage.version.is_published}
    return [
        stage
        for stage in stages
        if not stage.version.is_published or stage.version.workflow_id not in drafted
    ]


def _place(stage: Stage) -> SafeString:
    if stage.version.is_published:
        return format_html(
            "Start a draft of {} and tick it in “{}”", link(stage.version.workflow), said(stage.name)
        )
    return format_html("Tick it in “{}” of {}", link(stage, said(stage.name)), stage.version)


def _has_setting(stage: Stage, reference: str) -> bool:
    kind = KINDS.get(stage.kind)
    return any(setting.type == f"{reference}s" for setting in (kind.fields if kind else ()))


def needed_sentence(reference: str, slug: str) -> str:
    """Why the object cannot be retired now; empty when no stage names it."""
    stages = stages_naming(reference, slug)
    if not stages:
        return ""
    places = ", ".join(f"“{said(stage.name)}” of {stage.version}" for stage in stages[:3])
    more = " and others" if len(stages) > 3 else ""
    return f"It is needed by the stage {places}{more}. Publish a version without it first."


def _named_in(stage: Stage, reference: str) -> list[Any]:
    """The slugs of the reference that the stage's settings hold."""
    kind = KINDS.get(stage.kind)
    return [
        slug
        for setting in (kind.fields if kind else ())
        for slug in _named_by(setting, stage.settings.get(setting.name), reference)
        if isinstance(slug, str)
    ]


def _named_by(setting: Setting, value: Any, reference: str) -> list[Any]:
    """The slugs of the reference that one setting holds."""
    if setting.type in (reference, f"{reference}s"):
        return list(value) if isinstance(value, list | tuple) else [value]
    if setting.type in ("group", "rows"):
        objects = value if isinstance(value, list | tuple) else [value]
        return [
            slug
            for said_of in objects
            if isinstance(said_of, Mapping)
            for inner in setting.fields
            for slug in _named_by(inner, said_of.get(inner.name), reference)
        ]
    if setting.type == "actions" and reference in ACTION_KEYS:
        return [action.get(ACTION_KEYS[reference]) for action in value or ()]
    return []
