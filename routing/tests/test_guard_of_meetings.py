"""What the database itself refuses: two meetings of one rep that overlap, or come closer than their buffers."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from routing.models import Assignment, MeetingType, Pool, Rep, ReservedSpan

pytestmark = pytest.mark.django_db

MEETING, PADDED = 0, 1


@pytest.fixture
def pool() -> Pool:
    kind = MeetingType.objects.create(slug="demo", name="Demo", duration=30, step=15)
    return Pool.objects.create(slug="sales", name="Sales", meeting_type=kind)


@pytest.fixture
def rep(pool: Pool) -> Rep:
    return Rep.objects.create(email="ana@acme.example", name="Ana")


def reserve(
    pool: Pool, rep: Rep, booking: int, start: int, end: int, before: int = 0, after: int = 0
) -> None:
    """Write both rows of a meeting, as nothing in the application would without asking first."""
    given = Assignment.objects.create(
        pool=pool, rep=rep, manner="draw", state="drawn", made_at="2026-03-02T08:00:00Z"
    )
    for kind, since, until in ((MEETING, start, end), (PADDED, start - before, end + after)):
        ReservedSpan.objects.create(
            assignment=given, rep=rep, booking=booking, kind=kind, start=since, end=until
        )


@pytest.mark.parametrize(
    ("start", "end"), [(600, 630), (615, 645), (590, 601), (629, 700), (590, 700), (610, 611)]
)
def test_meetings_that_overlap_are_refused(pool: Pool, rep: Rep, start: int, end: int) -> None:
    reserve(pool, rep, 1, 600, 630)
    with pytest.raises(DatabaseError), transaction.atomic():
        reserve(pool, rep, 2, start, end)
    assert ReservedSpan.objects.count() == 2


def test_meetings_that_touch_are_taken(pool: Pool, rep: Rep) -> None:
    reserve(pool, rep, 1, 600, 630)
    reserve(pool, rep, 2, 630, 660)
    reserve(pool, rep, 3, 570, 600)


def test_between_two_meetings_lies_the_larger_of_the_buffers_that_face_each_other(
    pool: Pool, rep: Rep
) -> None:
    reserve(pool, rep, 1, 600, 630, after=10)
    for start, before in ((639, 0), (640, 11), (639, 5)):
        with pytest.raises(DatabaseError), transaction.atomic():
            reserve(pool, rep, 2, start, start + 30, before=before)
    reserve(pool, rep, 2, 640, 670, before=10)


def test_a_row_cannot_be_pushed_into_another_meeting(pool: Pool, rep: Rep) -> None:
    reserve(pool, rep, 1, 600, 630)
    reserve(pool, rep, 2, 700, 730)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReservedSpan.objects.filter(booking=2).update(start=610, end=640)


def test_another_rep_is_not_in_the_way_and_neither_is_the_same_booking(pool: Pool, rep: Rep) -> None:
    reserve(pool, rep, 1, 600, 630)
    reserve(pool, Rep.objects.create(email="ben@acme.example", name="Ben"), 2, 600, 630)
    reserve(pool, rep, 1, 615, 645)
