"""Anchors noted outside the database show that everything was rewritten, which nothing inside could show."""

from __future__ import annotations

import json

import pytest

from workflows import anchoring, delivering, noting, receivers
from workflows.anchoring import anchor
from workflows.core import chain
from workflows.models import Anchor, AnchoredHead, AuditEvent, ChainHead, Delivery
from workflows.tests.telling import NOW, a_sink, later, tell
from workflows.verifying import verify


def rewrite_everything(run: int) -> None:
    """What somebody with the database's password and this program could do: events, heads, leaves, anchors."""
    previous = chain.GENESIS
    for event in AuditEvent.objects.filter(run=run).order_by("sequence"):
        event.actor, event.previous = "rep:1", previous
        previous = event.hash = chain.event_hash(receivers.hashed_fields(event), previous)
        event.save()
    ChainHead.objects.filter(run=run).update(hash=previous)
    AnchoredHead.objects.filter(run=run).update(hash=previous)
    before = chain.GENESIS
    for row in Anchor.objects.order_by("number"):
        leaves = row.leaves.order_by("run").values_list("run", "sequence", "hash")
        row.root = chain.merkle_root([anchoring.leaf(*each) for each in leaves])
        row.previous, before = before, ""
        before = row.hash = chain.event_hash(anchoring.hashed_fields(row), row.previous)
        row.save()


def test_only_a_note_shows_that_all_of_it_was_rewritten(runs, unguarded):
    anchor(NOW)
    noted = noting.read(noting.lines())
    assert noting.differing(noted) == []
    with unguarded():
        rewrite_everything(runs[1].pk)
    assert verify() == []
    assert noting.differing(noted) == [1]


def test_a_note_shows_that_the_newest_were_cut_off(runs, unguarded):
    anchor(NOW)
    tell(runs[0])
    anchor(later(minutes=1))
    noted = noting.read(noting.lines())
    with unguarded():
        AnchoredHead.objects.filter(anchor__number=2)._raw_delete("default")
        Anchor.objects.filter(number=2)._raw_delete("default")
    assert noting.differing(noted) == [2]


def test_notes_go_on_from_a_number(runs):
    anchor(NOW)
    tell(runs[0])
    second = anchor(later(minutes=1))
    (line,) = noting.lines(since=1)
    assert json.loads(line) == anchoring.record(second)


@pytest.mark.parametrize("line", ["not json", "[1]", '{"number": "1", "hash": "ab"}', '{"hash": "ab"}'])
def test_what_is_no_note_is_refused_with_its_line(line):
    with pytest.raises(noting.NoNote, match="line 2 is no anchor"):
        noting.read(['{"number": 1, "hash": "ab"}', line])
    with pytest.raises(noting.NoNote, match="another hash of anchor 1"):
        noting.read(['{"number": 1, "hash": "ab"}', '{"number": 1, "hash": "cd"}'])


def test_a_sink_that_asks_for_seals_is_told_of_each_and_nothing_grows_from_that(runs, tmp_path):
    path = tmp_path / "anchors.jsonl"
    a_sink("vault", kind="file", events=["audit.anchored"], config={"path": str(path)})
    a_sink("all", kind="file", events=["*"], config={"path": str(tmp_path / "all.jsonl")})
    made = anchor(NOW)
    delivery = Delivery.objects.get()
    assert (delivery.sink.slug, delivery.sequence) == ("vault", 1)
    assert delivering.deliver(delivery.pk, NOW, NOW)
    assert noting.read(path.read_text().splitlines()) == {1: made.hash}
    assert anchor(later(minutes=1)) is None
