"""From what a file says to what it wants, with every problem that shows without writing anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ordinus.configuration.nouns.base import Canonical
from ordinus.configuration.problems import Mention, Problem, Report, nearest
from ordinus.configuration.reading import Source
from ordinus.configuration.schema import NOUNS, SECTIONS, VERSION, VERSION_KEY
from ordinus.configuration.shapes import Entry
from ordinus.configuration.types import INVALID, kind_of
from workflows.models import Stage
from workflows.registry import VERBS

EVENTS = "events"

Objects = dict[str, dict[str, Entry]]
Present = Mapping[str, Mapping[str, Canonical]]


@dataclass
class Document:
    """What a file wants: canonical objects by section and name, and what is wrong with it."""

    wanted: Objects
    report: Report
    mentions_present: set[Mention] = field(default_factory=set)

    def writable(self) -> Objects:
        """The objects without problems that name only such objects, or stored ones: they can be written."""
        broken = {
            (section, name)
            for section, entries in self.wanted.items()
            for name, entry in entries.items()
            if not self.report.is_sound(entry.path) and not SECTIONS[section].bears_trial(entry)
        }
        owners = {
            entry.path: (section, name)
            for section, entries in self.wanted.items()
            for name, entry in entries.items()
        }
        grew = bool(broken)
        while grew:
            spoilt = {
                owners[root(mention.path)]
                for mention in self.report.mentions
                if root(mention.path) in owners
                and (mention.section, mention.name) in broken
                and mention not in self.mentions_present
            }
            grew = not spoilt <= broken
            broken |= spoilt
        return {
            section: {name: entry for name, entry in entries.items() if (section, name) not in broken}
            for section, entries in self.wanted.items()
        }


def root(path: str) -> str:
    """The path of the object of a section in which something stands: `pools[2]` of `pools[2].members[0].rep`."""
    return path[: path.index("]") + 1]


def check(source: Source, present: Present, *, prune: bool) -> Document:
    """What the file wants. With `prune`, stored objects that it does not name cannot be named by others."""
    report = Report(list(source.problems))
    wanted = _sections(source.data, report)
    document = Document(wanted, report)
    stored = {} if prune else present
    _resolve(document, stored)
    for noun in NOUNS:
        noun.judge(wanted[noun.section], report)
        for name, entry in wanted[noun.section].items():
            noun.settle(entry, present[noun.section].get(name))
    return document


def _sections(data: Any, report: Report) -> Objects:
    if data is None:
        data = {}
    if not isinstance(data, Mapping):
        cure = f"begin with '{VERSION_KEY}: {VERSION}'"
        report.add("", f"the file must be a mapping of sections, not {kind_of(data)}; {cure}")
        data = {VERSION_KEY: VERSION}
    if data.get(VERSION_KEY) != VERSION or data[VERSION_KEY] is True:
        found = (
            "is missing"
            if VERSION_KEY not in data
            else f"{kind_of(data[VERSION_KEY])} is no version known here"
        )
        report.add(VERSION_KEY, f"{found}; write '{VERSION_KEY}: {VERSION}'")
    for name in data:
        if name != VERSION_KEY and name not in SECTIONS:
            cure = nearest(name, SECTIONS) or f"; the keys are: {', '.join([VERSION_KEY, *SECTIONS])}"
            report.add(name, f"unknown key '{name}'{cure}")
    wanted: Objects = {}
    for section, noun in SECTIONS.items():
        found = noun.items().read(data[section], section, report) if data.get(section) is not None else {}
        wanted[section] = {} if found is INVALID else found
    return wanted


def _resolve(document: Document, stored: Present) -> None:
    """Report every mention of something that neither the file has nor the database."""
    known = {section: set(document.wanted[section]) | set(stored.get(section, ())) for section in SECTIONS}
    known[EVENTS] = set(VERBS) | _pushed(document.wanted) | (_pushed_by_stored() if stored else set())
    for mention in document.report.mentions:
        if mention.name in stored.get(mention.section, ()):
            document.mentions_present.add(mention)
        elif mention.name not in known[mention.section]:
            document.report.add(mention.path, _unknown(mention, known[mention.section]))


def _unknown(mention: Mention, known: Iterable[str]) -> str:
    if mention.section == EVENTS:
        cure = "; use a verb of the audit, or let an action push it"
        return f"no event '{mention.name}'{nearest(mention.name, known) or cure}"
    noun = SECTIONS[mention.section].noun
    cure = f"; add it under {mention.section}, or name another"
    return f"no {noun} '{mention.name}'{nearest(mention.name, known) or cure}"


def _pushed(wanted: Objects) -> set[str]:
    stages = [stage for entry in wanted["workflows"].values() for stage in entry["stages"].values()]
    drafts = [stage for entry in wanted["workflows"].values() for stage in entry["draft"].values()]
    return _events_in(stage.get("do") for stage in [*stages, *drafts])


def _pushed_by_stored() -> set[str]:
    stages = Stage.objects.filter(kind="action").values_list("settings", flat=True)
    return _events_in(settings.get("do") for settings in stages)


def _events_in(lists: Iterable[Any]) -> set[str]:
    actions = [
        action
        for found in lists
        if isinstance(found, list)
        for action in found
        if isinstance(action, Mapping)
    ]
    return {action["push"] for action in actions if isinstance(action.get("push"), str)}


def located(problems: Iterable[Problem], source: Source) -> list[Problem]:
    """The problems with their lines, in the order of the file, none twice."""
    placed = [Problem(each.path, each.text, each.line or source.line_of(each.path)) for each in problems]
    return sorted(dict.fromkeys(placed), key=lambda problem: problem.line or 0)
