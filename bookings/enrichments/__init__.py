"""Sources of facts about a lead's company: one file each, one line here."""

from __future__ import annotations

from bookings.enrichments.base import EnrichmentAdapter
from bookings.enrichments.crm import CrmEnrichment
from bookings.enrichments.http import HttpEnrichment
from bookings.enrichments.table import TableEnrichment

ADAPTERS: dict[str, type[EnrichmentAdapter]] = {
    adapter.kind: adapter for adapter in (TableEnrichment, HttpEnrichment, CrmEnrichment)
}
