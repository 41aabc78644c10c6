"""Sinks: who is told what happens, and in whose words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from ordinus.configuration.nouns.base import Canonical, Slugged
from ordinus.configuration.problems import Report, below
from ordinus.configuration.scalars import Fact, Flag, Slug, Text
from ordinus.configuration.secret_values import (
    OrEnvironment,
    SecretText,
    inherited,
    to_store,
    with_secrets,
    without_secrets,
)
from ordinus.configuration.shapes import Entry, Key, Record
from ordinus.configuration.stages import EventName, key_of
from ordinus.configuration.times import Minutes
from ordinus.configuration.types import INVALID, Choice, Json, MapOf, SetOf, Type, kind_of
from workflows.core import mapping, reads
from workflows.models import Sink
from workflows.sinks.base import SINK_KINDS

EVERYTHING = "*"


class Event(Type):
    """A verb of the audit, the name of an event that an action pushes, or all of them."""

    words = 'verb of the audit, event that an action pushes, or `"*"`'

    def read(self, data: Any, path: str, report: Report) -> Any:
        if data == EVERYTHING:
            return data
        name = EventName.read(data, path, report)
        if name is not INVALID:
            report.mention(path, "events", name)
        return name

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


class SinkKind(Choice):
    """A built-in kind, or a class of one's own; only those that this installation has can be used in it."""

    def __init__(self) -> None:
        super().__init__(*SINK_KINDS, what="sink kind")

    def schema(self) -> dict[str, Any]:
        built_in = [kind for kind in SINK_KINDS if "." not in kind]
        return {"anyOf": [{"enum": built_in}, {"type": "string", "pattern": r"^\w+(\.\w+)+$"}]}


class Settings(Json):
    """The settings of an adapter; secrets are sealed when stored and never shown."""

    words = "settings of the kind of sink"
    is_map = True

    def show(self, value: Any) -> Any:
        return super().show(without_secrets(value))

    def schema(self) -> dict[str, Any]:
        return {"type": "object"}


class MappedValue(Type):
    """A fact, a fact as a type, or always the same value; kept in its shortest form."""

    words = "fact such as `lead.email`, `{fact: answers.size, type: number}`, or `{value: Ordinus}`"
    is_private = True

    def read(self, data: Any, path: str, report: Report) -> Any:
        if problem := mapping.problem(data):
            report.add(path, problem)
            return INVALID
        row = mapping.rows_of({"": data})[0]
        is_judged = row.fact is not None and row.fact not in mapping.FURTHER_FACTS
        if is_judged and Fact().read(row.fact, path, report) is INVALID:
            return INVALID
        return row.as_stored()

    def show(self, value: Any) -> Any:
        return Json().show(value)

    def schema(self) -> dict[str, Any]:
        fact = {"anyOf": [Fact().schema(), {"enum": list(mapping.FURTHER_FACTS)}]}
        typed = {"fact": fact, "type": {"enum": list(mapping.TYPES)}}
        constant = {"value": {"type": ["string", "number", "boolean"]}}
        return {
            "anyOf": [
                fact,
                {"type": "object", "properties": typed, "required": ["fact"], "additionalProperties": False},
                {
                    "type": "object",
                    "properties": constant,
                    "required": ["value"],
                    "additionalProperties": False,
                },
            ]
        }


class Reads(MapOf):
    """Facts `crm.*`, each with one of their fields."""

    def __init__(self) -> None:
        super().__init__(Text(200), "facts `crm.*`, each with one of their fields")

    def read(self, data: Any, path: str, report: Report) -> Any:
        found = super().read(data, path, report)
        if found is INVALID:
            return found
        for fact, text in found.items():
            if problem := reads.problem(fact, text):
                report.add(below(path, fact), problem)
        return found


def _secret_names(kind: str | None) -> frozenset[str]:
    return frozenset(setting.name for setting in _declared(kind) if setting.type == "secret")


def _declared(kind: str | None) -> tuple[Any, ...]:
    return tuple(getattr(SINK_KINDS.get(kind or ""), "fields", ()))


def settings_record(kind: str) -> Record:
    """The keys of `config` for a kind whose adapter declares its settings."""
    secret = _secret_names(kind)
    keys = [key_of(setting) for setting in _declared(kind)]
    return Record(
        *(
            replace(key, type=SecretText(), required=False)
            if key.name in secret
            else replace(key, type=OrEnvironment(key.type))
            for key in keys
        )
    )


def _fits_its_kind(entry: Entry, report: Report) -> None:
    """Afterwards `config` is canonical: what the adapter declares as read by it, nulls still in place."""
    kind, config = entry["kind"], entry["config"]
    path = below(entry.path, "config")
    if not isinstance(config, dict):
        report.add(path, f"must be an object with keys, not {kind_of(config)}")
        config = {}
    if _declared(kind):
        read = settings_record(kind).read(config, path, report)
        config = {
            name: read[name] if value is not None else None for name, value in config.items() if name in read
        }
    entry["config"] = with_secrets(config, _secret_names(kind))


class Sinks(Slugged):
    section = "sinks"
    noun = "sink"
    label = "sink"
    help = "Systems that are told what happens: a CRM, a warehouse, a webhook. Each fact is delivered once."
    model = Sink
    plain = {
        "slug": "slug",
        "name": "name",
        "kind": "kind",
        "enabled": "is_enabled",
        "look_up": "look_up",
        "events": "events",
        "mapping": "mapping",
        "reads": "reads",
        "cache": "cache_minutes",
    }

    @property
    def record(self) -> Record:  # type: ignore[override]
        return Record(
            Key("slug", Slug(), "Identifies the sink.", required=True),
            Key("name", Text(120), "What people call it.", default=""),
            Key("kind", SinkKind(), "Which adapter speaks to it: a built-in one, or the "
                "dotted path of a class named in ORDINUS_SINKS.", required=True),
            Key("enabled", Flag(), "`false`: new facts are not kept for it.", default=True),
            Key("look_up", Flag(), "`true`: this sink answers the facts `crm.*`, before the segments.", default=False),
            Key("config", Settings(), "The adapter's settings. A secret is `env:NAME`, or a text that is sealed in "
                "the database and not exported; left out, one that is stored stays; `null` removes it.", default={}),
            Key("events", SetOf(Event()), 'What it is told; `["*"]` is all verbs but `delivery.*` and '
                "`audit.anchored`.", default=[]),
            Key("mapping", MapOf(MappedValue(), "their field names, each with one of our facts, as a "
                "type if need be, or with a value that never changes"), "Sent along with each "
                "event as `fields`. Left out, the kind's own holds.", default={}),
            Key("reads", Reads(), "What a look-up answers: a fact `crm.*`, and the field of theirs that holds it, for "
                "a yes or no with the values that mean yes, such as `lifecyclestage = customer`. Left out, the kind's "
                "own holds.", default={}),
            Key("cache", Minutes(low=1), "How long what a look-up answered about a lead is used again; left out, it is "
                "asked each time.", default=None),
            checks=(_fits_its_kind,),
        )  # fmt: skip

    def canonical(self, row: Any) -> Canonical:
        events = sorted(set(row.events))
        config = with_secrets(row.config, _secret_names(row.kind))
        return super().canonical(row) | {"events": events, "config": config}

    def settle(self, wanted: Entry, present: Canonical | None) -> None:
        stored = present["config"] if present and present["kind"] == wanted["kind"] else {}
        wanted["config"] = inherited(wanted["config"], stored, _secret_names(wanted["kind"]))

    def write(self, name: str, wanted: Canonical, now: datetime) -> None:
        row = self.fill(self.row_for(name), wanted)
        row.config = to_store(wanted["config"], row.config)
        row.save()

    def has_history(self, row: Any) -> bool:
        return row.deliveries.exists()

    def retire(self, row: Any, now: datetime) -> bool:
        """Nothing new is kept for it either."""
        row.is_enabled = False
        row.save(update_fields=["is_enabled"])
        return super().retire(row, now)
