"""Instants that lie a setting's length after the stage was entered."""

from __future__ import annotations

from workflows.core import durations
from workflows.stages.base import Context, Instant


def after_entering(context: Context, **purposes: str) -> list[Instant]:
    """One instant for each purpose whose setting, a duration, is said."""
    return [
        Instant(purpose, context.entered_at + durations.parse(context.settings[setting]).delta)
        for purpose, setting in purposes.items()
        if context.settings.get(setting)
    ]
