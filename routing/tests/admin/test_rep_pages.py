"""A rep's page: hours on a clock, attributes in lines, and what follows when somebody rests or leaves."""

from __future__ import annotations

import pytest

from routing.admin.reps import week_in_words
from routing.models import Calendar, Membership, Pool, Rep
from workflows.models import AuditEvent
from workflows.tests.admin.pages import Admin


def path(rep: Rep) -> str:
    return f"/admin/routing/rep/{rep.pk}/change/"


@pytest.mark.parametrize(
    "start, end, stored",
    [("09:00", "17:30", (540, 1050)), ("22:00", "02:00", (1320, 1560)), ("18:00", "24:00", (1080, 1440)),
     ("20:00", "00:00", (1200, 1440)), ("00:00", "24:00", (0, 1440))],
)  # fmt: skip
def test_hours_are_written_as_a_clock_shows_them(
    ops: Admin, ana: Rep, start: str, end: str, stored: tuple[int, int]
) -> None:
    ops.saved(path(ana), **{"hours-0-start_minute": start, "hours-0-end_minute": end})
    hours = ana.hours.get()
    assert (hours.start_minute, hours.end_minute) == stored
    ops.saved(path(ana))
    hours.refresh_from_db()
    assert (hours.start_minute, hours.end_minute) == stored


def test_a_time_that_is_none_is_refused(ops: Admin, ana: Rep) -> None:
    response = ops.send(path(ana), **{"hours-0-start_minute": "nine"})
    assert "time of the day" in response.content.decode()


@pytest.mark.parametrize("clock", ["10:00", "00:00"])
def test_hours_that_end_when_they_begin_are_refused(ops: Admin, ana: Rep, clock: str) -> None:
    response = ops.send(path(ana), **{"hours-0-start_minute": clock, "hours-0-end_minute": clock})
    assert "It ends when it begins. Write 00:00 to 24:00" in response.content.decode()
    assert ana.hours.get().start_minute == 540


def test_attributes_are_one_value_or_several(ops: Admin, ana: Rep) -> None:
    ops.saved(path(ana), attributes="languages: de, en\nregion: emea\nproducts: core,")
    ana.refresh_from_db()
    assert ana.attributes == {"languages": ["de", "en"], "region": "emea", "products": ["core"]}
    ops.saved(path(ana))
    ana.refresh_from_db()
    assert ana.attributes == {"languages": ["de", "en"], "region": "emea", "products": ["core"]}


def test_a_rep_who_rests_leaves_the_balances_at_zero(ops: Admin, members: list[Membership]) -> None:
    ana = members[0].rep
    ops.saved(path(ana), is_active=None)
    ana.refresh_from_db()
    assert not ana.is_active
    assert sum(Membership.objects.taking_turns().values_list("balance", flat=True)) == pytest.approx(0)


def test_who_leaves_is_retired_and_takes_no_turns(ops: Admin, members: list[Membership]) -> None:
    ana = members[0].rep
    assert ops.client.post(path(ana).replace("change", "delete"), {"post": "yes"}).status_code == 403
    ops.press(f"/admin/routing/rep/{ana.pk}/retire/")
    ana.refresh_from_db()
    assert ana.retired_at is not None
    assert not ana.is_active
    ops.press(f"/admin/routing/rep/{ana.pk}/bring_back/")
    ana.refresh_from_db()
    assert ana.retired_at is None
    assert ana.is_active


def test_joining_a_pool_from_the_reps_page(ops: Admin, ana: Rep, pool: Pool) -> None:
    joined = {"memberships-TOTAL_FORMS": "1", "memberships-0-pool": str(pool.pk), "memberships-0-weight": "3"}
    ops.saved(path(ana), **joined)
    assert ana.memberships.get().weight == 3


def test_a_new_calendar_is_read_at_the_next_turn(ops: Admin, ana: Rep) -> None:
    added = {
        "calendars-TOTAL_FORMS": "1",
        "calendars-0-kind": "ics",
        "calendars-0-url": "https://cal.acme.example/ana.ics",
        "calendars-0-stale_after_minutes": "6h",
    }
    ops.saved(path(ana), **added)
    calendar = Calendar.objects.get()
    assert calendar.stale_after_minutes == 360
    assert calendar.next_read_at == calendar.added_at


def test_a_change_is_told_without_the_name_in_the_open(ops: Admin, ana: Rep) -> None:
    ops.saved(path(ana), name="Ana Costa", daily_cap="5")
    told = {event.data["field"]: event.data for event in AuditEvent.objects.filter(verb="config.changed")}
    assert set(told) == {"name", "daily_cap"}
    assert told["daily_cap"]["new"] == 5
    assert told["name"]["new"].startswith("sha256:")
    assert told["name"]["object"] == f"rep:{ana.pk}"


def test_a_page_sent_back_untouched_tells_nothing(ops: Admin, members: list[Membership]) -> None:
    ops.saved(path(members[0].rep))
    assert not AuditEvent.objects.exists()


def test_a_week_is_told_with_equal_days_together(ana: Rep) -> None:
    for day in (1, 2, 4):
        ana.hours.create(weekday=day, start_minute=540, end_minute=1020)
    assert week_in_words(ana.hours.all()) == "Mon-Wed 09:00-17:00, Fri 09:00-17:00"


def test_a_last_day_that_is_over_spreads_the_balance_and_says_so(
    ops: Admin, members: list[Membership]
) -> None:
    ana = members[0].rep
    ops.saved(path(ana), leaves_on="2020-01-31", holidays="DE-BY")
    ana.refresh_from_db()
    assert (ana.holidays, ana.is_taking_turns) == ("DE-BY", False)
    assert sum(Membership.objects.taking_turns().values_list("balance", flat=True)) == pytest.approx(0)
    assert "31 January 2020 was the last day" in ops.get(path(ana))
    assert AuditEvent.objects.filter(data__field="leaves_on", data__new="2020-01-31").exists()
    ops.saved(path(ana), leaves_on="")
    ana.refresh_from_db()
    assert ana.is_taking_turns
    assert "The next public holiday is" in ops.get(path(ana))
