"""How a pool's turns were shared out over time: due and got, owed and ahead, given back and corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import formats, timezone

from bookings.reporting.accounts import Account, accounts
from routing.admin.memberships import balance_in_words
from routing.models import LedgerEntry, Pool
from workflows.admin import plots
from workflows.admin.base import change_url, list_url
from workflows.admin.plots import Point, Words
from workflows.admin.words import counted

SPANS = {"30": "30 days", "90": "90 days", "365": "A year"}
MOST_POINTS = 40
"""Of a line: more draws than that are thinned out, the last always kept."""
MOST_LINES = 12


def fairness(request: HttpRequest, number: int) -> HttpResponse:
    if not (request.user.has_perm("routing.view_pool") or request.user.has_perm("routing.change_pool")):
        raise PermissionDenied
    pool = Pool.objects.filter(pk=number).first()
    if pool is None:
        raise Http404("There is no such pool.")
    now = timezone.now()
    asked = request.GET.get("days", "")
    days = asked if asked in SPANS else next(iter(SPANS))
    count, members = accounts(pool, now - timedelta(days=int(days)), now)
    context = {
        **admin.site.each_context(request),
        "title": f"Fairness of “{pool}”",
        "content_title": f"Fairness of “{pool}”",
        "pool": pool,
        "pool_url": change_url(pool),
        "answer": _answer(members, count, SPANS[days].lower()),
        "spans": [(title, f"?days={value}", value == days) for value, title in SPANS.items()],
        "plots": [_due_and_got(members, SPANS[days].lower()), *_lines(members)] if members else [],
        "is_cut": len(members) > MOST_LINES,
        "links": [
            ("Every turn, credit and correction", list_url(LedgerEntry, f"pool__id__exact={pool.pk}")),
            ("The pool", change_url(pool)),
        ],
    }
    return TemplateResponse(request, "admin/ordinus/fairness.html", context)


def _answer(members: Sequence[Account], count: int, span: str) -> str:
    if not members:
        return "Nobody takes turns in this pool, so there is nothing to share out."
    if not count:
        return f"No turn was drawn in the last {span}."
    furthest = max(members, key=lambda each: abs(each.balance))
    rest = f"{furthest.name} is furthest from the fair share: {balance_in_words(furthest.balance)}."
    if not round(furthest.balance, 1):
        rest = "Everybody is even."
    return f"{counted(count, 'turn')} {'was' if count == 1 else 'were'} drawn in the last {span}. {rest}"


def _due_and_got(members: Sequence[Account], span: str) -> Any:
    words = Words(
        title=f"Turns drawn for each rep in the last {span}, beside what was due",
        unit="Turns drawn",
        rows="Rep",
        notes="Due",
        remark="The stroke shows what was due: the sum of the rep’s shares in every draw the rep took part in",
        more=("Weight", "Given back", "Corrections", "Now"),
    )
    points = [
        Point(
            each.name,
            each.drawn,
            note=f"due {each.due:.1f}",
            mark=each.due,
            url=reverse("admin:rep_week", args=[each.rep_id]),
            more=(
                (str(each.weight), ""),
                (str(each.given_back), ""),
                (f"{each.corrected:+.1f}" if round(each.corrected, 1) else "none", ""),
                (balance_in_words(each.balance), ""),
            ),
        )
        for each in members
    ]
    return plots.bars(words, points, of=max((each.due for each in members), default=None))


def _lines(members: Sequence[Account]) -> list[Any]:
    """The balance of each rep after each draw, those furthest from even first, all on one scale."""
    furthest = sorted(members, key=lambda each: -abs(each.balance))[:MOST_LINES]
    everywhere = [balance for each in furthest for _, balance in each.history]
    return [
        plots.line(
            Words(
                title=f"{each.name} is {balance_in_words(each.balance)}",
                unit="Meetings owed to the rep after each draw; below nought the rep is ahead",
                rows="After the draw on",
                empty="No draw in this time.",
            ),
            [
                Point(_day(at), round(balance, 2), text=f"{balance:+.2f}")
                for at, balance in thinned(each.history)
            ],
            beside=everywhere,
        )
        for each in furthest
        if each.history
    ]


def thinned(history: Sequence[tuple[datetime, float]]) -> list[tuple[datetime, float]]:
    """Evenly chosen draws, the first and the last among them."""
    if len(history) <= MOST_POINTS:
        return list(history)
    last = len(history) - 1
    return [history[round(place * last / (MOST_POINTS - 1))] for place in range(MOST_POINTS)]


def _day(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "j M, H:i")
