"""Reports: every page opens, every number leads to its leads, every table can be saved and run nowhere."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from bookings.admin.reports.behind import PAGES
from bookings.admin.reports.pages import TITLES
from bookings.tests import month
from bookings.tests.organisation import Organisation
from routing.models import Pool
from workflows.tests.admin.pages import Admin, viewer

DATES = "period=dates&since=2026-03-01&until=2026-04-29"
STATED = re.compile(r'<p class="ord-purpose">[^<]*: (\d+) [a-z ]+ of (\d+) leads?\.</p>')
NUMBER = re.compile(r'<a class="ord-link" href="([^"]*behind=[^"]+)">([\d,]+)</a>')


@pytest.fixture
def a_month(acme: Organisation) -> Organisation:
    month.live(acme)
    month.live_on(acme)
    Pool.objects.filter(slug="general").update(name="=HYPERLINK(evil) <b>&")
    return acme


def numbers(page: str) -> list[tuple[str, int]]:
    return [(html.unescape(url), int(text.replace(",", ""))) for url, text in NUMBER.findall(page)]


def listed(ops: Admin, url: str) -> int:
    """How many leads the list behind an address has."""
    return len(set(re.findall(r"/admin/bookings/lead/\d+/change/", ops.get(url))))


def stated(ops: Admin, url: str) -> tuple[int, int]:
    """How many the list says were counted, and of how many leads."""
    told = re.search(STATED, html.unescape(ops.get(url)))
    assert told, url
    return int(told[1]), int(told[2])


def test_who_asked_twice_is_two_enquiries_of_one_lead(ops: Admin, a_month: Organisation) -> None:
    a_month.submit(email="looking@b.example")
    page = ops.get(f"/admin/reports/?{DATES}")
    url, number = numbers(page)[0]
    assert number == 11 and "Enquiries" in page
    assert stated(ops, url) == (11, 10) and listed(ops, url) == 10
    assert "How far leads came: 11 enquiries of 10 leads" in ops.get(url)


def test_every_report_opens_and_behind_its_numbers_are_their_leads(ops: Admin, a_month: Organisation) -> None:
    tried = 0
    for name in TITLES:
        ways = list(PAGES[name].by) if name in PAGES else [""]
        for by in ways:
            page = ops.get(f"/admin/reports/{name}/?{DATES}&by={by}")
            assert "<figure" in page and "<b>&" not in page
        found = numbers(page)
        assert found or name in ("deliveries", "reschedules"), name
        for url, number in found[:3]:
            count, leads = stated(ops, url)
            assert (count, leads) == (number, listed(ops, url)), (name, url)
            assert 1 <= leads <= count
            tried += 1
    assert tried >= 12


def test_the_funnel_shows_each_step_each_reason_and_the_period_before(
    ops: Admin, a_month: Organisation
) -> None:
    page = ops.get(f"/admin/reports/?{DATES}")
    assert [number for _, number in numbers(page)[:7]] == [10, 9, 9, 8, 7, 4, 2]
    assert "Booked: cancelled" in page and "The period before" in page
    assert "Sunday 1 March" in page
    alone = ops.get(f"/admin/reports/?{DATES}&segment=student")
    assert [number for _, number in numbers(alone)[:1]] == [1]


def test_a_table_is_saved_with_cells_that_nothing_runs(ops: Admin, a_month: Organisation) -> None:
    for name in PAGES:
        answer = ops.client.get(f"/admin/reports/{name}.csv?{DATES}")
        assert answer.status_code == 200 and answer["Content-Type"].startswith("text/csv")
        assert answer["Content-Disposition"].startswith(f'attachment; filename="{name}')
    answer = ops.client.get(f"/admin/reports/breakdown.csv?{DATES}&by=pool")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["By pool"], row["Key"], row["Submitted"]) for row in rows] == [
        ("'=HYPERLINK(evil) <b>&", "general", "9"), ("No pool", "none", "1")
    ]  # fmt: skip


def test_a_choice_that_does_not_fit_is_told_beside_its_field(ops: Admin, acme: Organisation) -> None:
    for query, told in (
        ("period=dates", "Choose a day."),
        ("since=2026-03-02&until=2026-03-01", "Choose a day that is not before"),
        ("since=2026-03-02", "Choose a day."),
        ("period=dates&since=2026-03-02&until=2026-03-01", "Choose a day that is not before"),
        ("period=dates&since=2001-01-01&until=2030-12-31", "at most ten years"),
        ("period=soon", "Select a valid choice"),
        ("pool=none-such", "Select a valid choice"),
        ("period=dates&since=x&until=2026-03-01", "Enter a valid date"),
    ):
        page = ops.get(f"/admin/reports/no-shows/?{query}")
        assert told in page and "<figure" not in page, query
        assert ops.client.get(f"/admin/reports/no-shows.csv?{query}").status_code == 400
    assert ops.client.get("/admin/reports/none-such/").status_code == 404
    assert ops.client.get("/admin/reports/none-such.csv").status_code == 404


def test_an_address_that_no_report_made_lists_nothing(ops: Admin, acme: Organisation) -> None:
    acme.submit()
    for told in (
        "x",
        "report%3Dsteps",
        "report%3Dno-shows%26by%3Dhour%26column%3Drate%26key%3D9",
        "report%3D%2500",
        "report%3Dbreakdown%26by%3Dsegment%26column%3Dbooked%26key%3D%2500"
        "%26since%3D2026-03-01T00:00:00Z%26until%3D2026-03-02T00:00:00Z",
    ):
        answer = ops.client.get(f"/admin/bookings/lead/?behind={told}")
        assert answer.status_code == 302 and answer["Location"].endswith("?e=1"), told


def test_only_those_who_may_see_the_trace_see_reports(acme: Organisation) -> None:
    assert Client().get("/admin/reports/").status_code == 302
    analyst = viewer()
    assert "How far leads came" in Admin(analyst).get("/admin/reports/")
    analyst.user_permissions.remove(Permission.objects.get(codename="view_auditevent"))
    clerk = Admin(User.objects.get(pk=analyst.pk))
    for path in ("/admin/reports/", "/admin/reports/no-shows/", "/admin/reports/no-shows.csv"):
        assert clerk.client.get(path).status_code == 403


def test_the_funnel_says_why_views_are_left_out(ops: Admin, acme: Organisation) -> None:
    acme.submit()
    assert "Views of the form are no enquiries." in ops.get("/admin/reports/")
    assert "has no segment, pool or rep yet" in ops.get("/admin/reports/?pool=general")
    assert "look at no form" in ops.get("/admin/reports/?leads=simulated")


def test_rows_that_a_report_has_not_are_spoken_of(ops: Admin) -> None:
    page = ops.get("/admin/reports/breakdown/?by=zz")
    assert "This report has no rows by “zz”" in page and "Shown is segment." in page
    answer = ops.client.get("/admin/reports/breakdown.csv?by=zz")
    assert answer.status_code == 400 and "no rows by “zz”" in answer.content.decode()
    assert "has no rows" not in ops.get("/admin/reports/breakdown/?by=pool")


def test_days_in_the_address_are_the_period(ops: Admin) -> None:
    page = ops.get("/admin/reports/breakdown/?since=2026-03-01&until=2026-03-31")
    assert "Sunday 1 March to" in page
