"""The reference page of the file, written from the declarations that read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ordinus.configuration.emitting import flow
from ordinus.configuration.nouns.base import Noun
from ordinus.configuration.nouns.sinks import SINK_KINDS, settings_record
from ordinus.configuration.rules import CONDITION
from ordinus.configuration.schema import NOUNS, VERSION, VERSION_KEY
from ordinus.configuration.shapes import Items, Key, Record
from ordinus.configuration.stages import ACTIONS, Branches, Stages, stage_record
from ordinus.configuration.stages import Rows as SettingRows
from ordinus.configuration.types import ListOf, Type
from workflows.core import conditions
from workflows.registry import KINDS

OPENING = f"""# Configuration file

<!-- Written by `manage.py describe_configuration` from the declarations in `ordinus/configuration/`. -->

`manage.py apply FILE` makes the database match a file like this, `manage.py export` writes one. The same is
described for editors and programs by [`configuration.schema.json`](configuration.schema.json); with the YAML
extension of common editors, this first line turns on completion and checks:

```yaml
# yaml-language-server: $schema=docs/reference/configuration.schema.json
{VERSION_KEY}: {VERSION}
```

The file is YAML 1.2: `NO`, `on` and `yes` are texts, and so are dates and clock times. An unknown key is an
error, and so is a key given twice. Within an object that the file names, the file is the whole truth: a key left
out, or `null`, means its default, and a nested object left out goes. Objects that the file does not name stay, or
with `--prune` go; those with a history are retired instead, and come back when a file names them again.

- **Durations** are a whole number and a unit: `30m`, `2h`, `3d`, `2w`. A day is 24 hours, but for reminders, which
  keep the guest's wall clock over a clock change when they are given in days or weeks.
- **Secrets** are best given as `env:NAME`, read from the environment when used; a name that is not set is no error
  of the file. A secret written out is sealed in the database and never exported. One left out stays as it is
  stored, `null` removes it.
- **Slugs** identify everything but reps, who are identified by their e-mail addresses.
"""


def as_text() -> str:
    return "\n".join(line.rstrip(" ") for line in _lines()) + "\n"


def _lines() -> Iterator[str]:
    yield OPENING
    for noun in NOUNS:
        yield from _section(noun)
    yield from _stages()
    yield from _conditions()
    yield from _sinks()


def _section(noun: Noun) -> Iterator[str]:
    yield f"## `{noun.section}`\n"
    yield f"{noun.help}\n"
    yield from _table(noun.record.keys)
    for key in noun.record.keys:
        nested = _nested(key.type)
        if nested is not None:
            yield f"### Each of `{noun.section}[].{key.name}`\n"
            yield from _table(nested.keys)


def _nested(kind: Type) -> Record | None:
    if isinstance(kind, Stages):
        return None
    if isinstance(kind, Items):
        return kind.record
    if isinstance(kind, ListOf) and isinstance(kind.element, Record):
        return kind.element
    return None


def _stages() -> Iterator[str]:
    yield "## Stages\n"
    yield (
        "Each of `workflows[].stages` has the keys `name`, `kind` and, unless it ends the run, `branches`: its "
        "outcomes, each with the stage it leads to. Instead of a stage an outcome may have a list of forks, "
        "`{when: …, to: …}`; the first whose conditions hold is taken, and the last has none.\n"
    )
    yield from _table(Branches.fork.keys)
    for name, kind in KINDS.items():
        yield f"### `kind: {name}`\n"
        yield f"{kind.help}\n"
        yield f"{_outcomes(kind)}\n"
        settings = [key for key in stage_record(name).keys if key.name not in ("name", "kind", "branches")]
        if settings:
            yield from _table(settings)
        for key in settings:
            if isinstance(key.type, Record | SettingRows):
                inner = key.type if isinstance(key.type, Record) else key.type.record
                yield f"#### `{key.name}` of `kind: {name}`\n"
                yield from _table(inner.keys)
        if name == "action":
            rows = ((f"`{action}`", made.words) for action, made in ACTIONS.items())
            yield from _rows(("Key of an action", "Value"), rows)


def _outcomes(kind: Any) -> str:
    always = kind.required_outcomes({})
    required = [f"`{outcome}`" for outcome in kind.outcomes if outcome in always]
    optional = [f"[`{outcome}`]" for outcome in kind.optional_outcomes]
    if kind.ends:
        return "It has no outcomes."
    return f"Outcomes: {' '.join(required + optional) or 'as its settings say'}."


def _conditions() -> Iterator[str]:
    yield "## Conditions\n"
    yield (
        "`when` is a list of groups: any of these groups, all conditions of a group. An empty list always holds. "
        "Text operators ignore case; a type that does not fit is false; on a list `contains` means it has that "
        "element, `in` any of it; a missing fact makes every condition but `missing`, `!=` and `not_in` false.\n"
    )
    yield from _table(CONDITION.keys)
    facts = [f"`{prefix}*`" for prefix in conditions.OPEN_PREFIXES] + [
        f"`{name}`" for name in conditions.FIXED_FACTS
    ]
    yield f"Facts: {', '.join(facts)}.\n"


def _sinks() -> Iterator[str]:
    yield "## Settings of sinks\n"
    yield "What `sinks[].config` holds depends on the kind.\n"
    built_in = {name: adapter for name, adapter in SINK_KINDS.items() if "." not in name}
    for name, adapter in built_in.items():
        keys = settings_record(name).keys
        yield f"### `kind: {name}`\n"
        if keys:
            yield from _table(keys)
        else:
            yield f"{getattr(adapter, 'help', '') or 'Nothing to set.'}\n"


def _table(keys: Sequence[Key]) -> Iterator[str]:
    rows = ((f"`{key.name}`", _sentence_start(key.type.words), _default(key), key.help) for key in keys)
    yield from _rows(("Key", "Value", "Default", "Meaning"), rows)


def _rows(heads: Sequence[str], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for cells in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
    yield ""


def _default(key: Key) -> str:
    if key.required:
        return "required"
    if key.default in (None, "", [], {}):
        return "none"
    return f"`{flow(key.type.show(key.default))}`"


def _sentence_start(words: str) -> str:
    return words[:1].upper() + words[1:]
