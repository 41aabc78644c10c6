"""What a plan changes, told to the audit without names, addresses or texts of people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ordinus.configuration.nouns.base import Canonical, Noun
from ordinus.configuration.planning import Difference, differences
from ordinus.configuration.schema import REPS
from ordinus.configuration.secret_values import Secret
from workflows import changes

TOLD_SECRET = "secret"
CREATED, EXISTS, RETIRED = "created", "exists", "retired"
UNNAMED = ("attributes", "calendars", "mapping", "rows")
"""Keys whose parts have names that may be anything; the audit hears of the key alone."""


def announce(label: str, told: Iterable[changes.Change], *, at: datetime, actor: str) -> None:
    """Afterwards each change is a `config.changed` event of the object that the audit calls `label`."""
    changes.announce_changes(label, told, actor=actor, at=at)


def creation(noun: Noun, new: Canonical) -> list[changes.Change]:
    """That an object came to be, with what was set otherwise than by default: as one event, or two if some of
    it is private."""
    told = _told(noun, [each for each in differences(noun.record, {}, new) if each.path != noun.by])
    plain = {each.field: each.new for each in told if not each.is_private}
    private = {each.field: each.new for each in told if each.is_private}
    found = [changes.Change(CREATED, None, plain)]
    return [*found, changes.Change(CREATED, None, private, True)] if private else found


def alteration(noun: Noun, old: Canonical, new: Canonical) -> list[changes.Change]:
    return _told(noun, differences(noun.record, old, new))


def removal(*, is_retired: bool) -> list[changes.Change]:
    return [changes.Change(RETIRED, False, True)] if is_retired else [changes.Change(EXISTS, True, None)]


def _told(noun: Noun, found: Iterable[Difference]) -> list[changes.Change]:
    kept = [each for each in found if noun.told_keys is None or _key(each.path) in noun.told_keys]
    return [_change(each) for each in kept]


def _change(difference: Difference) -> changes.Change:
    key = _key(difference.path)
    if key == "members":
        return _membership(difference)
    if isinstance(difference.old, Secret) or isinstance(difference.new, Secret):
        return changes.Change(difference.path, _masked(difference.old), _masked(difference.new))
    field = key if key in UNNAMED else difference.path
    return changes.Change(field, difference.old, difference.new, difference.is_private)


def _membership(difference: Difference) -> changes.Change:
    """Members are told by the numbers of their reps, their shares as they are."""
    email, _, rest = difference.path.removeprefix("members[").partition("]")
    old, new = (
        {key: part for key, part in value.items() if key != "rep"} if isinstance(value, dict) else value
        for value in (difference.old, difference.new)
    )
    return changes.Change(f"members[{REPS.told_as(email)}]{rest}", old, new)


def _masked(value: Any) -> Any:
    return TOLD_SECRET if isinstance(value, Secret) else value


def _key(path: str) -> str:
    return path.partition("[")[0].partition(".")[0]
