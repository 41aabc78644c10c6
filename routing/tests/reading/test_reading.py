"""What a calendar says becomes the rep's busy times, at each turn anew."""

from __future__ import annotations

from datetime import timedelta

from routing import reading
from routing.models import BusyTime, Calendar, Rep
from routing.tests.calendars.feeds import feed
from routing.tests.reading.conftest import MOVED, NOW, busy_times


def read(calendar: Calendar, at=NOW) -> bool:
    done = reading.read(calendar.pk, at, at)
    calendar.refresh_from_db()
    return done


def test_busy_times_are_kept(calendar):
    assert read(calendar)
    assert busy_times() == [("11-24 09:00", "11-24 09:30")]
    assert BusyTime.objects.get().rep_id == calendar.rep_id
    assert (calendar.read_at, calendar.etag, calendar.problem) == (NOW, '"v1"', "")
    assert calendar.next_read_at == NOW + reading.EVERY


def test_it_is_done_by_the_sweep(calendar):
    work = reading.WORK
    assert (work.name, work.order) == ("calendars", 10)
    assert [work.perform(number, NOW, NOW) for number in work.find(NOW, NOW, 10)] == [True]
    assert work.find(NOW, NOW, 10) == []
    assert work.find(NOW + reading.EVERY, NOW, 10) == [calendar.pk]


def test_a_second_call_reads_nothing(calendar, server):
    assert [read(calendar), read(calendar)] == [True, False]
    assert len(server.requests) == 1


def test_what_has_changed_replaces_what_was_read_before(calendar, server):
    read(calendar)
    server.body, server.etag = MOVED, '"v2"'
    assert read(calendar, NOW + reading.EVERY)
    assert busy_times() == [("11-25 10:00", "11-25 11:00")]
    assert calendar.etag == '"v2"'


def test_what_has_not_changed_is_not_sent_again(calendar, server):
    read(calendar)
    later = NOW + reading.EVERY
    assert read(calendar, later)
    assert server.requests[-1].headers["If-None-Match"] == '"v1"'
    assert busy_times() == [("11-24 09:00", "11-24 09:30")]
    assert (calendar.read_at, calendar.etag) == (later, '"v1"')


def test_the_same_again_costs_no_writing(calendar, server):
    server.etag = ""
    read(calendar)
    before = list(BusyTime.objects.values_list("pk", flat=True))
    read(calendar, NOW + reading.EVERY)
    assert list(BusyTime.objects.values_list("pk", flat=True)) == before


def test_now_and_then_it_is_read_whole(calendar, server):
    """An unchanged calendar has events in it that only now come into the time asked about."""
    server.body = feed("DTSTART:20240101T090000Z\nDURATION:PT30M\nRRULE:FREQ=DAILY")
    read(calendar)
    last = BusyTime.objects.latest("start").start
    for turn in range(1, 10):
        read(calendar, NOW + turn * timedelta(hours=3))
    assert BusyTime.objects.latest("start").start == last + 2 * 24 * 60
    assert sum("If-None-Match" in request.headers for request in server.requests) == 4


def test_it_is_read_from_a_day_back_to_400_days_ahead(calendar, server):
    server.body = feed("DTSTART:20240101T090000Z\nDURATION:PT30M\nRRULE:FREQ=DAILY")
    read(calendar)
    assert BusyTime.objects.count() in (401, 402)


def test_days_count_in_the_reps_zone(calendar, server):
    server.body = feed("DTSTART;VALUE=DATE:20261124")
    read(calendar)
    assert busy_times() == [("11-23 23:00", "11-24 23:00")]


def test_times_that_meet_are_one(calendar, server):
    server.body = feed("DTSTART:20261124T090000Z\nDURATION:PT30M", "DTSTART:20261124T093000Z\nDURATION:PT1H")
    read(calendar)
    assert busy_times() == [("11-24 09:00", "11-24 10:30")]


def test_other_calendars_keep_their_times(calendar, server):
    other = Calendar.objects.create(
        rep=calendar.rep, url="https://x.example/", added_at=NOW, next_read_at=NOW
    )
    BusyTime.objects.create(rep=calendar.rep, calendar=other, start=1, end=2)
    read(calendar)
    assert BusyTime.objects.filter(calendar=other).count() == 1


def test_calendars_of_reps_who_are_not_active_are_left_alone(calendar):
    Rep.objects.update(is_active=False)
    assert reading.due(NOW, NOW, 10) == []
    assert not read(calendar)


def test_an_address_changed_meanwhile_keeps_nothing_of_the_old_one(calendar, monkeypatch):
    fetch = reading._fetch

    def fetch_slowly(row, at):
        fetched = fetch(row, at)
        Calendar.objects.update(url="https://elsewhere.example/")
        return fetched

    monkeypatch.setattr(reading, "_fetch", fetch_slowly)
    assert not read(calendar)
    assert busy_times() == [] and calendar.read_at is None


def test_a_validator_that_is_too_long_to_keep_is_not_kept_in_part(calendar, server):
    server.etag = '"' + "x" * 400 + '"'
    read(calendar)
    assert calendar.etag == "" and len(busy_times()) == 1
