"""Decisions from memory are those that production takes, lead by lead."""

from __future__ import annotations

from itertools import product

import pytest

from bookings.backtesting import Router
from bookings.tests import organisation
from bookings.tests.organisation import NOW
from routing.deciding import decide
from routing.models import Match, Pool, Rep

pytestmark = pytest.mark.django_db

ZONES = ("Europe/Berlin", "Asia/Kolkata", "")
LANGUAGES = ("de", "EN", "fr", None, ["de", "fr"])
OWNERS = ("ana@acme.example", "nobody@acme.example", None)


@pytest.fixture
def pools() -> dict[str, Pool]:
    """Speakers of the language first, with an owner rule, then anybody, then speakers of it within half an hour."""
    pools = organisation.build().pools
    for rep, languages in zip(Rep.objects.order_by("pk"), (["de"], ["de", "en"], ["en"]), strict=True):
        rep.attributes = {"languages": languages}
        rep.save()
    enterprise, general, success = pools["enterprise"], pools["general"], pools["success"]
    for pool in (enterprise, success):
        Match.objects.create(pool=pool, attribute="languages", operator="contains", fact="answers.language")
    enterprise.owner_from, enterprise.fallback, enterprise.sla_minutes = ["crm.owner_email"], general, 24 * 60
    general.fallback, success.sla_minutes = success, 30
    for pool in pools.values():
        pool.save()
    return pools


def facts(zone: str, language: object, owner: str | None) -> dict[str, object]:
    return {"lead.time_zone": zone or None, "answers.language": language, "crm.owner_email": owner}


def test_memory_says_what_deciding_afresh_says(pools):
    router = Router(NOW)
    for slug, zone, language, owner in product(pools, ZONES, LANGUAGES, OWNERS):
        lead = facts(zone, language, owner)
        remembered = router.decide(slug, lead)
        afresh = decide(Pool.objects.get(slug=slug), lead, zone=zone, now=NOW, entered_at=NOW)
        assert (remembered.outcome, remembered.pool) == (afresh.outcome, afresh.pool), lead


def test_the_cases_reach_every_outcome(pools):
    router = Router(NOW)
    found = {
        router.decide(slug, facts("", language, None)).outcome for slug in pools for language in LANGUAGES
    }
    assert found == {"routed", "fallback", "unroutable"}


def test_leads_whom_nothing_tells_apart_cost_one_decision(pools, django_assert_num_queries):
    router = Router(NOW)
    router.decide("enterprise", facts("Europe/Berlin", "de", None))
    with django_assert_num_queries(0):
        for owner in OWNERS:
            router.decide("enterprise", facts("Europe/Berlin", "DE", owner))


def test_no_pool_is_unroutable(pools):
    assert Router(NOW).decide(None, {}).outcome == "unroutable"
    assert Router(NOW).decide("gone", {}).outcome == "unroutable"
