"""The first page: what needs a person now, the meetings of the day, and the last thirty days in numbers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from bookings.models import Booking, Message
from bookings.tests.organisation import NOW, Organisation
from ordinus.tests.admin.filling import fill
from workflows.models import Heartbeat
from workflows.tests.admin.pages import Admin, viewer


@pytest.fixture
def filled(acme: Organisation, ops: Admin) -> Admin:
    fill(acme, ops.user)
    return ops


def section(page: str, title: str) -> str:
    found = page.split(f"<h2>{title}</h2>")[1].split("</section>")[0]
    return re.sub(r"</span>\s*<span>", " ", found)


def test_what_needs_a_person_is_counted_and_leads_to_the_list_that_shows_it(filled: Admin) -> None:
    needs = section(filled.get("/admin/"), "Needs a person now")
    assert ">1 delivery to your other systems given up" in needs
    assert ">1 calendar could not be read" in needs
    for url in re.findall(r'href="([^"]+)"', needs):
        assert "class=" in filled.get(url.replace("&amp;", "&"))


def test_with_nothing_to_do_it_says_so(ops: Admin, acme: Organisation) -> None:
    Heartbeat.objects.create(name="sweep", at=NOW)
    assert "Nothing. Everything is on its way." in section(ops.get("/admin/"), "Needs a person now")


def test_a_sweep_that_is_late_is_told_first(ops: Admin, acme: Organisation) -> None:
    Heartbeat.objects.create(name="sweep", at=NOW - timedelta(minutes=10))
    needs = section(ops.get("/admin/"), "Needs a person now")
    assert "The sweep last ran 10 minutes ago" in needs


def test_mails_given_up_and_leads_without_a_rep_are_told(ops: Admin, acme: Organisation) -> None:
    Heartbeat.objects.create(name="sweep", at=NOW)
    acme.book(acme.submit())
    Message.objects.filter(kind=Message.Kind.CONFIRMATION).update(state=Message.State.DEAD)
    for pool in acme.pools.values():
        pool.members.all().delete()
    acme.submit(email="nobody@takes.example")
    needs = section(ops.get("/admin/"), "Needs a person now")
    assert ">1 mail given up" in needs
    assert ">1 lead of the last 7 days could not be given to any rep in time" in needs


def test_meetings_without_an_outcome_are_told(filled: Admin, clock: Any) -> None:
    held = Booking.objects.get(status=Booking.Status.ATTENDED)
    clock.move_to(held.end_at + timedelta(hours=1))
    assert ">1 meeting without an outcome" in section(filled.get("/admin/"), "Needs a person now")
    assert str(held.lead) in filled.get("/admin/bookings/booking/?when=unmarked")


def test_the_meetings_of_the_day_are_those_of_the_viewers_day(ops: Admin, acme: Organisation) -> None:
    acme.book(acme.submit())  # Monday at 10:30 in Berlin
    for zone, is_today in (("Europe/Berlin", True), ("America/Anchorage", False)):
        ops.client.cookies["viewer_zone"] = zone.replace("/", "%2F")
        assert ("Grace Hopper" in ops.get("/admin/").split("Meetings today")[1]) is is_today, zone


def test_the_funnel_and_the_trend_stand_beside_the_day(filled: Admin, clock: Any) -> None:
    clock.move_to(NOW + timedelta(hours=12))
    page = filled.get("/admin/")
    rows = re.findall(r'scope="row">(.*?)</th>\s*<td>(?:<a[^>]*>)?([^<]*)<', page)
    steps = dict(rows)
    assert [steps[step] for step in ("Submitted it", "Qualified", "Booked", "Met")] == ["3", "2", "2", "1"]
    assert "Meetings missed, week by week" in page


def test_only_what_one_may_see_is_told(filled: Admin) -> None:
    looker = viewer()
    looker.user_permissions.clear()
    page = Admin(looker).get("/admin/")
    assert "given up" not in page
    assert "Grace Hopper" not in page


def test_the_page_asks_the_database_a_bounded_number_of_times(
    filled: Admin, django_assert_max_num_queries: Any
) -> None:
    filled.get("/admin/")
    with django_assert_max_num_queries(40):
        filled.get("/admin/")
