"""The fairness of a pool is told from its draws: due and got, the balance after each, credits and corrections."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User

from bookings import scheduling
from bookings.admin.fairness import MOST_POINTS, thinned
from bookings.reporting.accounts import accounts
from bookings.tests.organisation import NOW, Organisation
from routing.models import Membership
from workflows.tests.admin.pages import Admin, viewer

HOUR = timedelta(hours=1)


@pytest.fixture
def drawn(acme: Organisation) -> Organisation:
    """Four meetings of `enterprise`, in which Ana weighs as much as both others; the last one is cancelled."""
    for place in range(4):
        booking = acme.book(acme.submit(employees=900, email=f"lead{place}@navy.example"), place)
    scheduling.cancel(booking, now=NOW)
    return acme


def test_accounts_add_up_to_the_balances_that_are_kept(drawn: Organisation) -> None:
    count, members = accounts(drawn.pools["enterprise"], NOW - HOUR, NOW + HOUR)
    kept = dict(Membership.objects.filter(pool=drawn.pools["enterprise"]).values_list("rep", "balance"))
    assert (count, sum(each.drawn for each in members), sum(each.given_back for each in members)) == (4, 4, 1)
    assert members[0].name == "Ana Silva"
    assert members[0].due == pytest.approx(2.0)
    for each in members:
        assert each.balance == kept[each.rep_id]
        # A turn given back is paid by everybody by weight, which a draw does not record.
        paid = each.given_back - each.weight / 4
        assert each.due - each.drawn + each.corrected + paid == pytest.approx(each.balance)
        assert each.history[-1][1] == pytest.approx(each.due - each.drawn)


def test_draws_of_other_times_and_pools_are_left_out(drawn: Organisation) -> None:
    assert accounts(drawn.pools["enterprise"], NOW + HOUR, NOW + 2 * HOUR)[0] == 0
    count, members = accounts(drawn.pools["general"], NOW - HOUR, NOW + HOUR)
    assert count == 0
    assert not any(each.due or each.history for each in members)


def test_the_page_says_who_is_furthest_from_even(drawn: Organisation, ops: Admin) -> None:
    path = f"/admin/routing/pool/{drawn.pools['enterprise'].pk}/fairness/"
    page = " ".join(unescape(ops.get(path)).split())
    assert "4 turns were drawn in the last 30 days." in page
    assert "is furthest from the fair share" in page
    assert "due 2.0" in page
    assert "is owed" in page
    assert "is ahead by" in page
    assert "in the last 90 days" in ops.get(path + "?days=90")
    assert "in the last 30 days" in ops.get(path + "?days=soon")
    other = f"/admin/routing/pool/{drawn.pools['general'].pk}/fairness/"
    assert "No turn was drawn in the last 30 days." in ops.get(other)


def test_balances_are_drawn_on_one_scale_and_what_was_due_as_strokes(drawn: Organisation, ops: Admin) -> None:
    page = ops.get(f"/admin/routing/pool/{drawn.pools['enterprise'].pk}/fairness/")
    bars, *lines = page.split('<figure class="ord-plot')[1:]
    assert bars.count('class="ord-plot-due"') == 3
    marks = [re.findall(r'class="ord-plot-mark">([^<]+)<', each) for each in lines]
    assert len(marks) == 3 and len(marks[0]) >= 3
    assert marks[1:] == [marks[0]] * 2


def test_whoever_may_see_pools_may_see_their_fairness(drawn: Organisation, ops: Admin) -> None:
    path = f"/admin/routing/pool/{drawn.pools['enterprise'].pk}/fairness/"
    assert "4 turns were drawn" in Admin(viewer()).get(path)
    stranger = Admin(User.objects.create_user("other", password="secret", is_staff=True))
    assert stranger.client.get(path).status_code == 403
    assert ops.client.get("/admin/routing/pool/999999/fairness/").status_code == 404


def test_a_long_history_keeps_its_first_and_last_draw() -> None:
    history = [(NOW + number * HOUR, float(number)) for number in range(1000)]
    kept = thinned(history)
    assert len(kept) == MOST_POINTS
    assert (kept[0], kept[-1]) == (history[0], history[-1])
    assert kept == sorted(kept)
