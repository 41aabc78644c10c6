"""What an adapter is handed: one delivery, and the records on the other side that belong to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class Links:
    """Their records that belong to our objects, each by its role, such as `contact`.

    `kept` are those that came new or changed; whoever made the parcel stores them after the attempt, also
    after one that failed half way.
    """

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._known = dict(known or {})
        self.kept: dict[str, str] = {}

    def get(self, role: str) -> str | None:
        return self._known.get(role)

    def keep(self, role: str, theirs: str) -> str:
        """Afterwards `theirs` is the record of this role, now and at the next delivery."""
        if self._known.get(role) != theirs:
            self._known[role] = self.kept[role] = theirs
        return theirs

    def forget(self, role: str) -> None:
        """Afterwards no record of this role is known: it is gone on the other side."""
        if self._known.pop(role, None) is not None:
            self.kept[role] = ""

    def as_dict(self) -> dict[str, str]:
        return dict(self._known)


@dataclass(frozen=True)
class Parcel:
    """One delivery as an adapter sees it; an attempt that is repeated brings the same body under the same key.

    `body` is what webhooks get, with `facts` beside it for adapters that need some. `at` is the real instant of
    the attempt. `is_repeat` is false only when no earlier attempt can have reached the other side; `is_unsure` is
    true when nobody knows how the attempt before this one ended, because its process died.
    """

    body: Mapping[str, Any]
    key: str
    at: datetime
    is_repeat: bool = True
    links: Links = field(default_factory=Links)
    is_unsure: bool = False

    @property
    def verb(self) -> str:
        return str(self.body["type"])

    @property
    def happened_at(self) -> str:
        """When the fact happened, as ISO 8601 in UTC."""
        return str(self.body["timestamp"])

    @property
    def data(self) -> Mapping[str, Any]:
        """`run`, `lead`, `booking`, `sequence`, `event` and `fields`, as the contract has them."""
        return self.body.get("data") or {}

    @property
    def event(self) -> Mapping[str, Any]:
        """What the audit event tells."""
        return self.data.get("event") or {}

    @property
    def fields(self) -> Mapping[str, Any]:
        """Their fields and the values of our facts; None for a fact that is missing."""
        return self.data.get("fields") or {}

    @property
    def facts(self) -> Mapping[str, Any]:
        """Those facts that the adapter `needs`, as they were when the body was written."""
        return self.body.get("facts") or {}
