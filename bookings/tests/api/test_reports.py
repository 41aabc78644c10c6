from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from rest_framework.test import APIClient

from bookings import attendance, scheduling
from bookings.models import Booking
from bookings.reporting import REPORTS
from bookings.reporting.accounts import accounts
from bookings.tests import month
from bookings.tests.api.calls import ok, refused
from bookings.tests.organisation import Organisation
from workflows.sweeping import sweep

FUNNEL, FAIRNESS = "/api/v1/reports/funnel/", "/api/v1/reports/fairness/"


def funnel(staff: APIClient, **query: str) -> dict[str, tuple[int, dict[str, int]]]:
    answer = ok(
        staff.get(FUNNEL, {"workflow": "inbound-demo", "since": "2026-03-01", "until": "2026-04-30", **query})
    )
    assert list(answer) == ["workflow", "since", "until", "stages", "outcomes"]
    return {
        step["stage"]: (step["count"], {lost["reason"]: lost["count"] for lost in step["lost"]})
        for step in answer["stages"]
    }


@pytest.fixture
def a_month(acme: Organisation) -> Organisation:
    """Eight leads, each of whom comes one step further or is lost for another reason."""
    month.live(acme)
    return acme


def test_the_funnel_tells_each_step_and_why_no_further(a_month: Organisation, staff: APIClient) -> None:
    assert funnel(staff) == {
        "submitted": (8, {"disqualified": 1}),
        "qualified": (7, {}),
        "routed": (7, {"not_seen": 1}),
        "slots_shown": (6, {"not_booked": 1}),
        "booked": (5, {"cancelled": 1, "no_show": 1}),
        "held": (3, {"not_marked_yet": 1}),
        "outcome": (2, {}),
    }


def test_outcomes_taken_back_do_not_count(a_month: Organisation, staff: APIClient) -> None:
    last = Booking.objects.exclude(outcome="").latest("pk")
    attendance.withdraw_outcome(last, now=last.start_at, actor="system")
    assert funnel(staff)["outcome"] == (1, {})
    answer = ok(staff.get(FUNNEL, {"workflow": "inbound-demo", "since": "2026-03-01", "until": "2026-05-01"}))
    assert answer["outcomes"] == [{"outcome": "not_a_fit", "count": 1}]


def test_an_expired_offer_is_told(acme: Organisation, staff: APIClient) -> None:
    acme.slots(acme.submit())
    sweep(acme.now + timedelta(days=8), acme.now)
    assert funnel(staff)["slots_shown"] == (1, {"offer_expired": 1})


def test_a_superseded_run_is_told(acme: Organisation, staff: APIClient) -> None:
    acme.submit()
    acme.submit(now=acme.now + timedelta(hours=1))
    assert funnel(staff)["routed"] == (2, {"not_seen": 1, "superseded": 1})


def test_only_runs_begun_in_the_span_are_counted(acme: Organisation, staff: APIClient) -> None:
    for day in (1, 10, 20):
        acme.submit(email=f"day{day}@b.example", now=datetime.fromisoformat(f"2026-03-{day:02}T09:00:00Z"))
    assert funnel(staff, since="2026-03-10", until="2026-03-20")["submitted"][0] == 1
    assert funnel(staff, since="2026-03-10", until="2026-03-20T09:00:01Z")["submitted"][0] == 2


def test_fairness_has_the_keys_of_the_contract_and_balances_that_sum_to_nothing(
    a_month: Organisation, staff: APIClient
) -> None:
    answer = ok(staff.get(FAIRNESS, {"pool": "general"}))
    assert list(answer) == ["pool", "members"]
    assert list(answer["members"][0]) == ["rep", "weight", "share", "served", "credits", "balance"]
    assert sum(member["share"] for member in answer["members"]) == pytest.approx(1)
    assert sum(member["balance"] for member in answer["members"]) == pytest.approx(0)
    assert sum(member["served"] for member in answer["members"]) == 3, "attended; given back are the others"
    assert sum(member["credits"] for member in answer["members"]) == 2


def test_weights_make_shares(acme: Organisation, staff: APIClient) -> None:
    answer = ok(staff.get(FAIRNESS, {"pool": "enterprise"}))
    assert [member["share"] for member in answer["members"]] == [0.5, 0.25, 0.25]


def test_a_report_about_nothing_is_refused(acme: Organisation, staff: APIClient) -> None:
    assert list(refused(staff.get(FUNNEL), 400, "invalid")) == ["workflow"]
    assert list(refused(staff.get(FAIRNESS), 400, "invalid")) == ["pool"]
    refused(staff.get(FUNNEL, {"workflow": "nope"}), 404, "not_found")
    refused(staff.get(FAIRNESS, {"pool": "nope"}), 404, "not_found")
    backwards = {"workflow": "inbound-demo", "since": "2026-03-02", "until": "2026-03-01"}
    assert list(refused(staff.get(FUNNEL, backwards), 400, "invalid")) == ["since"]


def test_every_report_has_the_columns_it_describes_and_the_span_before(
    a_month: Organisation, staff: APIClient
) -> None:
    for name, report in REPORTS.items():
        for by in report.by:
            answer = ok(
                staff.get(f"/api/v1/reports/{name}/", {**month.OF_THE_MONTH, "by": by, "compare": "before"})
            )
            assert list(answer) == ["report", "by", "since", "until", "rows", "before"]
            columns = ["key", "label", *[column.name for column in report.columns]]
            assert all(list(row) == columns for row in answer["rows"]), name
            if report.looks_back:
                assert answer["before"]["until"] == answer["since"]
                assert answer["before"]["since"] == "2025-12-31T00:00:00Z"
            else:
                assert answer["before"] is None
    missed = ok(staff.get("/api/v1/reports/no-shows/", {**month.OF_THE_MONTH, "by": "clicks"}))
    assert missed["before"] is None
    assert missed["rows"][1] == {
        "key": "not_opened", "label": "Never opened it", "meetings": 4, "missed": 1, "rate": 0.25
    }  # fmt: skip


def test_reports_can_be_about_a_part_of_the_leads(a_month: Organisation, staff: APIClient) -> None:
    assert funnel(staff, segment="student")["submitted"] == (1, {"disqualified": 1})
    assert funnel(staff, pool="general")["submitted"][0] == 7
    assert funnel(staff, leads="simulated")["submitted"] == (0, {})
    by_rep = ok(
        staff.get("/api/v1/reports/breakdown/", {**month.OF_THE_MONTH, "by": "rep", "pool": "general"})
    )
    assert sum(row["booked"] for row in by_rep["rows"]) == 5


def test_what_a_report_cannot_be_about_is_refused(
    acme: Organisation, staff: APIClient, rep: APIClient
) -> None:
    for query in ({"by": "moon"}, {"leads": "all"}, {"compare": "yes"}, {"since": "x"}, {"pool": "\x00"}):
        assert list(refused(staff.get("/api/v1/reports/no-shows/", query), 400, "invalid")) == list(query)
    refused(staff.get("/api/v1/reports/none-such/"), 404, "not_found")
    refused(rep.get("/api/v1/reports/no-shows/"), 403, "forbidden")


def credits(staff: APIClient) -> int:
    return sum(member["credits"] for member in ok(staff.get(FAIRNESS, {"pool": "general"}))["members"])


def test_a_turn_that_was_given_back_and_is_held_again_is_no_credit(
    acme: Organisation, staff: APIClient
) -> None:
    booking = acme.book(acme.submit())
    scheduling.cancel(booking, now=acme.now)
    assert credits(staff) == 1
    scheduling.restore(booking, now=acme.now + timedelta(minutes=5))
    assert credits(staff) == 0
    started = booking.start_at + timedelta(minutes=1)
    attendance.record(booking, signal="no_show", party="guest", source="zoom", now=started, actor="system")
    assert credits(staff) == 1
    later = started + timedelta(minutes=9)
    attendance.record(booking, signal="attended", party="guest", source="zoom", now=later, actor="system")
    assert credits(staff) == 0
    assert accounts(acme.pools["general"], acme.now, later)[1][0].given_back == 0
