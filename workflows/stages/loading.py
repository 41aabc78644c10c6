"""Stage kinds of others: classes in their own packages, named in ORDINUS_STAGE_KINDS."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from workflows.registry import KINDS, register_kind
from workflows.settings_check import CHECKS
from workflows.stages.base import Setting, StageKind

SETTING = "ORDINUS_STAGE_KINDS"
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
OUTCOME = re.compile(r"[a-z][a-z0-9_]{0,63}")
HELD = frozenset({"name", "kind", "branches"})
NESTED = ("group", "rows")


def load_kinds(paths: Iterable[str]) -> None:
    """Afterwards stages can be of these kinds. Raises ImproperlyConfigured, naming the class and the cure."""
    for path in paths:
        try:
            found = import_string(path)
        except ImportError as error:
            raise ImproperlyConfigured(
                f"{SETTING} names {path}, which cannot be imported: {error}"
            ) from error
        if not (isinstance(found, type) and issubclass(found, StageKind)):
            raise ImproperlyConfigured(f"{SETTING} names {path}, which is no subclass of StageKind")
        wrong = _wrong_with(found)
        if wrong:
            raise ImproperlyConfigured(f"{SETTING} names {path}: {wrong}")
        register_kind(found())


def _wrong_with(kind: type[StageKind]) -> str:
    name = getattr(kind, "name", "")
    if not NAME.fullmatch(name):
        return f"“{name}” is no name; use at most 32 small letters, digits and _, a letter first"
    if name in KINDS and type(KINDS[name]) is not kind:
        return f"there is a kind “{name}” already; choose another name"
    if not getattr(kind, "title", ""):
        return "it has no title, by which people choose it"
    if kind.ends and (kind.outcomes or kind.optional_outcomes):
        return "it ends the run, so it can have no outcomes"
    for outcome in (*kind.outcomes, *kind.optional_outcomes, *kind.at_once):
        if not OUTCOME.fullmatch(outcome):
            return f"“{outcome}” is no outcome; use small letters, digits and _"
    return next((wrong for setting in kind.fields if (wrong := _wrong_with_setting(setting))), "")


def _wrong_with_setting(setting: Setting) -> str:
    if not NAME.fullmatch(setting.name) or setting.name in HELD:
        return f"“{setting.name}” cannot be the name of a setting"
    if setting.type not in CHECKS:
        return f"the setting “{setting.name}” has the type “{setting.type}”; there are: {', '.join(CHECKS)}"
    if (setting.type in NESTED) != bool(setting.fields):
        return f"the setting “{setting.name}” has fields exactly if it is a group or rows"
    if (setting.type == "choice") != bool(setting.choices):
        return f"the setting “{setting.name}” has choices exactly if it is a choice"
    return next((wrong for inner in setting.fields if (wrong := _wrong_with_setting(inner))), "")
