"""Before publishing, the admin shows who would go elsewhere and why, and what that means; it writes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile

from bookings.backtest_words import Line
from bookings.tests.backtesting.trying import draft_with, lower_the_bar
from bookings.tests.organisation import NOW, Organisation
from routing.room import meetings_that_fit
from workflows import publishing
from workflows.models import WorkflowVersion
from workflows.tests.admin.pages import Admin, viewer


@pytest.fixture
def draft(acme: Organisation) -> WorkflowVersion:
    """Two leads came, one of 200 people; by the draft an enterprise begins at 100."""
    acme.submit(employees=200, email="ann@bank.example", name="Ann Bank")
    acme.submit(employees=20)
    lower_the_bar(100)
    return publishing.draft(acme.workflow, now=NOW, actor="system")


def path(version: WorkflowVersion, rest: str = "") -> str:
    return f"/admin/workflows/workflowversion/{version.pk}/what-will-change/{rest}"


def csv(text: str, name: str = "leads.csv") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, text.encode(), "text/csv")}


def everything() -> dict[str, int]:
    """How many rows there are of each model, but for sessions and who logged in."""
    return {
        model.__name__: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model._meta.app_label in ("workflows", "routing", "bookings")
    }


def test_who_would_move_is_named_and_counted_and_nothing_is_written(
    ops: Admin, draft: WorkflowVersion
) -> None:
    before = everything()
    page = ops.get(path(draft))
    assert "1 of 2 leads would go elsewhere" in page
    assert "from segment Everyone else, pool General, routed" in page
    assert "segment Enterprise, pool Enterprise, routed" in page
    assert "Ann Bank" in page and "Grace Hopper" not in page
    assert everything() == before


def test_each_lead_opens_the_decisions_of_both_versions(ops: Admin, draft: WorkflowVersion) -> None:
    page = ops.get(path(draft))
    link = page.split("Ann Bank")[0].rpartition('href="')[2].partition('"')[0]
    why = ops.get(link)
    until_now, then = why.split("Until now: ")[1].split("By this one: ")
    assert "Company size is at least 500" in until_now and "Company size is at least 100" in then
    assert "“Enterprise” did not match" in until_now and "“Enterprise” matched" in then
    assert "200" in then and "Ana Silva" in then


def test_what_it_means_for_the_pools_is_told(ops: Admin, acme: Organisation, draft: WorkflowVersion) -> None:
    table = ops.get(path(draft)).split("What it means for the pools")[1].split("</table>")[0]
    cells = [part.partition("</td>")[0].rpartition(">")[2].strip() for part in table.split("<td")[1:]]
    room = str(meetings_that_fit(acme.pools["general"], now=NOW, days=14))
    assert cells == ["Enterprise", "0", "1", "+1", room, "General", "2", "1", "−1", room]


def test_more_leads_than_meetings_fit_is_said_so() -> None:
    assert Line("Enterprise", 1, 9, room=5, expected=6).is_too_many
    assert not Line("Enterprise", 1, 9, room=6, expected=6).is_too_many
    assert not Line("No pool", 1, 9).is_too_many


def test_as_many_meetings_fit_as_follow_each_other_in_the_working_hours(acme: Organisation) -> None:
    """Five weekdays of eight hours, a grid of 30 minutes, 30 minutes each and 10 after: every second start."""
    pool = acme.pools["general"]
    a_day = 8
    today_from_ten = a_day - 1  # it is 09:00, and notice of an hour is wanted
    assert meetings_that_fit(pool, now=NOW, days=6) == 3 * (today_from_ten + 4 * a_day)
    pool.members.all().delete()
    assert meetings_that_fit(pool, now=NOW, days=6) == 0


def test_only_leads_of_the_period_count(ops: Admin, draft: WorkflowVersion, clock: Any) -> None:
    clock.move_to(NOW + timedelta(days=40))
    ops.client.force_login(ops.user)
    assert "No lead to try" in ops.get(path(draft))
    assert "1 of 2 leads" in ops.get(path(draft, "?days=90"))
    assert "No lead to try" in ops.get(path(draft, "?days=never"))


def test_leads_of_a_file_are_tried_and_each_tells_why(ops: Admin, draft: WorkflowVersion) -> None:
    before = everything()
    text = "email,employees,country\na@one.example,150,DE\nb@two.example,3,FR\n"
    page = ops.client.post(path(draft), csv(text)).content.decode()
    assert "1 of 2 leads would go elsewhere" in page
    assert "Line 2: why" in page and "Company size is at least 100" in page
    assert everything() == before


@pytest.mark.parametrize("text, told", [
    ("email,shoe\na@one.example,44\n", "no question “shoe”"),
    ("email,employees\nnobody,3\n", "line 2: email:"),
    ("", "The submitted file is empty."),
    ("email\n\udcff".encode("utf-8", "surrogateescape").decode("latin-1"), "line 2"),
], ids=["column", "cell", "empty", "bytes"])  # fmt: skip
def test_a_file_that_cannot_be_used_is_told_line_by_line(
    ops: Admin, draft: WorkflowVersion, text: str, told: str
) -> None:
    response = ops.client.post(path(draft), csv(text))
    assert response.status_code == 200
    assert told in response.content.decode()


def test_a_draft_that_cannot_be_published_is_not_tried_and_says_why(
    ops: Admin, acme: Organisation, draft: WorkflowVersion
) -> None:
    draft_with(acme.workflow, offer={"expires_after": "soon"})
    assert "cannot be published as it is" in ops.get(path(draft))


def test_it_is_linked_from_the_draft_and_not_from_what_leads_enter(
    ops: Admin, acme: Organisation, draft: WorkflowVersion
) -> None:
    assert acme.workflow.published is not None
    for version, is_there in ((draft, True), (acme.workflow.published, False)):
        page = ops.get(f"/admin/workflows/workflowversion/{version.pk}/change/")
        assert (path(version) in page) is is_there


def test_it_is_for_those_who_may_see_leads(draft: WorkflowVersion) -> None:
    looker = Admin(viewer())
    assert "Ann Bank" in looker.get(path(draft))
    looker.user.user_permissions.remove(*looker.user.user_permissions.filter(codename="view_lead"))
    assert looker.client.get(path(draft)).status_code == 403
    assert looker.client.get("/admin/workflows/workflowversion/99/what-will-change/").status_code == 403


def test_what_is_not_there_is_not_found(ops: Admin, draft: WorkflowVersion) -> None:
    assert ops.client.get("/admin/workflows/workflowversion/99/what-will-change/").status_code == 404
    assert ops.client.get(path(draft, "99/")).status_code == 404
