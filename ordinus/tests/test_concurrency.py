"""Double booking: whoever presses at the same instant, one gets the time and all others hear that it is gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from bookings import access, holding, scheduling
from bookings.models import Booking
from bookings.tests import organisation
from bookings.tests.organisation import Organisation
from ordinus.tests import crowd
from ordinus.tests.consistency import check_everything
from routing.models import MeetingType, Pool

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

QUARTER = timedelta(minutes=15)
BUFFER = timedelta(minutes=10)


@pytest.fixture
def acme() -> Organisation:
    """One rep in all pools, half-hours every quarter with ten minutes after each."""
    built = organisation.build(timezone.now(), reps=1)
    MeetingType.objects.update(step=15)
    return built


@pytest.fixture
def start(acme: Organisation) -> datetime:
    """Ten o'clock on a working day next week."""
    monday = timezone.now() + timedelta(days=7 - timezone.now().weekday())
    return monday.replace(hour=10, minute=0, second=0, microsecond=0)


def test_two_hundred_presses_on_one_start_make_one_booking(acme: Organisation, start: datetime) -> None:
    def prepare(number: int) -> list[crowd.Press]:
        return [crowd.booking(token, start) for token in crowd.submitted(number, 5)] * 5

    answers = crowd.answers_to(prepare)
    assert answers.total() == 200
    assert answers.pop("201") == 1
    # Who has the time and presses again is told so; everybody else is told that it is gone.
    assert set(answers) <= {"409 slot_taken", "409 already_booked"}
    assert answers["409 already_booked"] <= 4
    assert Booking.objects.count() == 1
    check_everything()


def test_starts_that_overlap_or_come_too_close_exclude_each_other(
    acme: Organisation, start: datetime
) -> None:
    def prepare(number: int) -> list[crowd.Press]:
        tokens = crowd.submitted(number, 4)
        return [
            crowd.booking(token, start + (number + place) % 6 * QUARTER) for place, token in enumerate(tokens)
        ]

    answers = crowd.answers_to(prepare)
    assert set(answers) == {"201", "409 slot_taken"}
    held = meetings()
    assert len(held) == answers["201"] >= 2
    assert all(end + BUFFER <= following for (_, end), (following, _) in pairwise(held))
    check_everything()


def test_moves_and_bookings_of_one_start_exclude_each_other(acme: Organisation, start: datetime) -> None:
    held = [
        booked(acme, f"mover-{hour}@navy.example", start + timedelta(days=1, hours=hour)) for hour in range(3)
    ]
    tokens = [access.manage_token(booking, timezone.now()) for booking in held]

    def prepare(number: int) -> list[crowd.Press]:
        if number < len(tokens):
            return [crowd.moving(tokens[number], start + (QUARTER if number == 1 else QUARTER * 0))]
        return [crowd.booking(token, start) for token in crowd.submitted(number, 4)]

    answers = crowd.answers_to(prepare)
    assert answers["200"] + answers["201"] == 1
    assert answers["409 slot_taken"] == 3 + 5 * 4 - 1
    assert len([begin for begin, _ in meetings() if begin.date() == start.date()]) == 1
    check_everything()


def test_two_meetings_may_swap_their_times_only_one_after_the_other(
    acme: Organisation, start: datetime
) -> None:
    first = booked(acme, "a@navy.example", start)
    second = booked(acme, "b@navy.example", start + timedelta(hours=1))
    tokens = [access.manage_token(booking, timezone.now()) for booking in (first, second)]

    def prepare(number: int) -> list[crowd.Press]:
        return [crowd.moving(tokens[number], (second, first)[number].start_at)] * 3

    answers = crowd.answers_to(prepare, processes=2)
    assert set(answers) <= {"409 slot_taken", "200"}
    begins = [begin for begin, _ in meetings()]
    assert begins == sorted({first.start_at, second.start_at})
    check_everything()


def test_two_pools_that_share_a_rep_give_a_time_away_once(acme: Organisation, start: datetime) -> None:
    longer = MeetingType.objects.create(
        slug="workshop", name="Workshop", duration=60, step=15, buffer_before=10, horizon_days=30
    )
    Pool.objects.filter(slug="enterprise").update(meeting_type=longer)

    def prepare(number: int) -> list[crowd.Press]:
        employees, begin = (900, start - 2 * QUARTER) if number % 2 else (20, start)
        return [crowd.booking(token, begin) for token in crowd.submitted(number, 4, employees=employees)]

    assert crowd.answers_to(prepare) == {"201": 1, "409 slot_taken": 31}
    check_everything()


def test_one_guest_who_presses_in_many_windows_holds_one_meeting(acme: Organisation, start: datetime) -> None:
    token = acme.submit().token

    def prepare(number: int) -> list[crowd.Press]:
        return [
            crowd.booking(token, start + number * timedelta(hours=1) + place * QUARTER) for place in (0, 2)
        ]

    assert crowd.answers_to(prepare, processes=4) == {"201": 1, "409 already_booked": 7}
    check_everything()


def test_one_of_many_holds_a_start_and_only_that_one_can_book_it(acme: Organisation, start: datetime) -> None:
    def prepare(number: int) -> list[crowd.Press]:
        tokens = crowd.submitted(number, 4)
        return [press(token, start) for token in tokens for press in (crowd.holding, crowd.booking)]

    assert crowd.answers_to(prepare) == {"200": 1, "201": 1, "409 slot_taken": 62}
    check_everything()


def test_a_start_held_before_the_rush_is_its_holders(acme: Organisation, start: datetime) -> None:
    holder = acme.submit()
    holding.hold(holder.enquiry, start, now=timezone.now())

    def prepare(number: int) -> list[crowd.Press]:
        if number == 0:
            return [crowd.booking(holder.token, start)]
        tokens = crowd.submitted(number, 3)
        return [crowd.booking(token, start + place % 2 * QUARTER) for place, token in enumerate(tokens)]

    answers = crowd.answers_to(prepare)
    assert answers == {"201": 1, "409 slot_taken": 21}
    assert Booking.objects.get().enquiry == holder.enquiry
    check_everything()


def booked(acme: Organisation, email: str, start: datetime) -> Booking:
    return scheduling.book(acme.submit(email=email).enquiry, start, now=timezone.now())


def meetings() -> list[tuple[datetime, datetime]]:
    """Begin and end of every meeting, in the order of the day."""
    return list(Booking.objects.order_by("start_at").values_list("start_at", "end_at"))
