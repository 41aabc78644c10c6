"""Writing a look-up table: all rows of a file together, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookings.models import Enrichment, EnrichmentRow
from workflows.changes import Change, announce_changes
from workflows.transactions import atomically

BATCH = 500


@dataclass(frozen=True)
class Difference:
    """What a file would do to a table, by keys."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    same: int


def compare(table: Enrichment, rows: Mapping[str, Mapping[str, Any]], *, replace: bool) -> Difference:
    """Keys are the same without regard to case; with `replace` rows that the file does not name go."""
    present = {row.key.casefold(): row for row in table.rows.all()}
    wanted = {key.casefold() for key in rows}
    new = tuple(key for key in rows if key.casefold() not in present)
    changed = tuple(
        key for key, facts in rows.items()
        if key.casefold() in present and present[key.casefold()].facts != facts
    )  # fmt: skip
    gone = tuple(row.key for key, row in present.items() if replace and key not in wanted)
    return Difference(new, changed, gone, len(rows) - len(new) - len(changed))


@atomically
def write(
    table: Enrichment, rows: Mapping[str, Mapping[str, Any]], *, replace: bool, actor: str, now: datetime
) -> Difference:
    """Afterwards the table says what the rows say, and the audit that it was changed; rows that agree stay."""
    Enrichment.objects.select_for_update().get(pk=table.pk)
    difference = compare(table, rows, replace=replace)
    before = table.rows.count()
    present = {row.key.casefold(): row for row in table.rows.all()}
    table.rows.filter(key__in=difference.gone).delete()
    changed = []
    for key in difference.changed:
        row = present[key.casefold()]
        row.facts = dict(rows[key])
        changed.append(row)
    EnrichmentRow.objects.bulk_update(changed, ["facts"], batch_size=BATCH)
    EnrichmentRow.objects.bulk_create(
        [EnrichmentRow(enrichment=table, key=key, facts=dict(rows[key])) for key in difference.new],
        batch_size=BATCH,
    )
    counts = [("rows", before, table.rows.count()), ("rows_changed", 0, len(changed))]
    changes = [Change(name, was, now_is) for name, was, now_is in counts if was != now_is]
    if changes:
        announce_changes(f"enrichment:{table.slug}", changes, actor=actor, at=now)
    return difference
