"""The stages of a workflow in the file: their keys come from what each registered stage kind declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ordinus.configuration.problems import Report, below, nearest
from ordinus.configuration.rules import When
from ordinus.configuration.scalars import Mention, Pattern, Slug, Text, Url, Whole
from ordinus.configuration.shapes import Items, Key, Record
from ordinus.configuration.times import Duration
from ordinus.configuration.types import INVALID, Choice, Json, ListOf, Type, kind_of
from workflows.core import hours
from workflows.registry import KINDS
from workflows.stages.base import Setting

StageName = Slug("stage name")
Tag = Slug("tag")
Outcome = Pattern(r"[a-z][a-z0-9_]*", "outcome", "use small letters, digits and _, a letter first")
EventName = Pattern(r"[a-z][a-z0-9_.-]*", "event name", "use small letters, digits, . _ and -", longest=40)
Recipient = Pattern(
    r"rep|pool|[^@\s]+@[^@\s]+\.[^@\s]+", "recipient", "write an e-mail address, rep or pool", longest=254
)

ACTIONS: dict[str, Type] = {
    "send": Mention("templates", "template"),
    "tag": Tag,
    "untag": Tag,
    "notify": Recipient,
    "push": EventName,
}


class Actions(Type):
    """What an action stage does, in order; each an object with one key."""

    words = "list of objects with one key each: " + ", ".join(f"`{name}`" for name in ACTIONS)
    is_private = True

    def read(self, data: Any, path: str, report: Report) -> Any:
        if not isinstance(data, list):
            report.add(path, f"must be a list, not {kind_of(data)}; write [{{tag: nurture}}]")
            return INVALID
        actions = [self._one(element, below(path, number), report) for number, element in enumerate(data)]
        return [action for action in actions if action is not INVALID]

    def _one(self, data: Any, path: str, report: Report) -> Any:
        if not isinstance(data, Mapping) or len(data) != 1:
            report.add(path, f"must be an object with one of the keys: {', '.join(ACTIONS)}")
            return INVALID
        ((name, value),) = data.items()
        if name not in ACTIONS:
            known = f"; the keys are: {', '.join(ACTIONS)}"
            report.add(below(path, name), f"unknown key '{name}'{nearest(name, ACTIONS) or known}")
            return INVALID
        found = ACTIONS[name].read(value, below(path, name), report)
        return INVALID if found is INVALID else {name: found}

    def schema(self) -> dict[str, Any]:
        one = {
            "type": "object",
            "properties": {name: kind.schema() for name, kind in ACTIONS.items()},
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        }
        return {"type": "array", "items": one, "minItems": 1}


class DailyHours(Type):
    """Hours of every day; kept with two digits each."""

    words = "hours of the day, such as `21:00-08:00`"

    def read(self, data: Any, path: str, report: Report) -> Any:
        try:
            return str(hours.parse(data))
        except ValueError as error:
            report.add(path, str(error))
            return INVALID

    def schema(self) -> dict[str, Any]:
        clock = "[0-9]{1,2}:[0-9]{2}"
        return {"type": "string", "pattern": f"^{clock} *[-–] *{clock}$"}


class Rows(Type):
    """A list of objects; one that says nothing but its first key is written as the value of that alone."""

    def __init__(self, *keys: Key) -> None:
        self.record = Record(*keys)
        self.short = keys[0]
        named = ", ".join(f"`{key.name}`" for key in keys)
        self.words = f"list, each: {self.short.type.words}, or an object with {named}"
        self.is_private = self.record.is_private

    def read(self, data: Any, path: str, report: Report) -> Any:
        if not isinstance(data, list):
            report.add(path, f"must be a list, not {kind_of(data)}; write [{data}]")
            return INVALID
        rows: list[Any] = []
        for number, element in enumerate(data):
            here = below(path, number)
            row = self._row(element, here, report)
            if row is INVALID:
                continue
            if row in rows:
                report.add(here, f"{kind_of(element)} is listed twice; remove one")
                continue
            rows.append(row)
        return rows

    def _row(self, data: Any, path: str, report: Report) -> Any:
        if data is None:
            report.add(path, "is empty; write a value or remove it")
            return INVALID
        before = len(report.problems)
        if isinstance(data, Mapping):
            row = self.record.read(data, path, report)
        else:
            value = self.short.type.read(data, path, report)
            row = {key.name: key.fallback() for key in self.record.keys} | {self.short.name: value}
        return dict(row) if len(report.problems) == before else INVALID

    def show(self, value: Any) -> Any:
        shown = [self.record.show(row) for row in value]
        return [row[self.short.name] if list(row) == [self.short.name] else row for row in shown]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"anyOf": [self.short.type.schema(), self.record.schema()]}}


def _keys_of(setting: Setting) -> list[Key]:
    return [key_of(inner) for inner in setting.fields]


SETTING_TYPES: dict[str, Callable[[Setting], Type]] = {
    "duration": lambda setting: Duration(lasts=setting.lasts),
    "durations": lambda setting: ListOf(Duration(), is_set=True),
    "number": lambda setting: Whole(),
    "text": lambda setting: Text(5000, lines=True),
    "url": lambda setting: Url(1000),
    "path": lambda setting: Text(1000),
    "secret": lambda setting: Text(5000),
    "pool": lambda setting: Mention("pools", "pool"),
    "template": lambda setting: Mention("templates", "template"),
    "segments": lambda setting: ListOf(Mention("segments", "segment"), is_set=True),
    "tags": lambda setting: ListOf(Tag, is_set=True),
    "outcomes": lambda setting: ListOf(Outcome, is_set=True),
    "actions": lambda setting: Actions(),
    "hours": lambda setting: DailyHours(),
    "conditions": lambda setting: When(),
    "group": lambda setting: Record(*_keys_of(setting)),
    "rows": lambda setting: Rows(*_keys_of(setting)),
    "choice": lambda setting: Choice(*setting.choices),
}


def key_of(setting: Setting) -> Key:
    """A setting that a plug-in declares, as a key of the file; one of an unknown type holds any value."""
    make = SETTING_TYPES.get(setting.type, lambda setting: Json())
    default = list(setting.default) if isinstance(setting.default, tuple) else setting.default
    if setting.type == "conditions" and default is None:
        default = []  # no groups and none said are the same
    return Key(setting.name, make(setting), setting.help, default=default, required=setting.required)


class Branches(Type):
    """Where a stage leads. Canonical: {outcome: [{"when": groups, "to": stage}, …]}, the last without groups."""

    words = "outcomes, each with the stage it leads to, or a list of forks `{when: …, to: …}`"
    is_private = True
    is_map = True
    fork = Record(
        Key("when", When(), "This fork is taken if any of these groups of conditions holds.", default=[]),
        Key("to", StageName, "The stage it leads to.", required=True),
    )

    def read(self, data: Any, path: str, report: Report) -> Any:
        if not isinstance(data, Mapping):
            report.add(path, f"must name outcomes, not {kind_of(data)}; write {{done: next-stage}}")
            return INVALID
        branches = {}
        for outcome, target in data.items():
            forks = self._forks(target, below(path, outcome), report)
            if forks:
                branches[outcome] = forks
        return branches

    def _forks(self, data: Any, path: str, report: Report) -> list[dict[str, Any]]:
        if not isinstance(data, list):
            name = INVALID if data is None else StageName.read(data, path, report)
            if data is None:
                report.add(path, "leads nowhere; name a stage")
            return [] if name is INVALID else [{"when": [], "to": name}]
        if not data:
            report.add(path, "leads nowhere; name a stage")
        forks = [self.fork.read(element, below(path, number), report) for number, element in enumerate(data)]
        return [dict(fork) for fork in forks if fork is not INVALID and fork["to"]]

    def show(self, value: Any) -> Any:
        return {outcome: self._shown(value[outcome]) for outcome in value}

    def _shown(self, forks: list[dict[str, Any]]) -> Any:
        if len(forks) == 1 and not forks[0]["when"]:
            return forks[0]["to"]
        return [self.fork.show(fork) for fork in forks]

    def schema(self) -> dict[str, Any]:
        target = {
            "anyOf": [StageName.schema(), {"type": "array", "items": self.fork.schema(), "minItems": 1}]
        }
        return {"type": "object", "additionalProperties": target}


NAME = Key(
    "name", StageName, "What branches and reports call the stage; once in the workflow.", required=True
)
BRANCHES = Key("branches", Branches(), "Where each outcome leads.", default={})
STAGE_SCHEMA, DRAFT_STAGE_SCHEMA = "stage", "draft_stage"
NAMES_HELD = ("name", "kind", "branches")


def kind_key() -> Key:
    return Key("kind", Choice(*KINDS, what="stage kind"), "What the stage does.", required=True)


def stage_record(kind: str | None, *, is_draft: bool = False) -> Record:
    """The keys of a stage of this kind. A draft may be unfinished: of its settings only the names are judged."""
    settings = [key_of(setting) for setting in KINDS[kind].fields] if kind in KINDS else []
    if is_draft:
        settings = [Key(key.name, Json(), key.help, default=key.default) for key in settings]
    ends = kind in KINDS and KINDS[kind].ends and not is_draft
    return Record(NAME, kind_key(), *settings, *([] if ends else [BRANCHES]))


class Stages(Items):
    """The stages in order; the first is where a lead enters."""

    def __init__(self, *, is_draft: bool = False) -> None:
        super().__init__(Record(NAME, BRANCHES), "name", "stage", ordered=True)
        self.is_draft = is_draft

    def record_for(self, data: Any) -> Record:
        kind = data.get("kind") if isinstance(data, Mapping) else None
        return stage_record(kind if isinstance(kind, str) else None, is_draft=self.is_draft)

    def _read_one(self, data: Any, path: str, report: Report) -> Any:
        kind = data.get("kind") if isinstance(data, Mapping) else None
        if isinstance(data, Mapping) and not (isinstance(kind, str) and kind in KINDS):
            # of an unknown kind no setting can be judged
            data = {name: data[name] for name in NAMES_HELD if name in data}
        return super()._read_one(data, path, report)

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {"$ref": f"#/$defs/{DRAFT_STAGE_SCHEMA if self.is_draft else STAGE_SCHEMA}"},
        }


def stage_schema(*, is_draft: bool = False) -> dict[str, Any]:
    """Any stage: an object whose kind decides which keys it has."""
    variants = []
    for kind in KINDS:
        schema = stage_record(kind, is_draft=is_draft).schema()
        schema["properties"]["kind"] = {"const": kind, "description": KINDS[kind].help}
        variants.append({"if": {"properties": {"kind": {"const": kind}}}, "then": schema})
    return {
        "type": "object",
        "properties": {"name": StageName.schema(), "kind": {"enum": list(KINDS)}},
        "required": ["name", "kind"],
        "allOf": variants,
    }
