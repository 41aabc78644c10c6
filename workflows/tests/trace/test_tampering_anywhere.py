"""The six kinds of tampering at a hundred places, with every hash mended that somebody could mend."""

from __future__ import annotations

import random

import pytest
from django.db import transaction

from workflows import receivers
from workflows.anchoring import anchor
from workflows.core import chain
from workflows.models import AuditEvent, ChainHead
from workflows.tests.telling import NOW
from workflows.tests.trace.conftest import EVENTS
from workflows.verifying import verify


def change_a_field(run, sequence):
    AuditEvent.objects.filter(run=run, sequence=sequence).update(data={"visit": 99})
    return sequence


def delete_an_event(run, sequence):
    AuditEvent.objects.filter(run=run, sequence=sequence)._raw_delete("default")
    return sequence


def swap_two_events(run, sequence):
    first = min(sequence, EVENTS - 1)
    one, other = AuditEvent.objects.filter(run=run, sequence__in=[first, first + 1]).order_by("sequence")
    for event, data in ((one, other.data), (other, one.data)):
        AuditEvent.objects.filter(pk=event.pk).update(data=data)
    return first


def cut_the_tail(run, sequence):
    tail = AuditEvent.objects.filter(run=run, sequence__gte=sequence)
    tail._raw_delete("default")
    before = AuditEvent.objects.filter(run=run).last()
    ChainHead.objects.filter(run=run).update(
        sequence=sequence - 1, anchored=sequence - 1, hash=before.hash if before else chain.GENESIS
    )
    return sequence


def remove_the_run(run, sequence):
    AuditEvent.objects.filter(run=run)._raw_delete("default")
    ChainHead.objects.filter(run=run).delete()
    return 1


def rewrite_the_run(run, sequence):
    events = list(AuditEvent.objects.filter(run=run).order_by("sequence"))
    previous = chain.GENESIS
    for event in events:
        event.actor = "rep:1" if event.sequence >= sequence else event.actor
        event.previous = previous
        previous = event.hash = chain.event_hash(receivers.hashed_fields(event), previous)
        event.save()
    ChainHead.objects.filter(run=run).update(hash=previous)
    return EVENTS


@pytest.mark.parametrize(
    "tamper",
    [change_a_field, delete_an_event, swap_two_events, cut_the_tail, remove_the_run, rewrite_the_run],
)
def test_it_is_found_and_named(runs, unguarded, tamper):
    chance = random.Random(tamper.__name__)
    anchor(NOW)
    with unguarded():
        for _ in range(17):
            run, sequence = chance.choice(runs).pk, chance.randint(1, EVENTS)
            with transaction.atomic():
                expected = tamper(run, sequence)
                assert [(finding.number, finding.sequence) for finding in verify()] == [(run, expected)]
                transaction.set_rollback(True)
    assert verify() == []
