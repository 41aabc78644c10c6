from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bookings.enrichments.base import EnrichmentAdapter, Unanswered
from bookings.models import Enrichment


class TableEnrichment(EnrichmentAdapter):
    """Facts kept here, one row a key, such as a company's size by mail domain."""

    kind = "table"

    def __init__(self, source: Enrichment) -> None:
        super().__init__(source)
        self.rows = {row.key.casefold(): row.facts for row in source.rows.all()}

    def answer(self, facts: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        key = facts.get(self.source.key)
        if key is None or str(key).casefold() not in self.rows:
            raise Unanswered("not_found")
        return dict(self.rows[str(key).casefold()])
