"""What ops people change, told to the audit: one `config.changed` for each field that became another."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from workflows.core import chain
from workflows.models.audit import CONFIGURATION_CHAIN
from workflows.signals import announce

SALT_BYTES = 16


class Change(NamedTuple):
    """A field before and after. A private one holds free text or says something about a person."""

    field: str
    old: Any
    new: Any
    is_private: bool = False


def announce_changes(object_label: str, changes: Iterable[Change], *, actor: str, at: datetime) -> None:
    """Afterwards the configuration chain tells each of the changes of one object, such as ``pool:general``.

    Of private values the chain keeps salted hashes only; the values and their salt lie in the erasable
    evidence of the event. Raises RuntimeError outside a transaction.
    """
    for change in changes:
        data, evidence = _told(Change(*change))
        announce(
            "config.changed",
            run=CONFIGURATION_CHAIN,
            at=at,
            actor=actor,
            data={"object": object_label, **data},
            evidence=evidence,
        )


def differences(old: Mapping[str, tuple[Any, bool]], new: Mapping[str, tuple[Any, bool]]) -> list[Change]:
    """The fields whose value differs between two snapshots, each {field: (value, is_private)}, by name."""
    changes = []
    for name in sorted(old.keys() | new.keys()):
        before, was_private = old.get(name, (None, False))
        after, is_private = new.get(name, (None, False))
        if before != after:
            changes.append(Change(name, before, after, was_private or is_private))
    return changes


def _told(change: Change) -> tuple[dict[str, Any], dict[str, Any] | None]:
    if not change.is_private:
        return {"field": change.field, "old": change.old, "new": change.new}, None
    salt = secrets.token_hex(SALT_BYTES)
    hashed = {"field": change.field, "old": _hashed(salt, change.old), "new": _hashed(salt, change.new)}
    return hashed, {"salt": salt, "old": change.old, "new": change.new}


def _hashed(salt: str, value: Any) -> str | None:
    return None if value is None else f"sha256:{chain.evidence_hash(salt, chain.normalise(value))}"
