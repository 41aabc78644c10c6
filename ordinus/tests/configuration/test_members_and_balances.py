"""Joining, leaving and resting by file keep the sum of a pool's balances at 0."""

from __future__ import annotations

import pytest

from ordinus.configuration.exporting import export
from ordinus.tests.configuration.files import SMALL, applied, changed, problems_in
from routing.models import Membership, Rep

pytestmark = pytest.mark.django_db

BO_IN_POOL = ", {rep: bo@acme.example}"
WITH_CY = changed(
    changed(SMALL, BO_IN_POOL, BO_IN_POOL + ", {rep: cy@acme.example}"),
    "  - {email: bo@acme.example, name: Bo}\n",
    "  - {email: bo@acme.example, name: Bo}\n  - {email: cy@acme.example, name: Cy}\n",
)


@pytest.fixture(autouse=True)
def balances() -> None:
    applied(WITH_CY)
    for name, balance in (("Ana", 1.0), ("Bo", 0.5), ("Cy", -1.5)):
        Membership.objects.filter(rep__name=name).update(balance=balance)


def shares() -> dict[str, float]:
    taking = Membership.objects.taking_turns().select_related("rep")
    return {member.rep.name: round(member.balance, 6) for member in taking}


def test_a_weight_change_keeps_the_balance() -> None:
    applied(changed(WITH_CY, "{rep: cy@acme.example}", "{rep: cy@acme.example, weight: 4}"))
    assert shares() == {"Ana": 1.0, "Bo": 0.5, "Cy": -1.5}


def test_what_a_leaver_was_owed_is_spread_and_the_row_stays() -> None:
    applied(changed(WITH_CY, BO_IN_POOL, ""))
    assert shares() == {"Ana": 1.25, "Cy": -1.25}
    assert Membership.objects.get(rep__name="Bo").is_active is False


def test_who_comes_back_starts_at_nothing() -> None:
    applied(changed(WITH_CY, BO_IN_POOL, ""))
    applied(changed(WITH_CY, BO_IN_POOL, ", {rep: bo@acme.example, weight: 2, daily_cap: 3}"))
    assert shares() == {"Ana": 1.25, "Bo": 0.0, "Cy": -1.25}
    bo = Membership.objects.get(rep__name="Bo")
    assert (bo.is_active, bo.weight, bo.daily_cap) == (True, 2, 3)


def test_a_rep_set_inactive_rests_in_every_pool() -> None:
    lines = applied(changed(WITH_CY, "name: Bo}", "name: Bo, active: false}"))
    assert lines == ["~ change rep bo@acme.example active: true -> false"]
    assert Rep.objects.get(name="Bo").is_active is False
    assert shares() == {"Ana": 1.25, "Cy": -1.25}
    applied(WITH_CY)
    assert shares() == {"Ana": 1.25, "Bo": 0.0, "Cy": -1.25}


def test_a_rep_whose_last_day_is_over_takes_no_turns_and_stays_in_the_file() -> None:
    gone = changed(WITH_CY, "name: Bo}", "name: Bo, leaves_on: 2026-03-01, holidays: DE-BY}")
    assert applied(gone) == [
        "~ change rep bo@acme.example holidays: null -> DE-BY",
        "~ change rep bo@acme.example leaves_on: null -> 2026-03-01",
    ]
    assert shares() == {"Ana": 1.25, "Cy": -1.25}
    assert applied(gone) == []
    assert "leaves_on: 2026-03-01" in export()
    applied(WITH_CY)
    assert shares() == {"Ana": 1.25, "Bo": 0.0, "Cy": -1.25}


def test_holidays_of_a_place_that_is_not_known_are_refused_with_a_cure() -> None:
    wrong = changed(WITH_CY, "name: Bo}", "name: Bo, holidays: DE-AY}")
    assert problems_in(wrong) == [
        "reps[1].holidays: no public holidays are known of 'DE-AY'; did you mean 'DE-BY'?"
    ]


def test_pools_of_one_group_share_what_everybody_is_owed() -> None:
    line = "  - {slug: sales, name: Sales, meeting_type: demo, "
    second = line.replace("sales", "renewals").replace("Sales", "Renewals")
    second += "fairness_group: all, members: [{rep: bo@acme.example}]}\n"
    grouped = changed(WITH_CY, line, second + line + "fairness_group: all, ")
    applied(grouped)
    assert applied(grouped) == []
    assert "fairness_group: all" in export()
    assert set(Membership.objects.filter(rep__name="Bo").values_list("balance", flat=True)) == {0.5}
    applied(changed(grouped, line + "fairness_group: all, ", line))
    # Parting begins at nothing owed.
    sales = Membership.objects.filter(pool__slug="sales").values_list("balance", flat=True)
    assert set(sales) == {0}
    assert Membership.objects.get(pool__slug="renewals").balance == pytest.approx(0)
