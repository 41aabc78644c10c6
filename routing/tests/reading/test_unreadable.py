"""A calendar that cannot be read keeps what was read before, says why, and is asked less and less often."""

from __future__ import annotations

from datetime import timedelta

import pytest

from routing import reading
from routing.models import Calendar
from routing.tests.reading.conftest import NOW, busy_times


def read(calendar: Calendar, at=NOW) -> bool:
    done = reading.read(calendar.pk, at, at)
    calendar.refresh_from_db()
    return done


@pytest.fixture
def read_once(calendar):
    read(calendar)
    return calendar


def test_what_was_read_before_stays(read_once, server):
    server.fail(500)
    later = NOW + reading.EVERY
    assert not read(read_once, later)
    assert busy_times() == [("11-24 09:00", "11-24 09:30")]
    assert (read_once.read_at, read_once.failures) == (NOW, 1)
    assert "500" in read_once.problem


def test_pauses_grow_to_an_hour(read_once, server):
    server.fail(*[404] * 12)
    at, pauses = NOW + reading.EVERY, []
    for _ in range(12):
        read(read_once, at)
        pauses.append(read_once.next_read_at - at)
        at = read_once.next_read_at
    assert pauses[0] <= timedelta(seconds=30)
    assert pauses[-1] == reading.LONGEST_PAUSE == max(pauses)
    assert read_once.failures == 12


def test_once_it_can_be_read_again_all_is_forgotten(read_once, server):
    server.fail(503)
    read(read_once, NOW + reading.EVERY)
    assert read(read_once, read_once.next_read_at)
    assert (read_once.failures, read_once.problem) == (0, "")


def test_the_reason_holds_no_part_of_a_secret_address(calendar, server):
    server.fail(403)
    read(calendar)
    assert calendar.problem and "private" not in calendar.problem.replace("private iCal", "")


def test_an_address_may_stand_in_the_environment(calendar, server, monkeypatch):
    monkeypatch.setenv("ANA_CALENDAR", server.url)
    Calendar.objects.update(url="env:ANA_CALENDAR")
    assert read(calendar)


def test_a_variable_that_is_not_set_is_named(calendar, monkeypatch):
    monkeypatch.delenv("ANA_CALENDAR", raising=False)
    Calendar.objects.update(url="env:ANA_CALENDAR")
    assert not read(calendar)
    assert "ANA_CALENDAR is not set" in calendar.problem


def test_a_kind_that_nobody_reads_is_said_to_be_one(calendar):
    Calendar.objects.update(kind="sundial")
    assert not read(calendar)
    assert "“sundial”" in calendar.problem


def test_a_fault_of_an_adapter_is_a_failure_like_others(calendar, monkeypatch):
    monkeypatch.setattr("routing.calendars.ics.busy_intervals", lambda *args: 1 / 0)
    assert not read(calendar)
    assert calendar.problem == "The calendar could not be understood." and calendar.failures == 1


def test_a_private_address_is_not_reached(calendar, server, settings):
    settings.ORDINUS_PRIVATE_HOSTS = []
    assert not read(calendar)
    assert server.requests == [] and "public address" in calendar.problem
