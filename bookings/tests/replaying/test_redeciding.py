"""Decisions made again from what was recorded: alike, or the difference is named; without evidence, counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from bookings import erasing, scheduling
from bookings.models import Booking
from bookings.redeciding import redecide
from bookings.tests.organisation import NOW, Organisation, build
from workflows import guards
from workflows.models import AuditEvent, Evidence


@pytest.fixture
def acme(db: None) -> Organisation:
    return build()


@pytest.fixture
def booking(acme: Organisation) -> Booking:
    """A guest who moved once, so that routing and draw happened twice."""
    held = acme.book(acme.submit(employees=600))
    slots = scheduling.movable(held, NOW.date(), (NOW + timedelta(days=5)).date(), now=NOW)
    return scheduling.move(held, slots[-1].start, now=NOW)


@pytest.fixture
def tampered() -> Iterator[Callable[..., None]]:
    """Changes the data of an event, as nobody can while the guards stand."""

    def change(run: int, verb: str, **data: Any) -> None:
        event = AuditEvent.objects.filter(run=run, verb=verb).first()
        assert event is not None
        AuditEvent.objects.filter(pk=event.pk).update(data={**event.data, **data})

    guards.drop(connection)
    yield change
    guards.create(connection)


def test_every_decision_comes_out_as_it_was(booking: Booking) -> None:
    again = redecide(booking.run_id)
    assert again.differences == []
    left = AuditEvent.objects.filter(run=booking.run_id, verb="stage.left").count()
    assert again.decided == left + 5  # one qualification, two routings, two draws


@pytest.mark.parametrize(
    "verb, data, told",
    [
        (
            "qualification.evaluated",
            {"segment": "student"},
            "segment: 'enterprise' decided again, 'student' recorded",
        ),
        ("qualification.evaluated", {"tried": []}, "tried: "),
        ("routing.decided", {"outcome": "fallback"}, "outcome: routed decided again, fallback recorded"),
        ("routing.decided", {"tried": None}, "cannot be decided again"),
        ("assignment.drawn", {"winner": 0}, "winner: member "),
        (
            "stage.left",
            {"next": "nurture"},
            "branch 0 of “qualified” leads to ['routing'], 'nurture' recorded",
        ),
        ("stage.left", {"outcome": "abandoned"}, "branch 0 of “abandoned” leads to [], 'routing' recorded"),
    ],
)
def test_a_decision_that_was_altered_is_named(
    booking: Booking, tampered: Callable[..., None], verb: str, data: Any, told: str
) -> None:
    tampered(booking.run_id, verb, **data)
    (difference,) = redecide(booking.run_id).differences[:1]
    sequence = (
        AuditEvent.objects.filter(run=booking.run_id, verb=verb).values_list("sequence", flat=True).first()
    )
    assert difference.startswith(f"event {sequence}, {verb}: ")
    assert told in difference


def test_altered_evidence_is_named(booking: Booking) -> None:
    event = AuditEvent.objects.get(run=booking.run_id, verb="qualification.evaluated")
    kept = Evidence.objects.get(run=booking.run_id, sequence=event.sequence)
    kept.content["facts"]["answers.employees"] = 20
    kept.save()
    assert "segment: 'everyone-else' decided again, 'enterprise' recorded" in " ".join(
        redecide(booking.run_id).differences
    )


def test_of_an_erased_person_everything_but_the_qualification_is_decided_again(booking: Booking) -> None:
    erasing.erase(booking.lead, now=NOW, actor="staff:1")
    again = redecide(booking.run_id)
    assert (again.differences, again.without_evidence) == ([], 1)
    assert again.decided >= 4


def test_the_command_says_how_many_were_alike_and_names_those_that_were_not(
    booking: Booking, tampered: Callable[..., None]
) -> None:
    out = StringIO()
    call_command("replay", all=True, decisions=True, stdout=out)
    assert "decisions made again from what was recorded, 0 otherwise" in out.getvalue()
    with transaction.atomic():
        tampered(booking.run_id, "routing.decided", outcome="fallback")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("replay", str(booking.run_id), decisions=True, stdout=out)
    assert f"run {booking.run_id}: event " in out.getvalue()
    assert "outcome: routed decided again, fallback recorded" in out.getvalue()
