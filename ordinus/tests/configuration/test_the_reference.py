"""The reference page and the JSON Schema: up to date, complete, and right about real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.conf import settings
from django.core.management import call_command

from ordinus.configuration.json_schema import json_schema
from ordinus.configuration.reading import read
from ordinus.configuration.schema import NOUNS
from ordinus.management.commands.describe_configuration import is_current, pages
from ordinus.tests.configuration.files import CONTRACT, SMALL, changed
from workflows.registry import KINDS

ROOT = Path(settings.BASE_DIR)
FILES = (CONTRACT, ROOT / "demo.yaml")


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = json.loads(json.dumps(json_schema()))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_it_is_what_the_declarations_say(path: Path) -> None:
    assert is_current(path, pages()[path]), "run manage.py describe_configuration"


def test_the_check_passes() -> None:
    call_command("describe_configuration", check=True)


def test_every_section_key_and_stage_kind_is_on_the_page() -> None:
    page = (ROOT / "docs/reference/configuration.md").read_text()
    for noun in NOUNS:
        assert f"\n## `{noun.section}`\n" in page
        assert all(f"\n| `{key.name}` |" in page for key in noun.record.keys)
    assert all(f"\n### `kind: {kind}`\n" in page for kind in KINDS)


def test_every_key_says_what_it_means() -> None:
    for noun in NOUNS:
        for key in noun.record.keys:
            assert key.help.endswith((".", "`")), f"{noun.section}.{key.name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_files_fit_the_schema(validator: Any, path: Path) -> None:
    assert [error.message for error in validator.iter_errors(read(path.read_text()).data)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\nforms:", "\nform:"),
        ("duration: 30m", "duration: half an hour"),
        ("rank: 99", "rank: first"),
        ("kind: offer, expires_after", "kind: offer, expires"),
        ("kind: offer,", "kind: ofer,"),
        ("segments: [everyone],", ""),
        ("ordinus: 1", "ordinus: 2"),
    ],
)
def test_mistakes_do_not(validator: Any, old: str, new: str) -> None:
    assert validator.is_valid(read(SMALL).data)
    assert not validator.is_valid(read(changed(SMALL, old, new)).data)
