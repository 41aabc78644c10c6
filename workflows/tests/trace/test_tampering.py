"""Every kind of tampering is found, at the run and the sequence number where the trace breaks first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from workflows import receivers
from workflows.anchoring import anchor
from workflows.core import chain
from workflows.models import Anchor, AnchoredHead, AuditEvent, ChainHead, Evidence
from workflows.tests.telling import NOW, later, tell
from workflows.tests.trace.conftest import EVENTS
from workflows.verifying import verify


@pytest.fixture
def found(runs, unguarded) -> Callable:
    """What verifying finds after a change to the second run's events, with or without an anchor before it."""

    def find(tamper: Callable, *, anchored: bool = True):
        if anchored:
            anchor(NOW)
        with unguarded():
            tamper(AuditEvent.objects.filter(run=runs[1].pk))
        return [(finding.number - runs[1].pk, finding.sequence, finding.kind) for finding in verify()]

    return find


anchored_or_not = pytest.mark.parametrize("anchored", [True, False])


@anchored_or_not
@pytest.mark.parametrize(
    "change",
    [{"verb": "stage.left"}, {"actor": "rep:1"}, {"at": later(seconds=1)}, {"data": {"visit": 99}}, {"lead": 99},
     {"booking": 99}, {"stage": "meeting"}, {"workflow_version": 99}, {"evidence_hash": "0" * 64}, {"hash": "0" * 64}],
)  # fmt: skip
def test_a_changed_field(found, change, anchored):
    assert found(lambda events: events.filter(sequence=3).update(**change), anchored=anchored) == [
        (0, 3, "fields")
    ]


@anchored_or_not
def test_a_changed_link(found, anchored):
    changed = found(lambda events: events.filter(sequence=3).update(previous="0" * 64), anchored=anchored)
    assert changed == [(0, 3, "previous")]


@anchored_or_not
@pytest.mark.parametrize("sequence", [1, 3])
def test_a_deleted_event(found, sequence, anchored):
    deleted = found(lambda events: events.filter(sequence=sequence)._raw_delete("default"), anchored=anchored)
    assert deleted == [(0, sequence, "gap")]


@anchored_or_not
def test_two_events_in_another_order(found, anchored):
    def swap(events):
        events.filter(sequence=2).update(sequence=1000)
        events.filter(sequence=3).update(sequence=2)
        events.filter(sequence=1000).update(sequence=3)

    assert found(swap, anchored=anchored) == [(0, 2, "previous")]


@anchored_or_not
def test_a_tail_that_was_cut(found, anchored):
    cut = found(lambda events: events.filter(sequence__gt=4)._raw_delete("default"), anchored=anchored)
    assert cut == [(0, 5, "gap")]


def test_a_tail_that_was_cut_with_its_head_set_back(found):
    def cut(events):
        events.filter(sequence__gt=4)._raw_delete("default")
        ChainHead.objects.filter(run=events.get(sequence=4).run).update(
            sequence=4, hash=events.get(sequence=4).hash, anchored=4
        )

    assert found(cut) == [(0, 5, "gap")]


@anchored_or_not
def test_a_whole_run_that_was_removed(found, anchored):
    assert found(lambda events: events._raw_delete("default"), anchored=anchored) == [(0, 1, "no_events")]


@anchored_or_not
def test_a_whole_run_that_was_removed_with_its_head(found, runs, anchored):
    def remove(events):
        events._raw_delete("default")
        ChainHead.objects.filter(run=runs[1].pk).delete()

    assert found(remove, anchored=anchored) == [(0, 1, "no_events")]


def rewrite(events):
    """Change the first event and make every hash after it, and the head's, fit again."""
    previous = chain.GENESIS
    for event in events.order_by("sequence"):
        if event.sequence == 1:
            event.data = {"visit": 99}
        event.previous = previous
        previous = event.hash = chain.event_hash(receivers.hashed_fields(event), previous)
        event.save()
    ChainHead.objects.filter(run=event.run).update(hash=previous)


def test_a_run_rewritten_since_an_anchor(found):
    assert found(rewrite) == [(0, EVENTS, "anchor")]


def test_a_run_rewritten_and_longer_than_when_it_was_anchored(found, runs):
    anchor(NOW)
    tell(runs[1])
    assert found(rewrite) == [(0, EVENTS, "anchor")]


def test_a_run_rewritten_with_what_was_sealed_of_it(found, runs):
    def rewrite_both(events):
        rewrite(events)
        AnchoredHead.objects.filter(run=runs[1].pk).update(hash=events.get(sequence=EVENTS).hash)

    assert found(rewrite_both) == [(1 - runs[1].pk, 1, "leaves")]


def test_evidence_that_was_exchanged(found, runs):
    third = Evidence.objects.filter(run=runs[1].pk, sequence=3)
    assert found(lambda events: third.update(content={"employees": 1})) == [(0, 3, "evidence")]


def test_evidence_that_was_put_under_an_event_without_any(found, runs):
    put = found(lambda events: Evidence.objects.create(run=runs[1].pk, sequence=2, salt="0", content={}))
    assert put == [(0, 2, "evidence")]


def test_an_event_added_past_the_head(found, runs):
    def add(events):
        last = events.get(sequence=EVENTS)
        last.pk, last.sequence, last.previous = None, EVENTS + 1, last.hash
        last.hash = chain.event_hash(receivers.hashed_fields(last), last.previous)
        last.save(force_insert=True)

    assert found(add) == [(0, EVENTS + 1, "head")]


@pytest.mark.parametrize("change", [{"hash": "0" * 64}, {"sequence": EVENTS - 1}])
def test_a_head_that_was_changed(found, runs, change):
    found_places = found(
        lambda events: ChainHead.objects.filter(run=runs[1].pk).update(**change), anchored=False
    )
    assert found_places == [(0, EVENTS, "head")]


def test_a_head_that_was_removed(found, runs):
    removed = found(lambda events: ChainHead.objects.filter(run=runs[1].pk).delete(), anchored=False)
    assert removed == [(0, EVENTS, "no_head")]


def test_every_broken_run_is_named_in_order(runs, unguarded):
    with unguarded():
        AuditEvent.objects.filter(run__in=[0, runs[2].pk, runs[0].pk], sequence=2).update(actor="rep:1")
    assert [str(finding) for finding in verify()] == [
        f"Run {run}, sequence 2: event 2 was changed after it was written."
        for run in (0, runs[0].pk, runs[2].pk)
    ]


@pytest.fixture
def three_anchors(runs):
    for minutes in range(3):
        tell(runs[0])
        anchor(later(minutes=minutes))


@pytest.mark.parametrize(
    "change, kind",
    [({"root": "0" * 64}, "fields"), ({"heads": 9}, "fields"), ({"at": later(hours=1)}, "fields"),
     ({"hash": "0" * 64}, "fields"), ({"previous": "0" * 64}, "previous")],
)  # fmt: skip
def test_a_changed_anchor(three_anchors, unguarded, change, kind):
    with unguarded():
        Anchor.objects.filter(number=2).update(**change)
    assert [(finding.place, finding.number, finding.kind) for finding in verify()] == [("anchor", 2, kind)]


def test_an_anchor_that_was_removed(three_anchors, unguarded, runs):
    with unguarded():
        AnchoredHead.objects.filter(anchor__number=2)._raw_delete("default")
        Anchor.objects.filter(number=2)._raw_delete("default")
    assert [str(finding) for finding in verify()] == ["Anchor 2: an anchor is missing."]


def test_the_last_anchor_that_was_removed(three_anchors, unguarded, runs):
    with unguarded():
        AnchoredHead.objects.filter(anchor__number=3)._raw_delete("default")
        Anchor.objects.filter(number=3)._raw_delete("default")
    assert [str(finding) for finding in verify()] == [
        f"Run {runs[0].pk}, sequence 9: the anchor that covers event 9 is missing."
    ]
