"""Publishing by file: when a new version is made, and what becomes of drafts."""

from __future__ import annotations

import pytest

from ordinus.tests.configuration.files import (
    NOW,
    SMALL,
    a_database_of_its_own,
    applied,
    changed,
    export,
    problems_in,
)
from workflows import publishing
from workflows.models import AuditEvent, Workflow

pytestmark = pytest.mark.django_db

RANK = "rank: 99"
WAITING_LONGER = changed(SMALL, "expires_after: 7d", "expires_after: 9d")
SEGMENTS_ALONE = """\
ordinus: 1
segments:
  - {slug: everyone, name: Everyone, rank: 7, pool: sales}
"""


@pytest.fixture(autouse=True)
def small() -> None:
    applied(SMALL)


def inbound() -> Workflow:
    return Workflow.objects.get(slug="inbound")


def published() -> int:
    version = inbound().published
    assert version is not None
    return version.number


def a_draft(expires_after: str = "3d") -> None:
    version = publishing.draft(inbound(), now=NOW, actor="staff:1")
    definition = publishing.definition_of(version)
    definition[2]["expires_after"] = expires_after
    publishing.write(version, definition)


def test_a_changed_stage_publishes_a_new_version() -> None:
    assert applied(WAITING_LONGER) == [
        "~ change workflow inbound stages[offer].expires_after: 7d -> 9d",
        "~ change workflow inbound version: 1 -> 2 (published)",
    ]
    assert published() == 2
    told = AuditEvent.objects.filter(verb="workflow.published").order_by("sequence")
    assert [event.data["version"] for event in told] == [1, 2]


def test_a_changed_branch_publishes_a_new_version() -> None:
    fork = '[{when: [[{fact: no_shows, is: ">", value: 1}]], to: offer}, {to: routing}]'
    lines = applied(changed(SMALL, "reschedule_requested: routing", f"reschedule_requested: {fork}"))
    assert lines == [
        f"~ change workflow inbound stages[meeting].branches.reschedule_requested: routing -> {fork}",
        "~ change workflow inbound version: 1 -> 2 (published)",
    ]


def test_a_changed_segment_publishes_a_new_version() -> None:
    assert applied(changed(SMALL, RANK, "rank: 7")) == [
        "~ change segment everyone rank: 99 -> 7",
        "~ change workflow inbound version: 1 -> 2 (published)",
    ]


def test_a_segment_changed_alone_is_published_with_the_workflow_that_uses_it() -> None:
    a_draft()
    lines = applied(SEGMENTS_ALONE)
    assert lines[-1] == "~ change workflow inbound version: 1 -> 2 (published)"
    draft = inbound().draft
    assert draft is not None
    assert publishing.definition_of(draft)[2]["expires_after"] == "3d"
    assert inbound().published.note == "Changed segments: everyone"
    assert applied(SEGMENTS_ALONE) == []


def test_a_changed_text_or_pool_publishes_nothing() -> None:
    lines = applied(
        changed(changed(SMALL, "Hi {{ lead_name }}", "Dear {{ lead_name }}"), "name: Sales,", "name: A,")
    )
    assert not any("version" in line for line in lines)
    assert published() == 1


def test_a_note_is_kept_with_the_version_it_came_with() -> None:
    noted = changed(
        WAITING_LONGER, "    name: Inbound\n", "    name: Inbound\n    note: Nine days are enough\n"
    )
    applied(noted)
    assert inbound().published.note == "Nine days are enough"
    assert applied(changed(noted, "Nine", "9")) == []
    assert "note: Nine days are enough" in export()


def test_a_note_comes_with_a_version_that_only_segments_made() -> None:
    noted = changed(SMALL, "    name: Inbound\n", "    name: Inbound\n    note: Everyone first\n")
    applied(changed(noted, RANK, "rank: 7"))
    assert inbound().published.note == "Everyone first"


def test_a_draft_is_exported_beside_the_published_stages() -> None:
    a_draft()
    first = export()
    assert "    draft:\n" in first
    with a_database_of_its_own():
        applied("ordinus: 1\n", prune=True)
        applied(first)
        assert export() == first
    assert applied(first) == []


def test_a_draft_the_file_does_not_mention_goes() -> None:
    a_draft()
    lines = applied(SMALL)
    assert lines and all(line.startswith("- remove workflow inbound draft[") for line in lines)
    assert inbound().draft is None


def test_publishing_keeps_the_draft_of_the_file() -> None:
    a_draft()
    text = export().replace("expires_after: 7d", "expires_after: 9d")
    applied(text)
    definitions = [publishing.definition_of(version) for version in (inbound().published, inbound().draft)]
    assert [stages[2]["expires_after"] for stages in definitions] == ["9d", "3d"]
    assert applied(text) == []


def test_a_draft_may_be_unfinished() -> None:
    unfinished = "    draft: [{name: start, kind: offer, template: not-yet, branches: {booked: nowhere}}]\n"
    text = changed(SMALL, "    name: Inbound\n", "    name: Inbound\n" + unfinished)
    applied(text)
    assert published() == 1
    assert applied(text) == []
    assert applied(export()) == []


def test_a_workflow_may_begin_as_a_draft() -> None:
    text = "ordinus: 1\nworkflows: [{slug: new, name: New, draft: [{name: lost, kind: end}]}]\n"
    assert applied(text) == ["+ create workflow new"]
    assert Workflow.objects.get(slug="new").published is None
    assert applied(text) == []
    assert problems_in("ordinus: 1\nworkflows: [{slug: new, name: New}]\n") == [
        "workflows[0].stages: is missing; list at least one stage, or give a draft"
    ]


def test_a_file_cannot_take_back_what_is_published() -> None:
    text = "ordinus: 1\nworkflows: [{slug: inbound, name: Inbound, draft: [{name: lost, kind: end}]}]\n"
    assert problems_in(text) == [
        "workflows[0].stages: is missing; this workflow is published, which a file cannot take back"
    ]
