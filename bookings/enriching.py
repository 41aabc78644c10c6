"""Asking what is known about a lead before it is qualified: enrichments in order, then the CRMs that look up.

Everything here runs before the deciding transaction and within one limit in all, so a provider that is down
costs a lead at most that long and never its place. An answer may be used again for as long as its source allows.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connections

from bookings import remembering
from bookings.enrichments import ADAPTERS
from bookings.enrichments.base import Unanswered, company_domain, unanswered
from bookings.models import Enrichment
from workflows import circuits
from workflows.models import Sink
from workflows.sinks.base import CRM_FACTS, SinkError, adapter_of

logger = logging.getLogger(__name__)
chance = random.SystemRandom()

IN_ALL = 4.0
NOT_FOUND, HELD_BACK = "not_found", "held_back"
LEAST_TO_BLAME = 1.0
"""Seconds that a source must have had before its silence counts against it: others may have used up the time."""


@dataclass(frozen=True)
class Asked:
    """One source and what came of it: the facts it gave, or a code why it gave none."""

    source: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    milliseconds: int = 0
    is_cached: bool = False
    is_outage: bool = False
    since: datetime | None = None
    """Since when it is not asked, with the code HELD_BACK."""

    @property
    def is_answered(self) -> bool:
        return not self.code

    def as_record(self, *, is_timed: bool = True) -> dict[str, Any]:
        """For the audit; on a virtual clock, which stands still meanwhile, nothing takes time."""
        record: dict[str, Any] = {"source": self.source, "milliseconds": self.milliseconds if is_timed else 0}
        record |= {"cached": True} if self.is_cached else {}
        record |= {"since": self.since} if self.since else {}
        return {**record, "facts": sorted(self.facts)} if self.is_answered else {**record, "code": self.code}

    def as_evidence(self) -> dict[str, Any]:
        return {"facts": dict(self.facts)}


@dataclass(frozen=True)
class Answers:
    """All that was found out: facts without their prefix, and each source that was asked."""

    enrichment: Mapping[str, Any] = field(default_factory=dict)
    crm: Mapping[str, Any] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()

    def as_facts(self) -> dict[str, Any]:
        facts = {f"enrichment.{name}": value for name, value in self.enrichment.items()}
        return facts | {f"crm.{name}": value for name, value in self.crm.items()}


@dataclass(frozen=True)
class Source:
    """Somebody to ask: by what name, how long each, and for how many minutes an answer is used again."""

    slug: str
    name: str
    timeout: float
    cache_minutes: int | None
    question: Callable[[Mapping[str, Any]], Any]
    answer: Callable[[Mapping[str, Any], float], Mapping[str, Any]]
    sink: Sink | None = None


def gather(facts: Mapping[str, Any], now: datetime, *, keeps: bool = True) -> Answers:
    """Ask every source; earlier ones win over later ones. Never raises for a source, and ends in time.

    Without `keeps` nothing is written: what is remembered is used, what is new is not remembered.
    """
    deadline = time.monotonic() + IN_ALL
    enrichment: dict[str, Any] = {}
    crm: dict[str, Any] = {}
    asked: list[Asked] = []
    for row in Enrichment.objects.filter(retired_at=None).prefetch_related("rows"):
        present = {**facts, **{f"enrichment.{name}": value for name, value in enrichment.items()}}
        answer = _from_memory_or(_enrichment(row), deadline, present, now, keeps)
        asked.append(answer)
        enrichment = {**answer.facts, **enrichment}
    for sink in Sink.objects.filter(is_enabled=True, look_up=True, retired_at=None):
        answer = _from_memory_or(_crm(sink), deadline, facts, now, keeps)
        asked.append(answer)
        crm = {**answer.facts, **crm}
    return Answers(enrichment, crm, tuple(asked))


def _enrichment(row: Enrichment) -> Source:
    adapter = ADAPTERS[row.kind](row)
    return Source(
        row.slug,
        f"enrichment:{row.slug}",
        row.timeout_ms / 1000,
        row.cache_minutes,
        adapter.question,
        adapter.answer,
        adapter.asks,
    )


def _crm(sink: Sink) -> Source:
    def question(facts: Mapping[str, Any]) -> Any:
        about = {"email": facts.get("lead.email"), "domain": company_domain(facts)}
        return {**about, "kind": sink.kind, "reads": sink.reads}

    return Source(sink.slug, f"sink:{sink.slug}", IN_ALL, sink.cache_minutes, question, _look_up(sink), sink)


def _from_memory_or(
    source: Source, deadline: float, facts: Mapping[str, Any], now: datetime, keeps: bool
) -> Asked:
    """What the source said to the same question lately, or says now. What is no answer is not kept."""
    question = source.question(facts) if source.cache_minutes else None
    if question is None:
        return _unless_held_back(source, deadline, facts, now, keeps)
    known = remembering.remembered(source.name, question, now)
    if known is not None:
        return Asked(source.slug, facts=known.facts, code=known.code, is_cached=True)
    asked = _unless_held_back(source, deadline, facts, now, keeps)
    if keeps and (asked.is_answered or asked.code == NOT_FOUND):
        remembering.remember(
            source.name, question, email=facts.get("lead.email") or "", facts=asked.facts, code=asked.code,
            minutes=source.cache_minutes or 0, now=now,
        )  # fmt: skip
    return asked


def _unless_held_back(
    source: Source, deadline: float, facts: Mapping[str, Any], now: datetime, keeps: bool
) -> Asked:
    """What the source says, unless it is a sink that is known to be down: then nobody waits for it.

    Without `keeps`, a sink whose turn it is to be tried again is asked, and what comes of it does not count.
    """
    sink = source.sink
    since = circuits.held_back_since(sink, now) if sink else None
    if since:
        return Asked(source.slug, code=HELD_BACK, since=since)
    if sink and keeps and not circuits.may_pass(sink, now, circuits.LOOK_UPS):
        return Asked(source.slug, code=HELD_BACK, since=sink.look_up_since)
    asked = _ask(source.slug, source.timeout, deadline, source.answer, facts)
    if sink and keeps:
        circuits.note_look_up(sink, asked.code if asked.is_outage else "", now, chance.random())
    return asked


def _look_up(sink: Sink) -> Any:
    def look(facts: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        try:
            found = adapter_of(sink).look_up(
                facts.get("lead.email") or "", company_domain(facts), timeout=timeout
            )
        except SinkError as error:
            raise unanswered(error) from error
        return {name: value for name, value in found.items() if name in CRM_FACTS and value is not None}

    return look


def _ask(source: str, timeout: float, deadline: float, ask: Any, facts: Mapping[str, Any]) -> Asked:
    """One source within its own limit and what is left of the whole; a thread, as not every wait can be cut."""
    began = time.monotonic()
    left = min(timeout, deadline - began)
    if left <= 0:
        return Asked(source, code="no_time_left")
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        found = pool.submit(_in_a_thread, ask, facts, left).result(timeout=left + 0.2)
    except TimeoutError:
        return Asked(source, code="timeout", milliseconds=_since(began), is_outage=left >= LEAST_TO_BLAME)
    except Unanswered as reason:
        is_outage = reason.is_outage and (reason.code != "timeout" or left >= LEAST_TO_BLAME)
        return Asked(source, code=reason.code, milliseconds=_since(began), is_outage=is_outage)
    except Exception:
        logger.exception("%s could not be asked", source)
        return Asked(source, code="fault", milliseconds=_since(began))
    finally:
        pool.shutdown(wait=False)
    return Asked(source, facts=found, milliseconds=_since(began))


def _in_a_thread(ask: Any, facts: Mapping[str, Any], left: float) -> Any:
    try:
        return ask(facts, left)
    finally:
        connections.close_all()  # those of this thread: an access that was renewed has been kept


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
