"""Which stages name an object in their settings, so that it is not taken away from under them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q

from workflows.admin.words import said
from workflows.models import Stage, WorkflowVersion
from workflows.registry import KINDS
from workflows.stages.base import Setting

ACTION_KEYS = {"template": "send"}


def stages_naming(reference: str, slug: str) -> list[Stage]:
    """Stages of published and draft versions with a setting of type `reference` that names `slug`."""
    live = Q(version__workflow__published=F("version")) | Q(version__state=WorkflowVersion.State.DRAFT)
    stages = Stage.objects.filter(live).select_related("version__workflow")
    return [stage for stage in stages if _names(stage, reference, slug)]


def needed_sentence(reference: str, slug: str) -> str:
    """Why the object cannot be retired now; empty when no stage names it."""
    stages = stages_naming(reference, slug)
    if not stages:
        return ""
    places = ", ".join(f"“{said(stage.name)}” of {stage.version}" for stage in stages[:3])
    more = " and others" if len(stages) > 3 else ""
    return f"It is needed by the stage {places}{more}. Publish a version without it first."


def _names(stage: Stage, reference: str, slug: str) -> bool:
    kind = KINDS.get(stage.kind)
    return any(
        slug in _named_by(setting, stage.settings.get(setting.name), reference)
        for setting in (kind.fields if kind else ())
    )


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
