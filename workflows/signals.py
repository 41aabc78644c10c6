"""The one signal. A fact is announced inside the transaction that makes it true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from workflows.registry import VERBS

fact = Signal()


class UnknownVerb(LookupError):
    """A fact was announced whose verb nobody registered."""


@dataclass(frozen=True)
class Fact:
    """What happened: the payload of the signal.

    `data` is kept for good and holds ids, slugs, codes, numbers and instants; personal data and free text go
    into `evidence`, which can be erased.
    """

    verb: str
    run: int
    at: datetime
    actor: str
    lead: int | None = None
    booking: int | None = None
    version: int | None = None
    stage: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] | None = None


def announce(
    verb: str,
    *,
    run: int,
    at: datetime,
    actor: str,
    lead: int | None = None,
    booking: int | None = None,
    version: int | None = None,
    stage: str | None = None,
    data: Mapping[str, Any] | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> None:
    """Afterwards the fact is in the audit chain of its run and on its way to the sinks that take it.

    Whoever announces for a run holds the run's lock. Raises UnknownVerb; RuntimeError outside a transaction,
    where a fact could outlive what it tells of. Any error of a receiver reaches the caller and undoes it all.
    """
    if verb not in VERBS:
        raise UnknownVerb(f"“{verb}” is not a registered verb")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"“{verb}” was announced outside a transaction")
    news = Fact(
        verb=verb,
        run=run,
        at=at,
        actor=actor,
        lead=lead,
        booking=booking,
        version=version,
        stage=stage,
        data=dict(data or {}),
        evidence=evidence,
    )
    fact.send(sender=Fact, fact=news)
