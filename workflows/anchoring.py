"""Anchors: now and then the heads of all chains that grew are sealed together, and each seal in the next.

A chain shows that one of its events was changed, but not that its newest ones were cut off, or that all of it
was written anew. An anchor does, and whoever noted the hash of one anchor elsewhere holds everything before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import F

from workflows.core import chain
from workflows.models import Anchor, AnchoredHead, ChainHead, Delivery, Heartbeat, Sink
from workflows.transactions import atomically

HEARTBEAT = "anchor"
BATCH = 1000
ANCHORED = "audit.anchored"


@atomically
def anchor(now: datetime) -> Anchor | None:
    """Seal the heads of the chains that grew since the last anchor; None when none did.

    One process does it at a time. A chain that is just being written to is left to the next anchor, rather
    than waited for: its writer may hold others of these locks, or want them.
    """
    _take_turn(now)
    heads = list(
        ChainHead.objects.exclude(sequence=F("anchored")).select_for_update(skip_locked=True).order_by("run")
    )
    if not heads:
        return None
    last = Anchor.objects.order_by("-number").first()
    made = Anchor(
        number=last.number + 1 if last else 1,
        at=now,
        root=chain.merkle_root([leaf(head.run, head.sequence, head.hash) for head in heads]),
        heads=len(heads),
        previous=last.hash if last else chain.GENESIS,
    )
    made.hash = chain.event_hash(hashed_fields(made), made.previous)
    made.save(force_insert=True)
    rows = (AnchoredHead(anchor=made, run=head.run, sequence=head.sequence, hash=head.hash) for head in heads)
    AnchoredHead.objects.bulk_create(rows, batch_size=BATCH)
    _mark(heads)
    _tell(made)
    return made


def leaf(run: int, sequence: int, hash_: str) -> str:
    """A chain's head as it is sealed in an anchor."""
    return f"{run}:{sequence}:{hash_}"


def hashed_fields(row: Anchor) -> Mapping[str, Any]:
    """The stored fields that an anchor's hash covers, in the form that is hashed."""
    return {"number": row.number, "at": chain.normalise(row.at), "root": row.root, "heads": row.heads}


def record(row: Anchor) -> dict[str, Any]:
    """An anchor as it is noted outside: with its hash, everything before it can be proved."""
    return {**hashed_fields(row), "previous": row.previous, "hash": row.hash}


def _tell(made: Anchor) -> None:
    """A delivery for each sink that asks for seals. It is no event: telling of one would make the next necessary."""
    Delivery.objects.bulk_create(
        Delivery(
            key=f"{sink.slug}:anchor:{made.number}",
            sink=sink,
            verb=ANCHORED,
            sequence=made.number,
            at=made.at,
            due_at=made.at,
            created_at=made.at,
        )
        for sink in Sink.objects.taking(ANCHORED)
    )


def _take_turn(now: datetime) -> None:
    """Afterwards no other process can make an anchor until this transaction ends."""
    Heartbeat.objects.get_or_create(name=HEARTBEAT, defaults={"at": now})
    Heartbeat.objects.select_for_update().get(name=HEARTBEAT)
    Heartbeat.objects.filter(name=HEARTBEAT).update(at=now)


def _mark(heads: Sequence[ChainHead]) -> None:
    rest = iter(heads)
    while batch := list(islice(rest, BATCH)):
        runs = [head.run for head in batch]
        ChainHead.objects.filter(run__in=runs).update(anchored=F("sequence"))
