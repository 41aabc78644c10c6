"""What a source of facts is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from bookings.core import paths
from bookings.models import Enrichment
from workflows.models import Sink
from workflows.sinks.answers import RateLimited, Retry, SinkError

Scalar = str | int | float | bool
LONGEST_TEXT = 500


class Unanswered(Exception):
    """The source gave no facts; `code` says why, in one word. `is_outage`: it would not have, whoever it was about."""

    def __init__(self, code: str, *, is_outage: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_outage = is_outage


class EnrichmentAdapter:
    """Asks one source. Uses no database: rows are read beforehand, as it runs in a thread of its own."""

    kind: ClassVar[str]
    asks: Sink | None = None
    """The sink that is asked, where it is one: while it is held back, nobody waits for it."""

    def __init__(self, source: Enrichment) -> None:
        self.source = source

    def question(self, facts: Mapping[str, Any]) -> Any:
        """What is asked about a lead, as JSON: the same question may be answered from memory. None: never."""
        return None

    def answer(self, facts: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        """The facts found, by plain name, within `timeout` seconds. Raises Unanswered."""
        raise Unanswered("unknown_kind")


def unanswered(error: SinkError) -> Unanswered:
    """Why a CRM gave no facts."""
    return Unanswered(error.code, is_outage=isinstance(error, Retry) and not isinstance(error, RateLimited))


def mapped_facts(mapping: Mapping[str, str], found: Any) -> dict[str, Any]:
    """The facts of an answer under our names; without a mapping, all it has under its own."""
    if mapping:
        return plain_facts(paths.mapped(mapping, found))
    return plain_facts(found) if isinstance(found, Mapping) else {}


def plain_facts(found: Mapping[str, Any]) -> dict[str, Any]:
    """Those of an answer that can be facts: texts, numbers, flags, and lists of texts; nested names get a dot."""
    facts: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, Mapping):
            facts.update({f"{name}.{inner}": each for inner, each in plain_facts(value).items()})
        elif isinstance(value, str):
            facts[str(name)] = value.replace("\x00", "")[:LONGEST_TEXT]
        elif isinstance(value, (bool, int, float)):
            facts[str(name)] = value
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            facts[str(name)] = [item.replace("\x00", "")[:LONGEST_TEXT] for item in value[:50]]
    return facts


def company_domain(facts: Mapping[str, Any]) -> str:
    """The domain by which a CRM may know the company; empty for a free mail provider's, which is everybody's."""
    return "" if facts.get("lead.free_email") else str(facts.get("lead.email_domain") or "")
