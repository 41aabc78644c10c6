"""“Why no slots?” names, for each rep and day, what took the time away, and agrees with what guests are offered."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User

from bookings.tests.organisation import NOW, Organisation
from routing.instants import minute_of
from routing.models import BusyTime, Calendar, Match, Rep, TimeOff
from workflows.tests.admin.pages import Admin, viewer

PAGE = "/admin/routing/why-no-slots/"
MONDAY = date(2026, 3, 2)


def ask(admin: Admin, acme: Organisation, pool: str = "general", **asked: str) -> str:
    query = {
        "pool": str(acme.pools[pool].pk), "from_on": f"{MONDAY}", "to_on": f"{MONDAY + timedelta(days=6)}",
        "zone": "Europe/Berlin", **asked,
    }  # fmt: skip
    page = admin.get(PAGE + "?" + "&".join(f"{name}={value}" for name, value in query.items()))
    return " ".join(unescape(page).split())


@pytest.fixture
def troubled(acme: Organisation) -> Organisation:
    """Ana is away on Tuesday, Ben busy on Wednesday from 09:00 to 17:00, Cy not active."""
    ana, ben, cy = acme.reps
    TimeOff.objects.create(rep=ana, start_on=date(2026, 3, 3), end_on=date(2026, 3, 3))
    calendar = Calendar.objects.create(
        rep=ben, url="https://cal.acme.example", added_at=NOW, next_read_at=NOW
    )
    nine = minute_of(NOW) + 2 * 1440
    BusyTime.objects.create(rep=ben, calendar=calendar, start=nine, end=nine + 480)
    Rep.objects.filter(pk=cy.pk).update(is_active=False)
    return acme


def test_it_says_of_each_rep_and_day_what_took_the_time(troubled: Organisation, ops: Admin) -> None:
    page = ask(ops, troubled)
    assert "The first start a guest is offered on these days is Monday 2 March, 10:00 (Berlin)." in page
    assert (
        "A lead that came in now: Routed to “General”; the first free start is Monday 2 March, 10:00" in page
    )
    assert "14 of 16 starts are free, from 10:00 on." in page
    assert "2 starts are not offered because the notice was too short." in page
    assert "Nothing is free: time off." in page
    assert "16 starts are not offered because Tuesday 3 March was a day off." in page
    assert (
        "09:00 to 16:30: 16 starts are not offered because the calendar was taken from 09:00 to 17:00."
        in page
    )
    assert "Cy Lund is left out because the rep was not active." in page
    assert "nobody works on this day" in page


def test_what_it_calls_free_is_what_guests_are_offered(troubled: Organisation, ops: Admin) -> None:
    starts = troubled.slots(troubled.submit(), days=0)
    page = ask(ops, troubled, to_on=f"{MONDAY}")
    assert page.count(f"{len(starts)} of 16 starts are free") == 2


def test_what_the_lead_says_is_matched_as_for_a_lead(troubled: Organisation, ops: Admin) -> None:
    pool = troubled.pools["general"]
    Match.objects.create(pool=pool, attribute="languages", operator="contains", fact="answers.language")
    Rep.objects.filter(name="Ana Silva").update(attributes={"languages": ["de"]})
    page = ask(ops, troubled, **{"fact-answers.language": "de"})
    assert "Ben Okoro is left out because the rep's languages did not fit to Language." in page
    assert "Ana Silva is left out" not in page


def test_dates_and_zones_that_make_no_sense_are_told_beside_the_field(acme: Organisation, ops: Admin) -> None:
    assert "Choose a last day after the first one, 31 days at most in all." in ask(
        ops, acme, to_on="2026-03-01"
    )
    assert "31 days at most" in ask(ops, acme, to_on="2027-03-01")
    assert "Enter a valid date." in ask(ops, acme, from_on="soon")
    assert "Select a valid choice" in ask(ops, acme, zone="Mars/Base")
    assert "A guest is offered" not in ask(ops, acme, pool="general", from_on="99999-01-01")
    assert "Why no slots?" in ops.get(PAGE + "?pool=9" + "9" * 30)


def test_whoever_may_see_pools_may_ask(acme: Organisation, ops: Admin) -> None:
    assert "The first start a guest is offered" in ask(Admin(viewer()), acme)
    other = Admin(User.objects.create_user("other", password="secret", is_staff=True))
    assert other.client.get(PAGE).status_code == 403
