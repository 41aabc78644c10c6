"""A rep's week shows hours, what takes time, and what each pool would offer, on the rep's clock."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.contrib.auth.models import User

from bookings.tests.organisation import NOW, Organisation
from routing.instants import minute_of
from routing.models import BusyTime, Calendar, TimeOff
from workflows.tests.admin.pages import Admin, viewer


def page(admin: Admin, acme: Organisation, query: str = "") -> str:
    return " ".join(unescape(admin.get(f"/admin/routing/rep/{acme.reps[0].pk}/week/{query}")).split())


@pytest.fixture
def week(acme: Organisation) -> Organisation:
    """Ana: a meeting on Monday at 10:00, busy on Tuesday 12:00-13:00, off on Wednesday."""
    ana = acme.reps[0]
    acme.book(acme.submit(employees=900))
    calendar = Calendar.objects.create(
        rep=ana, url="https://cal.acme.example", added_at=NOW, next_read_at=NOW
    )
    noon = minute_of(NOW) + 1440 + 180
    BusyTime.objects.create(rep=ana, calendar=calendar, start=noon, end=noon + 60)
    TimeOff.objects.create(rep=ana, start_on=date(2026, 3, 4), end_on=date(2026, 3, 4), reason="Dentist")
    return acme


def test_it_shows_what_takes_time_and_what_each_pool_would_offer(week: Organisation, ops: Admin) -> None:
    told = page(ops, week)
    assert "Monday 2 March to Sunday 8 March, on the rep’s clock in Berlin (UTC+1)." in told
    assert "10:00–10:30 Grace Hopper, Enterprise." in told
    assert "Works 09:00–17:00; busy 12:00–13:00." in told
    assert "Time off: Dentist" in told
    assert "Does not work" in told
    assert told.count("12 starts: 11:00–17:00.") == 3
    assert "13 starts: 09:00–11:30, 13:00–17:00." in told


def test_other_weeks_can_be_looked_at_by_any_of_their_days(week: Organisation, ops: Admin) -> None:
    assert "Monday 9 March to Sunday 15 March" in page(ops, week, "?week=2026-03-11")
    for odd in ("?week=soon", "?week=9999-12-31", "?week=0001-01-01"):
        assert "Monday 2 March to Sunday 8 March" in page(ops, week, odd)


def test_the_week_in_which_clocks_change_is_drawn(week: Organisation, ops: Admin) -> None:
    told = page(ops, week, "?week=2026-03-29")
    assert "Monday 23 March to Sunday 29 March" in told
    assert "16 starts: 09:00–17:00." in told


def test_guests_are_named_to_those_alone_who_may_see_bookings(week: Organisation, ops: Admin) -> None:
    looker = viewer()
    assert "Grace Hopper" in page(Admin(looker), week)
    looker.user_permissions.remove(*looker.user_permissions.filter(codename="view_booking"))
    told = page(Admin(looker), week)
    assert "Grace Hopper" not in told
    assert "10:00–10:30 Product demo, Enterprise." in told
    other = Admin(User.objects.create_user("other", password="secret", is_staff=True))
    assert other.client.get(f"/admin/routing/rep/{week.reps[0].pk}/week/").status_code == 403
    assert ops.client.get("/admin/routing/rep/999999/week/").status_code == 404
