"""Ready workflows: configuration files that come with Ordinus, to start from by file or in the admin."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ordinus.configuration.applying import apply
from ordinus.configuration.planning import Change
from ordinus.configuration.reading import read
from ordinus.configuration.schema import NOUNS

FOLDER = Path(__file__).resolve().parents[1] / "ready"


class AlreadyThere(Exception):
    """The workflow has been started from before; its slug is the text."""


@dataclass(frozen=True)
class Ready:
    """One of the files: what it is called, what it is for, and what is in it."""

    slug: str
    title: str
    about: str
    text: str

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = read(self.text).data
        return content

    @property
    def workflow(self) -> dict[str, Any]:
        found: dict[str, Any] = self.content["workflows"][0]
        return found


def all_ready() -> list[Ready]:
    return [_of(path) for path in sorted(FOLDER.glob("*.yaml"))]


def _of(path: Path) -> Ready:
    """The title is the first line of its opening comment, what it is for the lines after."""
    text = path.read_text()
    opening = text.partition("\n\n")[0].splitlines()
    title, *about = [line.removeprefix("#").strip() for line in opening]
    return Ready(path.stem, title, " ".join(line for line in about if line), text)


def adapted(ready: Ready, reps: Sequence[str], *, as_draft: bool) -> str:
    """The file for this organisation: its pools have these members, and what there is already stays as it is.

    As a draft, nothing is published. Raises AlreadyThere.
    """
    content = ready.content
    present = {noun.section: noun.present() for noun in NOUNS}
    if ready.workflow["slug"] in present["workflows"]:
        raise AlreadyThere(ready.workflow["slug"])
    for section, objects in content.items():
        if isinstance(objects, list):
            content[section] = [each for each in objects if each["slug"] not in present[section]]
    for pool in content.get("pools", []):
        pool["members"] = [{"rep": email} for email in reps]
    if as_draft:
        for workflow in content["workflows"]:
            workflow["draft"] = workflow.pop("stages")
    return json.dumps(content, ensure_ascii=False)


def start(
    ready: Ready, reps: Sequence[str], *, as_draft: bool, now: datetime, actor: str, plan: bool = False
) -> list[Change]:
    """The workflow is there afterwards, with its form, pools, segments and texts. With `plan`, nothing is kept."""
    return apply(adapted(ready, reps, as_draft=as_draft), now=now, actor=actor, plan=plan)
