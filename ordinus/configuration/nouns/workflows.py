"""Workflows: their published stages, and an unpublished draft beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, User

from ordinus.configuration.nouns.base import Canonical, Slugged
from ordinus.configuration.problems import Report, below
from ordinus.configuration.scalars import Pattern, Slug, Text
from ordinus.configuration.shapes import Entry, Items, Key, Record
from ordinus.configuration.stages import Stages
from ordinus.configuration.types import SetOf
from workflows import publishing
from workflows.models import BranchGrant, Workflow, WorkflowVersion

LONGEST_NOTE = 200

STAGES = Stages()
DRAFT_STAGES = Stages(is_draft=True)

# What the declarations judge themselves, by exact paths.
JUDGED_HERE = frozenset({
    "condition", "duplicate_stage", "missing_setting", "no_stages", "setting", "unknown_fact", "unknown_kind",
    "unknown_pool", "unknown_segment", "unknown_setting", "unknown_template",
})  # fmt: skip


def _has_stages(entry: Entry, report: Report) -> None:
    path = below(entry.path, "stages")
    if not entry["stages"] and not entry["draft"] and report.is_sound(path):
        report.add(path, "is missing; list at least one stage, or give a draft")


BRANCHES = Key(
    "branches",
    SetOf(Pattern(r"[-a-zA-Z0-9_]+(\.[a-z][a-z0-9_]*)?", "branch", "write a stage, or a stage, a dot and an outcome",
                  longest=130)),
    "The branches they may edit: `no-show` for all of a stage, `meeting.cancelled` for those of one outcome.",
    required=True,
)  # fmt: skip
EDITOR = Record(Key("group", Text(150), "The name of the group.", required=True), BRANCHES)
PERSON = Record(
    Key("account", Pattern(r"[\w.@+-]+", "account", "write the name that somebody logs in with", longest=150),
        "The name the person logs in with.", required=True),
    BRANCHES,
)  # fmt: skip


class Workflows(Slugged):
    section = "workflows"
    noun = "workflow"
    label = "workflow"
    help = (
        "What happens to a lead, stage by stage. `apply` publishes a new version of each workflow whose stages, "
        "branches or segments differ from its published one; leads under way stay on the version they began with."
    )
    told_keys = ("name", "editors", "people")  # of stages it is told by workflow.published
    model = Workflow
    plain = {"slug": "slug", "name": "name"}
    record = Record(
        Key("slug", Slug(), "Identifies the workflow.", required=True),
        Key("name", Text(120), "What people call it.", required=True),
        Key("editors", Items(EDITOR, "group", "group of editors"), "Groups of staff who may edit single branches in a "
            "draft. A group that is not there is made, without members.", default={}),
        Key("people", Items(PERSON, "account", "person who edits"), "Single people of the staff who may edit branches "
            "in a draft. An account that is not there is made, switched off and without a password.", default={}),
        Key("note", Text(LONGEST_NOTE), "What changed and why, kept with the version that this file publishes. "
            "A note alone publishes nothing.", default="", counts=False),
        Key("stages", STAGES, "The published stages; the first is where a lead enters.", default={}),
        Key("draft", DRAFT_STAGES, "The stages of an unpublished draft. It may be unfinished; left out, a draft that "
            "is stored goes.", default={}),
        Key("draft_note", Text(LONGEST_NOTE), "The note of the draft.", default=""),
        checks=(_has_stages,),
    )  # fmt: skip

    def loaded(self, rows: Any) -> Any:
        return rows.select_related("published").prefetch_related("grants__group", "grants__user")

    def write(self, name: str, wanted: Canonical, now: datetime) -> None:
        super().write(name, wanted, now)
        _write_editors(self.row(name), wanted)

    def canonical(self, row: Any) -> Canonical:
        published, draft = row.published, row.draft
        return super().canonical(row) | {
            "note": published.note if published else "",
            "stages": stages_of(published, STAGES) if published else {},
            "draft": stages_of(draft, DRAFT_STAGES) if draft else {},
            "draft_note": draft.note if draft else "",
            "editors": _editors_of(row, "group"),
            "people": _editors_of(row, "account"),
        }

    def has_history(self, row: Any) -> bool:
        """A version once published stays, by a guard in the database."""
        return row.versions.filter(state=WorkflowVersion.State.PUBLISHED).exists()

    def delete(self, row: Any) -> None:
        row.versions.all().delete()
        row.delete()

    def judge(self, wanted: Mapping[str, Entry], report: Report) -> None:
        published = set(Workflow.objects.filter(published__isnull=False).values_list("slug", flat=True))
        for slug, entry in wanted.items():
            if slug in published and not entry["stages"] and entry["draft"]:
                text = "is missing; this workflow is published, which a file cannot take back"
                report.add(below(entry.path, "stages"), text)


def _editors_of(workflow: Workflow, kind: str) -> Canonical:
    """The branches by the name of the group, or of the person's account, in the order of their names."""
    found: dict[str, list[str]] = {}
    for grant in workflow.grants.all():
        holder = (
            (grant.group and grant.group.name)
            if kind == "group"
            else grant.user and grant.user.get_username()
        )
        if holder:
            branch = f"{grant.stage}.{grant.outcome}" if grant.outcome else grant.stage
            found.setdefault(holder, []).append(branch)
    return {name: {kind: name, "branches": sorted(found[name])} for name in sorted(found)}


def _write_editors(workflow: Workflow, wanted: Canonical) -> None:
    """Afterwards exactly these groups and people may edit exactly these branches."""
    editors, people = wanted["editors"], wanted["people"]
    if (_editors_of(workflow, "group"), _editors_of(workflow, "account")) == (editors, people):
        return
    workflow.grants.all().delete()
    for name, editor in editors.items():
        group, _ = Group.objects.get_or_create(name=name)
        _grant(workflow, editor["branches"], group=group)
    for name, person in people.items():
        user = User.objects.filter(username=name).first()
        user = user or User.objects.create_user(name, is_staff=True, is_active=False)
        _grant(workflow, person["branches"], user=user)


def _grant(workflow: Workflow, branches: Iterable[str], **holder: Any) -> None:
    for branch in branches:
        stage, _, outcome = branch.partition(".")
        BranchGrant.objects.create(workflow=workflow, stage=stage, outcome=outcome, **holder)


def stages_of(version: WorkflowVersion, kind: Stages) -> Canonical:
    """The canonical stages of a stored version."""
    return dict(kind.read(publishing.definition_of(version), "", Report()))


def judge_publishing(entry: Entry, report: Report) -> None:
    """Add what publishing would refuse, each at its place in the file. Reads what the database holds now."""
    stages = entry["stages"]
    if not stages:
        return
    places = {name: stage.path for name, stage in stages.items()}
    for problem in publishing.problems_of(publishing.specs(STAGES.show(stages))):
        if problem.code in JUDGED_HERE:
            continue
        path = places.get(problem.stage or "", below(entry.path, "stages"))
        if problem.outcome:
            path = below(below(path, "branches"), problem.outcome)
        report.add(path, f"{problem.text} {problem.cure}")


def differs(workflow: Workflow, wanted: Canonical) -> bool:
    """Whether the stages wanted, or the segments they use, are others than those published."""
    if workflow.published is None:
        return bool(wanted["stages"])
    present = stages_of(workflow.published, STAGES)
    if list(present.items()) != list(wanted["stages"].items()):
        return True
    return publishing.would_differ(workflow, publishing.definition_of(workflow.published))


def publish(workflow: Workflow, wanted: Canonical, *, now: datetime, actor: str) -> WorkflowVersion:
    """Afterwards the stages wanted are the published version; a stored draft was used up for it."""
    version = publishing.draft(workflow, now=now, actor=actor)
    publishing.write(version, STAGES.show(wanted["stages"]))
    version.note = wanted["note"]
    version.save(update_fields=["note"])
    return publishing.publish(version, now=now, actor=actor)


def write_draft(workflow: Workflow, wanted: Canonical, *, now: datetime, actor: str) -> None:
    """Afterwards the workflow has the draft wanted, or none."""
    if not wanted["draft"]:
        workflow.versions.filter(state=WorkflowVersion.State.DRAFT).delete()
        return
    version = publishing.draft(workflow, now=now, actor=actor)
    publishing.write(version, DRAFT_STAGES.show(wanted["draft"]))
    version.note = wanted["draft_note"]
    version.save(update_fields=["note"])
