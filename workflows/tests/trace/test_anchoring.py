"""An anchor seals the heads of the chains that grew, and is sealed in the next."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from workflows.anchoring import anchor, hashed_fields, leaf
from workflows.core import chain
from workflows.models import Anchor, AnchoredHead, ChainHead, Heartbeat
from workflows.tests.telling import NOW, later, tell


def test_the_first_anchor_seals_every_head(runs):
    made = anchor(NOW)
    assert (made.number, made.at, made.heads, made.previous) == (1, NOW, 4, chain.GENESIS)
    leaves = [leaf(head.run, head.sequence, head.hash) for head in ChainHead.objects.order_by("run")]
    assert made.root == chain.merkle_root(leaves)
    assert made.hash == chain.event_hash(hashed_fields(made), chain.GENESIS)


def test_its_leaves_are_kept_and_the_heads_say_so(runs):
    made = anchor(NOW)
    assert list(made.leaves.values_list("run", "sequence", "hash")) == list(
        ChainHead.objects.order_by("run").values_list("run", "sequence", "hash")
    )
    assert all(head.anchored == head.sequence for head in ChainHead.objects.all())


def test_nothing_new_makes_no_anchor(runs):
    anchor(NOW)
    assert anchor(later(minutes=1)) is None
    assert Anchor.objects.count() == 1


def test_an_empty_trace_makes_no_anchor(db):
    assert anchor(NOW) is None


def test_the_next_seals_only_what_grew_and_follows_from_the_first(runs):
    first = anchor(NOW)
    tell(runs[1])
    second = anchor(later(minutes=1))
    assert (second.number, second.heads, second.previous) == (2, 1, first.hash)
    assert list(second.leaves.values_list("run", "sequence")) == [(runs[1].pk, 7)]


def test_more_heads_than_one_batch_are_all_sealed(db):
    count = 2500
    ChainHead.objects.bulk_create(
        ChainHead(run=run, sequence=1, hash=f"{run:064}") for run in range(1, count + 1)
    )
    assert anchor(NOW).heads == count
    assert AnchoredHead.objects.count() == ChainHead.objects.filter(anchored=1).count() == count


def test_its_age_can_be_seen(runs):
    anchor(NOW), anchor(later(minutes=1))
    assert Heartbeat.objects.get(name="anchor").at == later(minutes=1)


@pytest.mark.parametrize("model", [Anchor, AnchoredHead])
def test_the_database_refuses_to_change_or_remove_it(runs, model):
    anchor(NOW)
    for forbidden in (
        lambda: model.objects.update(hash="0"),
        lambda: model.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            forbidden()
