"""Anchors are made while others write and while another process makes one; neither waits for ever nor errs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from workflows import engine
from workflows.anchoring import anchor
from workflows.models import Anchor, AuditEvent
from workflows.tests.telling import NOW, a_run, tell
from workflows.verifying import verify

ROUNDS = 15


@pytest.mark.django_db(transaction=True)
def test_two_anchors_beside_writers_of_several_runs():
    runs = [a_run(lead=lead) for lead in range(6)]

    def in_thread(step):
        try:
            for number in range(ROUNDS):
                step(number)
        finally:
            connection.close()

    def write(number):
        with transaction.atomic():
            first, second = sorted((runs[number % 6].pk, runs[(number * 5 + 1) % 6].pk))
            held = [engine.lock(first), engine.lock(second)]
            for run in reversed(held):
                tell(run)

    with ThreadPoolExecutor(4) as pool:
        steps = [write, write, lambda number: anchor(NOW), lambda number: anchor(NOW)]
        for done in [pool.submit(in_thread, step) for step in steps]:
            done.result()
    anchor(NOW)
    assert AuditEvent.objects.count() == 2 * 2 * ROUNDS
    assert verify() == []
    numbers = list(Anchor.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
