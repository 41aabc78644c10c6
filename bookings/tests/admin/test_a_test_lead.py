"""A test lead is told the whole decision, the one a real lead would get, and leaves nothing behind."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User

from bookings import scheduling, trying
from bookings.enrichments.table import TableEnrichment
from bookings.models import Enrichment, EnrichmentRow
from bookings.refusals import Invalid
from bookings.tests.migrating.versions import version_of
from bookings.tests.organisation import NOW, ZONE, Organisation
from routing.models import Membership, Pool, Rep
from workflows.tests.admin.pages import Admin, viewer

PAGE = "/admin/routing/test-lead/"
BIG = {"name": "Grace Hopper", "email": "grace@navy.example", "employees": "900"}


def rows_in_every_table() -> dict[str, int]:
    """Sessions and log-ins are left out: they are the page's visitor, not the test lead."""
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label != "sessions.Session"
    }


def ask(admin: Admin, answers: dict[str, str], **sent: str) -> str:
    body = {"zone": ZONE, **{f"answer-{name}": value for name, value in answers.items()}, **sent}
    response = admin.client.post(PAGE, body)
    assert response.status_code == 200
    return " ".join(unescape(response.content.decode()).split())


@pytest.fixture
def enriched(acme: Organisation, monkeypatch: pytest.MonkeyPatch) -> Organisation:
    """A provider that knows navy.example, whose answers to real leads are remembered for a day."""
    monkeypatch.setattr(TableEnrichment, "question", lambda self, facts: {"about": facts["lead.email"]})
    table = Enrichment.objects.create(
        slug="companies", kind="table", key="lead.email_domain", cache_minutes=1440
    )
    EnrichmentRow.objects.create(enrichment=table, key="navy.example", facts={"revenue": 5_000_000})
    return acme


def test_the_whole_decision_is_told_and_no_table_grows(enriched: Organisation, ops: Admin) -> None:
    before, balances = rows_in_every_table(), list(Membership.objects.values_list("pk", "balance"))
    page = ask(ops, BIG)
    assert "This lead would be offered" in page
    assert "of “Enterprise”, the first Monday 2 March, 10:00 (Berlin) with Ana Silva." in page
    assert "Companies answered." in page
    assert "Qualified as “Enterprise”, because Company size is at least 500 (it was 900)." in page
    assert "Routed to “Enterprise”; the first free start is Monday 2 March, 10:00 (Berlin)." in page
    assert "3 of 3 reps were free at 10:00." in page
    assert rows_in_every_table() == before
    assert list(Membership.objects.values_list("pk", "balance")) == balances


@pytest.mark.parametrize("rule", list(Pool.AssignmentRule))
def test_a_real_lead_is_decided_alike(enriched: Organisation, rule: str) -> None:
    Pool.objects.update(assignment=rule)
    trial = trying.route(enriched.form, BIG, time_zone=ZONE, now=NOW)
    submission = enriched.submit(**BIG)
    booking = scheduling.book(submission.enquiry, trial.starts[0].at, now=NOW)
    slots = enriched.slots(enriched.submit(**{**BIG, "email": "other@navy.example"}), days=30)

    assert trial.pool == booking.pool
    assert trial.ahead.carried["segment"] == submission.segment
    assert trial.starts[0].rep == booking.rep
    assert {each.verb for each in trial.said} >= {"enrichment.answered", "qualification.evaluated"}
    assert ("assignment.drawn" in {each.verb for each in trial.said}) is (rule == "at_routing")
    assert trial.starts[1].at in [slot.start for slot in slots] or rule == "at_routing"


def test_who_is_turned_away_is_told_why(enriched: Organisation, ops: Admin) -> None:
    page = ask(ops, {**BIG, "email": "sam@school.edu", "employees": "3"})
    assert "This lead would end in “lost” without being offered a time." in page
    assert "the e-mail domain ends with .edu" in page
    assert "Who would get the first starts" not in page


def test_an_owner_gets_the_starts_without_a_draw(enriched: Organisation) -> None:
    Pool.objects.update(owner_from=["enrichment.owner"])
    EnrichmentRow.objects.update(facts={"owner": "cy@acme.example"})
    trial = trying.route(enriched.form, BIG, time_zone=ZONE, now=NOW)
    assert {start.rep for start in trial.starts} == {Rep.objects.get(name="Cy Lund")}
    assert not any(start.draw for start in trial.starts)


def test_answers_that_do_not_fit_are_told_beside_their_questions(acme: Organisation, ops: Admin) -> None:
    page = ask(ops, {"email": "nonsense"})
    assert "Please answer this question." in page
    assert "Please enter an e-mail address" in page
    assert "Select a valid choice" in ask(ops, BIG, zone="Mars/Base")
    with pytest.raises(Invalid):
        trying.route(acme.form, {"email": "nonsense"}, now=NOW)


def test_a_leads_answers_are_filled_in_for_those_who_may_see_leads(acme: Organisation, ops: Admin) -> None:
    lead = acme.submit(**BIG).enquiry.lead_id
    path = f"{PAGE}?form={acme.form.pk}&lead={lead}"
    assert 'value="grace@navy.example"' in ops.get(path)
    looker = viewer()
    looker.user_permissions.remove(*looker.user_permissions.filter(codename="view_lead"))
    assert "grace@navy.example" not in Admin(looker).get(path)


def test_whoever_may_see_forms_may_ask(acme: Organisation, ops: Admin) -> None:
    looker: Any = Admin(viewer())
    assert "This lead would be offered" in ask(looker, BIG)
    other = Admin(User.objects.create_user("other", password="secret", is_staff=True))
    assert other.client.get(PAGE).status_code == 403


def test_the_reminders_it_would_get_are_told_by_what_is_known_of_it(acme: Organisation, ops: Admin) -> None:
    big = [[{"fact": "segment", "is": "==", "value": "enterprise"}]]
    version_of(acme, confirmation={"reminders": ["2d", {"before": "1h", "when": big}]})
    for answers, goes_out in ((BIG, "yes"), (BIG | {"employees": "20"}, "no")):
        shown = ask(ops, answers).split("Reminders it would get")[1]
        assert '"When">2 days before<' in shown and '"Goes out">yes<' in shown.split("1 hour before")[0]
        assert f'"Goes out">{goes_out}<' in shown.split("1 hour before")[1]
        assert "only if segment is Enterprise" in shown
