"""Segments: kinds of leads, told apart by conditions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ordinus.configuration.nouns.base import Canonical, Slugged, is_named_in_versions, replace_rows
from ordinus.configuration.rules import When
from ordinus.configuration.scalars import Flag, Mention, Slug, Text, Whole
from ordinus.configuration.shapes import Key, Record
from routing.models import Pool, Segment


class Segments(Slugged):
    section = "segments"
    noun = "segment"
    label = "segment"
    help = (
        "Kinds of leads, tried by rank; the first that matches wins. A change takes effect when the workflows that "
        "use the segment are published, which `apply` does."
    )
    model = Segment
    plain = {"slug": "slug", "name": "name", "rank": "rank", "qualified": "is_qualified"}
    record = Record(
        Key("slug", Slug(), "Identifies the segment.", required=True),
        Key("name", Text(120), "What people call it.", required=True),
        Key("rank", Whole(), "The lowest is tried first; equal ones by slug.", default=50),
        Key("qualified", Flag(), "`false`: its leads take the branch `disqualified`.", default=True),
        Key("pool", Mention("pools", "pool"), "Where its leads are routed first."),
        Key(
            "when", When(), "Any of these groups, all conditions of a group; `[]` always matches.", default=[]
        ),
    )

    def place(self, row: Any) -> Any:
        return row.rank, row.slug

    def loaded(self, rows: Any) -> Any:
        return rows.select_related("pool").prefetch_related("conditions")

    def canonical(self, row: Any) -> Canonical:
        pool = row.pool if row.pool and row.pool.retired_at is None else None
        groups: dict[int, list[Canonical]] = {}
        for condition in sorted(row.conditions.all(), key=lambda condition: (condition.group, condition.pk)):
            shown = {"fact": condition.fact, "is": condition.operator, "value": condition.value}
            groups.setdefault(condition.group, []).append(shown)
        return super().canonical(row) | {"pool": pool.slug if pool else None, "when": list(groups.values())}

    def write(self, name: str, wanted: Canonical, now: datetime) -> None:
        row = self.fill(self.row_for(name), wanted)
        row.pool = Pool.objects.get(slug=wanted["pool"]) if wanted["pool"] else None
        row.save()
        replace_rows(row.conditions, [
            {"group": number, "fact": condition["fact"], "operator": condition["is"], "value": condition["value"]}
            for number, group in enumerate(wanted["when"], start=1)
            for condition in group
        ])  # fmt: skip

    def has_history(self, row: Any) -> bool:
        return is_named_in_versions(row.slug, settings=("segments",))
