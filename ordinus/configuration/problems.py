"""What is wrong in a file, where, and what would cure it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

PLAIN_KEY = re.compile(r"[^\W\d][\w-]*")


@dataclass(frozen=True)
class Problem:
    """One mistake: its path in the file (`pools[2].members[0].rep`), a sentence, and the line if known."""

    path: str
    text: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{where}{self.text}" + (f" (line {self.line})" if self.line else "")


class InvalidFile(Exception):
    """The file cannot be applied; nothing was changed. `problems` are all of them, in the file's order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Mention:
    """A place where one object of the file names another."""

    path: str
    section: str
    name: str


@dataclass
class Report:
    """Collects the problems of one file, and the mentions that can be judged only when all is read."""

    problems: list[Problem] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)

    def add(self, path: str, text: str) -> None:
        self.problems.append(Problem(path, text))

    def mention(self, path: str, section: str, name: str) -> None:
        self.mentions.append(Mention(path, section, name))

    def is_sound(self, path: str) -> bool:
        """Whether nothing was found at this path or below it."""
        return not any(is_within(problem.path, path) for problem in self.problems)


def is_within(path: str, above: str) -> bool:
    """Whether `path` is `above` or lies below it: `pools[1].sla` lies below `pools[1]`, `pools[10]` does not."""
    return path == above or (path.startswith(above) and path[len(above)] in ".[")


def below(path: str, key: str | int) -> str:
    """The path of an element or key of what is at `path`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    step = key if PLAIN_KEY.fullmatch(key) else f"['{key}']"
    return f"{path}.{step}" if path and not step.startswith("[") else f"{path}{step}"


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'weight'?` for a word that comes close to one of those known, else nothing."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.7)
    return f"; did you mean '{near[0]}'?" if near else ""
