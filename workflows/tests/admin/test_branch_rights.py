"""A team lead edits the branches that were granted, and nothing else; what was changed is on record."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError

from workflows import publishing
from workflows.models import AuditEvent, Branch, BranchGrant, Workflow
from workflows.tests.admin.flows import NOW, branch, drafted, leads_of, page_of, somebody, stage
from workflows.tests.admin.pages import Admin


@pytest.fixture
def workflow(db: None) -> Workflow:
    return drafted()


@pytest.fixture
def lead(workflow: Workflow) -> Admin:
    """May edit the branches of “sort”, has no permission of her own."""
    return somebody("Lea", group=leads_of(workflow, "sort"))


def test_a_team_lead_changes_the_branch_that_was_granted(workflow: Workflow, lead: Admin) -> None:
    lead.saved(page_of(branch(workflow, "sort", 1)), to="won")
    assert branch(workflow, "sort", 1).to == "won"
    lead.saved(page_of(branch(workflow, "sort", 0)), **{"conditions-0-value": "900"})
    assert branch(workflow, "sort", 0).conditions.get().value == 900


def test_and_no_other(workflow: Workflow, lead: Admin) -> None:
    other = branch(workflow, "pause")
    assert 'name="_save"' not in lead.get(page_of(other))
    assert lead.client.post(page_of(other), {"outcome": "done", "to": "won"}).status_code == 403
    assert branch(workflow, "pause").to == "sort"


def test_nor_the_stage_its_order_nor_publishing(workflow: Workflow, lead: Admin) -> None:
    assert 'name="_save"' not in lead.get(page_of(stage(workflow, "sort")))
    assert workflow.draft is not None
    version = f"/admin/workflows/workflowversion/{workflow.draft.pk}/"
    assert 'name="_save"' not in lead.get(f"{version}change/")
    assert lead.client.get(f"{version}publish/").status_code == 403
    assert (
        lead.client.post(f"/admin/workflows/branch/{branch(workflow, 'sort').pk}/delete/").status_code == 403
    )


def test_a_grant_of_one_outcome_is_for_that_outcome(workflow: Workflow) -> None:
    Branch.objects.filter(pk=branch(workflow, "sort", 1).pk).update(outcome="other")
    narrow = somebody("Nia", group=leads_of(workflow, "sort", "done"))
    narrow.saved(page_of(branch(workflow, "sort", 0)), to="lost")
    other = stage(workflow, "sort").branches.get(outcome="other")
    assert 'name="_save"' not in narrow.get(page_of(other))


def test_who_was_granted_nothing_sees_nothing(workflow: Workflow) -> None:
    nobody = somebody("Noa")
    assert nobody.client.get(page_of(branch(workflow, "sort"))).status_code == 403


def test_a_team_lead_opens_the_branch_in_a_draft_and_starts_one(workflow: Workflow, lead: Admin) -> None:
    assert workflow.draft is not None and workflow.published is not None
    workflow.draft.delete()
    published = workflow.published.stages.get(name="sort").branches.get(position=1)
    lead.press(f"/admin/workflows/branch/{published.pk}/edit_in_draft/")
    assert branch(workflow, "sort", 1).to == "lost"
    foreign = workflow.published.stages.get(name="pause").branches.get()
    assert lead.client.get(f"/admin/workflows/branch/{foreign.pk}/edit_in_draft/").status_code == 403


def test_a_change_is_on_record_with_who_from_and_to(workflow: Workflow, lead: Admin) -> None:
    row = branch(workflow, "sort", 1)
    lead.saved(page_of(row), to="won")
    event = AuditEvent.objects.filter(verb="config.changed").latest("sequence")
    assert event.actor == f"staff:{lead.user.pk}"
    assert event.data == {
        "object": "branch:simple/sort/done",
        "field": "leads_to",
        "old": "lost",
        "new": "won",
    }
    page = lead.get(page_of(row)).split("Who changed it")[1]
    assert [word for word in ("Lea", "leads to", "Lost", "Won") if word not in page] == []


def test_conditions_are_on_record_without_what_people_wrote(workflow: Workflow, lead: Admin) -> None:
    row = branch(workflow, "sort", 0)
    lead.saved(page_of(row), **{"conditions-0-value": "900"})
    event = AuditEvent.objects.filter(verb="config.changed").latest("sequence")
    assert event.data["field"] == "only_if" and event.data["new"].startswith("sha256:")
    page = lead.get(page_of(row)).split("Who changed it")[1]
    assert "at least 500" in page and "at least 900" in page


def test_what_is_changed_on_the_page_of_the_stage_is_the_history_of_its_branches(
    ops: Admin, workflow: Workflow
) -> None:
    ops.saved(page_of(stage(workflow, "sort")), **{"branches-1-to": "won"})
    ops.saved(page_of(stage(workflow, "pause")), setting_for="3h")
    changes = AuditEvent.objects.filter(verb="config.changed").order_by("sequence")
    assert [(each.data["object"], each.data["field"], each.data["new"]) for each in changes] == [
        ("branch:simple/sort/done", "leads_to", "won"),
        ("stage:simple/pause", "for", "3h"),
    ]
    assert "3 hours" in ops.get(page_of(stage(workflow, "pause"))).split("Who changed it")[1]


def test_rights_are_given_on_the_page_of_the_workflow(ops: Admin, workflow: Workflow) -> None:
    group = Group.objects.create(name="Closers")
    path = f"/admin/workflows/workflow/{workflow.pk}/change/"
    row = {"grants-TOTAL_FORMS": "1", "grants-0-group": group.pk, "grants-0-stage": "sort"}
    wrong = ops.send(path, **row, **{"grants-0-outcome": "gone"})
    assert wrong.status_code == 200
    ops.saved(path, **row, **{"grants-0-outcome": "done"})
    assert BranchGrant.objects.get(group=group).outcome == "done"
    assert AuditEvent.objects.filter(data__object="workflow:simple").exists()


def test_what_is_published_is_changed_by_nobody(workflow: Workflow, lead: Admin, ops: Admin) -> None:
    assert workflow.draft is not None
    publishing.publish(workflow.draft, actor="system", now=NOW)
    row = Branch.objects.filter(stage__version=workflow.versions.get(number=2), stage__name="sort").first()
    assert row is not None
    for who in (lead, ops):
        page = who.get(page_of(row))
        assert 'name="_save"' not in page and "conditions-0-value" not in page


def test_a_single_person_may_be_given_a_branch(ops: Admin, workflow: Workflow) -> None:
    olga = somebody("Olga")
    path = f"/admin/workflows/workflow/{workflow.pk}/change/"
    row = {"grants-TOTAL_FORMS": "1", "grants-0-stage": "sort", "grants-0-outcome": "done"}
    both = {"grants-0-user": olga.user.pk, "grants-0-group": Group.objects.create(name="Closers").pk}
    for holders in (both, {}):
        refused = ops.send(path, **row, **holders)
        assert "Choose a group or a person, one of the two." in refused.content.decode()
    ops.saved(path, **row, **{"grants-0-user": olga.user.pk})
    assert BranchGrant.objects.get().user == olga.user
    assert ops.fields(path)["grants-0-user"] == str(olga.user.pk)
    olga.saved(page_of(branch(workflow, "sort", 1)), to="won")
    assert branch(workflow, "sort", 1).to == "won"
    assert olga.client.get(page_of(branch(workflow, "pause"))).status_code in (200, 403)
    assert olga.send(page_of(branch(workflow, "pause")), to="lost").status_code == 403
    assert branch(workflow, "pause").to == "sort"


def test_a_right_is_of_a_group_or_a_person_in_the_database_too(workflow: Workflow) -> None:
    with pytest.raises(IntegrityError):
        BranchGrant.objects.create(workflow=workflow, stage="sort")
