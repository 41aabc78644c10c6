"""Two people at one draft: neither overwrites what the other one did, unless told and then on purpose."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from workflows.models import Branch, Workflow
from workflows.tests.admin.flows import branch, drafted, page_of, stage
from workflows.tests.admin.pages import Admin


@pytest.fixture
def workflow(db: None) -> Workflow:
    return drafted()


@pytest.fixture
def other(workflow: Workflow) -> Admin:
    """A second author."""
    return Admin(User.objects.create_superuser("ben", "ben@acme.example", "secret", first_name="Ben"))


def sent(who: Admin, path: str, fields: dict[str, Any], **changes: Any) -> Any:
    """The page as it was opened, with these changes, sent back now."""
    return who.client.post(path, {k: v for k, v in (fields | changes).items() if v is not None})


def test_different_branches_of_one_stage_do_not_overwrite_each_other(
    ops: Admin, other: Admin, workflow: Workflow
) -> None:
    """One has the page of the stage open, with both branches in it, while the other one changes the first."""
    page = page_of(stage(workflow, "sort"))
    opened = ops.fields(page)
    other.saved(page_of(branch(workflow, "sort", 0)), to="lost")
    assert sent(ops, page, opened, **{"branches-1-to": "won"}).status_code == 302
    assert [(each.position, each.to) for each in stage(workflow, "sort").branches.all()] == [
        (0, "lost"),
        (1, "won"),
    ]


def test_a_branch_added_meanwhile_stays(ops: Admin, workflow: Workflow) -> None:
    page = page_of(stage(workflow, "sort"))
    opened = ops.fields(page)
    Branch.objects.create(stage=stage(workflow, "sort"), outcome="done", position=2, to="pause")
    assert sent(ops, page, opened, **{"branches-0-to": "lost"}).status_code == 302
    assert [each.to for each in stage(workflow, "sort").branches.all()] == ["lost", "lost", "pause"]


def test_the_same_branch_in_a_row_and_on_its_page_is_noticed(
    ops: Admin, other: Admin, workflow: Workflow
) -> None:
    page = page_of(stage(workflow, "sort"))
    opened = ops.fields(page)
    other.saved(page_of(branch(workflow, "sort", 0)), to="lost")
    response = sent(ops, page, opened, **{"branches-0-to": "pause"})
    assert response.status_code == 200
    assert "Ben changed it" in response.content.decode()
    assert branch(workflow, "sort", 0).to == "lost"


def test_the_same_branch_is_told_with_both_values_and_saved_on_purpose(
    ops: Admin, other: Admin, workflow: Workflow
) -> None:
    page = page_of(branch(workflow, "sort", 0))
    opened = ops.fields(page)
    other.saved(page, to="lost")
    response = sent(ops, page, opened, to="pause")
    told = response.content.decode()
    assert "Ben changed it on" in told
    assert "to “Lost”; you chose on “Done” to “Pause”" in told
    assert branch(workflow, "sort", 0).to == "lost"
    again = opened | {"seen": response.context["adminform"].form["seen"].value(), "to": "pause"}
    assert sent(ops, page, again).status_code == 302
    assert branch(workflow, "sort", 0).to == "pause"


def test_other_conditions_of_the_same_branch_are_noticed_too(
    ops: Admin, other: Admin, workflow: Workflow
) -> None:
    page = page_of(branch(workflow, "sort", 0))
    opened = ops.fields(page)
    other.saved(page, **{"conditions-0-value": "900"})
    response = sent(ops, page, opened, to="lost")
    assert response.status_code == 200
    assert "if answers.employees is at least 900" in response.content.decode()


def test_who_saves_what_nobody_else_touched_is_not_bothered(ops: Admin, workflow: Workflow) -> None:
    ops.saved(page_of(branch(workflow, "sort", 0)), to="lost")
    ops.saved(page_of(branch(workflow, "sort", 0)), to="won")


def test_settings_of_a_stage_are_noticed_one_by_one(ops: Admin, other: Admin, workflow: Workflow) -> None:
    page = page_of(stage(workflow, "pause"))
    opened = ops.fields(page)
    other.saved(page, setting_for="3h")
    response = sent(ops, page, opened, setting_for="1d")
    assert "There it is now 3 hours; you wrote 1 day" in response.content.decode()
    assert stage(workflow, "pause").settings == {"for": "3h"}
    assert sent(ops, page, opened).status_code == 302  # left alone, it stays as the other one made it
    assert stage(workflow, "pause").settings == {"for": "3h"}
