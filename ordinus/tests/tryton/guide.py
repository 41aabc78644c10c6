"""A how-to page as a list of things to do: files to write, commands to give, and what they should say."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.core.management import call_command

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAM = "python manage.py "


@dataclass(frozen=True)
class Block:
    """A fenced block of the page; `name` is the file that it is saved as."""

    kind: str
    name: str
    text: str

    @property
    def commands(self) -> list[str]:
        return [line.removeprefix(PROGRAM) for line in self.text.splitlines() if line.strip()]


def blocks(page: Path) -> Iterator[Block]:
    for kind, name, text in BLOCK.findall(page.read_text()):
        yield Block(kind, name, text)


def run(command: str) -> str:
    """What the command printed."""
    said = StringIO()
    name, *arguments = shlex.split(command)
    call_command(name, *arguments, stdout=said)
    return said.getvalue()


def is_said(expected: str, said: str) -> bool:
    """Whether the output ends as the page shows; only how many there are may differ, not whether there are any."""
    pattern = re.sub(r"[1-9][0-9]*", "[1-9][0-9]*", re.escape(expected.strip()))
    return re.search(rf"{pattern}\s*$", said) is not None
