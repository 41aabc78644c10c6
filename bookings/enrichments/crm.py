from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bookings.enrichments.base import EnrichmentAdapter, Unanswered, company_domain, plain_facts, unanswered
from bookings.models import Enrichment
from workflows.core import reads
from workflows.models import Sink
from workflows.sinks.base import SinkAdapter, SinkError, adapter_of


class CrmEnrichment(EnrichmentAdapter):
    """A CRM that is a sink, asked for fields of its own beside those that answer `crm.*`."""

    kind = "crm"

    def __init__(self, source: Enrichment) -> None:
        super().__init__(source)
        self.asks = Sink.objects.filter(slug=source.sink, is_enabled=True, retired_at=None).first()
        self.code, self.adapter = self._adapter()

    def question(self, facts: Mapping[str, Any]) -> Any:
        return {
            "sink": self.source.sink,
            "email": facts.get("lead.email"),
            "domain": company_domain(facts),
            "mapping": self.source.mapping,
        }

    def answer(self, facts: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        if self.adapter is None:
            raise Unanswered(self.code)
        email, domain = facts.get("lead.email") or "", company_domain(facts)
        try:
            found = self.adapter.look_up(email, domain, timeout=timeout)
        except SinkError as error:
            raise unanswered(error) from error
        if not found:
            raise Unanswered("not_found")
        return plain_facts({name.removeprefix(reads.ENRICHMENT): value for name, value in found.items()})

    def _adapter(self) -> tuple[str, SinkAdapter | None]:
        if self.asks is None:
            return "no_sink", None
        try:
            adapter = adapter_of(self.asks)
        except SinkError as error:
            return error.code, None
        adapter.reads = {reads.ENRICHMENT + ours: theirs for theirs, ours in self.source.mapping.items()}
        return "", adapter
