"""Every pool and member considered is on record, with share, balance and why it was chosen or left out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bookings import holding
from bookings.story.reasons import because
from bookings.story.words import Names
from bookings.tests.organisation import NOW, Organisation, build
from routing import reading, turns
from routing.core.rules import RULES
from routing.instants import minute_of
from routing.models import Calendar, Match, Membership, Pool
from workflows.models import AuditEvent

pytestmark = pytest.mark.django_db

FAR = timedelta(days=60)
UNKNOWN = "a code nobody knows"


@pytest.fixture
def acme() -> Organisation:
    return build()


def told(verb: str) -> dict[str, Any]:
    event = AuditEvent.objects.filter(verb=verb).order_by("pk").last()
    assert event is not None
    return dict(event.data)


def by_name(rows: list[dict[str, Any]], acme: Organisation) -> dict[str, dict[str, Any]]:
    names = {rep.pk: rep.name.split()[0] for rep in acme.reps}
    return {names[row["rep"]]: row for row in rows}


def test_a_decision_names_every_pool_and_member_with_share_and_reason(acme: Organisation) -> None:
    enterprise, general = acme.pools["enterprise"], acme.pools["general"]
    ana, ben, cy = acme.reps
    Pool.objects.filter(pk=enterprise.pk).update(fallback=general)
    Match.objects.create(pool=enterprise, attribute="languages", operator="contains", fact="answers.language")
    for rep, languages in ((ana, ["de"]), (ben, ["de"]), (cy, ["fr"])):
        rep.attributes = {"languages": languages}
        rep.save()
    ben.time_off.create(start_on=NOW.date(), end_on=NOW.date() + FAR)
    calendar = Calendar.objects.create(rep=ana, url="https://x.example", added_at=NOW, next_read_at=NOW)
    reading._replace(calendar, [(minute_of(NOW) - 60, minute_of(NOW + FAR))], NOW)
    sent = acme.submit(employees=900, language="de")
    decided = told("routing.decided")
    assert (decided["outcome"], sent.pool) == ("fallback", "general")
    first, second = decided["tried"]
    assert (first["pool"], first["fits"], first["code"]) == ("enterprise", False, "no_time")
    members = by_name(first["members"], acme)
    assert (members["Ana"]["code"], members["Ana"]["share"]) == ("no_time", pytest.approx(2 / 3))
    assert set(members["Ana"]["taken"]) == {"outside_hours", "busy"}
    assert set(members["Ben"]["taken"]) == {"outside_hours", "day_off"}
    assert because("no_time", members["Ben"], Names()) == "there was no free start, for days off"
    assert (members["Cy"]["code"], members["Cy"]["share"]) == ("no_match", None)
    assert {member["balance"] for member in first["members"]} == {0}
    assert by_name(second["members"], acme)["Cy"]["code"] == "offers"


def test_a_draw_names_who_was_left_out_and_why(acme: Organisation) -> None:
    ana, ben, cy = acme.reps
    guest, other = acme.submit(), acme.submit(email="al@navy.example")
    start = acme.slots(guest)[20].start
    Membership.objects.filter(rep=ana).update(weekly_cap=0)
    Membership.objects.filter(rep=cy).update(balance=-0.5)
    Membership.objects.filter(rep=ben).update(balance=0.5)
    holding.hold(other.enquiry, start, now=NOW)
    acme.book(guest, 20)
    drawn = told("assignment.drawn")
    candidates = by_name(drawn["candidates"], acme)
    assert (candidates["Ana"]["reason"], candidates["Ana"]["detail"]) == (
        "pool_weekly_cap",
        {"count": 0, "cap": 0},
    )
    assert candidates["Ben"]["reason"] == "held"
    assert (candidates["Cy"]["free"], candidates["Cy"]["balance"]) == (True, -0.5)
    assert sum(each["share"] for each in drawn["candidates"]) == pytest.approx(1, abs=1e-5)
    assert because("held", {}, Names()) == "another guest had that time held"


def test_each_kind_of_absence_takes_part_or_not_as_the_rule_says(acme: Organisation) -> None:
    ana, ben, _ = acme.reps
    guest = acme.submit()
    start = acme.slots(guest)[40].start
    turns.set_last_day(ana, start.date() - timedelta(days=1), now=NOW)
    Calendar.objects.create(
        rep=ben, url="https://x.example", stale_after_minutes=5, added_at=NOW - FAR, next_read_at=NOW
    )
    acme.book(guest, 40)
    candidates = by_name(told("assignment.drawn")["candidates"], acme)
    assert (candidates["Ana"]["reason"], candidates["Ana"]["share"]) == ("left", None)
    assert because("left", candidates["Ana"]["detail"], Names()).endswith("was the last day")
    assert (candidates["Ben"]["reason"], candidates["Ben"]["share"]) == ("calendar_unread", 0.5)


def test_every_reason_that_a_start_can_be_refused_for_has_words() -> None:
    for rule in RULES:
        assert because(rule.code, {}, Names()) != because(UNKNOWN, {}, Names())
        assert because(rule.code, {}, Names()) != rule.code.replace("_", " "), rule.code
