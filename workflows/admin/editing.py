"""Two people at one draft: what somebody saw when the page was opened is held against what is there now.

A branch that the other one changed is never overwritten unseen; a branch that one did not touch is left as the
other one made it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from workflows.admin.announcing import actor_of
from workflows.admin.conditions import group_words, groups_of
from workflows.admin.setting_fields import value_in_words
from workflows.admin.words import instant, said, who
from workflows.changes import Change, announce_changes, differences
from workflows.core.conditions import groups_to
from workflows.models import AuditEvent, Branch, Evidence, Stage, WorkflowVersion
from workflows.models.audit import CONFIGURATION_CHAIN
from workflows.registry import KINDS
from workflows.stages.base import Setting

CHANGED = "config.changed"
MOST_CHANGES = 50


Told = dict[str, tuple[Any, bool]]
States = dict[int, tuple[str, Told]]


class Seen(NamedTuple):
    """A branch as somebody saw it: where it led on which outcome, and a digest of its conditions."""

    outcome: str
    to: str
    conditions: str

    def __str__(self) -> str:
        return " ".join(self)

    @classmethod
    def of(cls, branch: Branch) -> Seen:
        shape = json.dumps(groups_to(groups_of(branch.conditions.all())), sort_keys=True)
        return cls(branch.outcome, branch.to, hashlib.sha256(shape.encode()).hexdigest()[:16])

    @classmethod
    def read(cls, text: str) -> Seen | None:
        parts = text.split(" ")
        return cls(*parts) if len(parts) == 3 else None


class SeenField(forms.CharField):
    """Travels with the page, and comes back as it was when the page was opened."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def lock(version: WorkflowVersion) -> None:
    """Whoever saves something of the draft does so after the other one, until the transaction ends."""
    WorkflowVersion.objects.select_for_update().get(pk=version.pk)


BRANCH_FIELDS = {"leads_to": "leads to", "only_if": "only if"}


def label_of(branch: Branch) -> str:
    """What the audit calls a branch: the same in every version of the workflow."""
    stage = branch.stage
    return f"branch:{stage.version.workflow.slug}/{stage.name}/{branch.outcome}"


def stage_label(stage: Stage) -> str:
    return f"stage:{stage.version.workflow.slug}/{stage.name}"


def told(branch: Branch) -> Told:
    """What is told of a branch when it changes; conditions may hold what people wrote, so they are private."""
    conditions = in_words(branch)
    return {"leads_to": (branch.to, False), "only_if": (conditions or None, bool(conditions))}


def in_words(branch: Branch) -> str:
    return ", or if ".join(group_words(groups_of(branch.conditions.all())))


def described(branch: Branch) -> str:
    """Where the branch leads and when, for somebody who compares two of them."""
    words = in_words(branch)
    return f"on “{said(branch.outcome)}”{f', if {words},' if words else ''} to “{said(branch.to)}”"


def last_change(labels: Iterable[str]) -> str:
    """By whom and when any of these objects was changed last, as the beginning of a sentence."""
    event = changes_of(labels).first()
    return f"{who(event.actor)} changed it on {instant(event.at)}" if event else "Somebody else changed it"


def changes_of(labels: Iterable[str]) -> QuerySet[AuditEvent]:
    """The changes of these objects, newest first."""
    events = AuditEvent.objects.filter(run=CONFIGURATION_CHAIN, verb=CHANGED, data__object__in=list(labels))
    return events.order_by("-sequence")


class Row(NamedTuple):
    """A change for the history on the object's page."""

    at: Any
    who: str
    what: str
    old: str
    new: str


def history(labels: Iterable[str], fields: dict[str, str], settings: Iterable[Setting] = ()) -> list[Row]:
    """The newest changes of these objects; `fields` names them for people. Erased values are told as such.

    `settings` are those of the stage, so that their values are told in words.
    """
    declared = {setting.name: setting for setting in settings}
    events = list(changes_of(labels)[:MOST_CHANGES])
    numbers = [event.sequence for event in events]
    rows = Evidence.objects.filter(run=CONFIGURATION_CHAIN, sequence__in=numbers)
    kept = {row.sequence: row.content for row in rows}
    return [
        Row(
            event.at,
            who(event.actor),
            _what(event, fields),
            _value(event, kept.get(event.sequence), "old", declared),
            _value(event, kept.get(event.sequence), "new", declared),
        )
        for event in events
    ]


def _what(event: AuditEvent, fields: dict[str, str]) -> str:
    """The field by its name for people, under the branch it belongs to."""
    name = fields.get(event.data["field"], said(event.data["field"]))
    kind, _, rest = event.data["object"].partition(":")
    return f"On “{said(rest.rpartition('/')[2])}”: {name}" if kind == "branch" else name


def _value(event: AuditEvent, kept: Any, side: str, settings: Mapping[str, Setting]) -> str:
    value = event.data[side]
    if value is None:
        return "—"
    if isinstance(value, str) and value.startswith("sha256:"):
        if not kept:
            return "no longer kept"
        value = kept[side]
        if isinstance(value, str):
            return value
    setting = settings.get(event.data["field"]) if event.data["object"].startswith("stage:") else None
    if setting is not None:
        return value_in_words(setting, value)
    return said(value) if isinstance(value, str) else str(value)


def announce_branch(request: HttpRequest, label: str, before: Told, branch: Branch) -> None:
    """Tells the audit what became of a branch; one that now is of another outcome is told under both."""
    now, at, actor = label_of(branch), timezone.now(), actor_of(request)
    if now == label:
        announce_changes(label, differences(before, told(branch)), actor=actor, at=at)
        return
    announce_changes(label, differences(before, {}), actor=actor, at=at)
    announce_changes(now, differences({}, told(branch)), actor=actor, at=at)


def announce_rows(
    request: HttpRequest, before: dict[int, tuple[str, dict[str, tuple[Any, bool]]]], stage: Stage
) -> None:
    """Tells the audit what became of the branches of a stage; `before` has the label and the state of each."""
    after = {branch.pk: branch for branch in stage.branches.all()}
    for number, (label, state) in before.items():
        if number in after:
            announce_branch(request, label, state, after[number])
        else:
            announce_changes(label, differences(state, {}), actor=actor_of(request), at=timezone.now())
    for number, branch in after.items():
        if number not in before:
            announce_branch(request, label_of(branch), {}, branch)


def states(stage: Stage) -> States:
    """Each branch of the stage with its label and what is told of it."""
    return {branch.pk: (label_of(branch), told(branch)) for branch in stage.branches.all()}


PRIVATE_TYPES = frozenset({"text", "actions", "conditions", "rows", "group"})


def announce_settings(request: HttpRequest, stage: Stage, old: dict[str, Any]) -> None:
    """One change for each setting that became another; what people may have written themselves is private."""
    kind = KINDS.get(stage.kind)
    types = {setting.name: setting.type for setting in (kind.fields if kind else ())}
    changes = [
        Change(name, old.get(name), stage.settings.get(name), types.get(name) in PRIVATE_TYPES)
        for name in {**old, **stage.settings}
        if old.get(name) != stage.settings.get(name)
    ]
    announce_changes(stage_label(stage), changes, actor=actor_of(request), at=timezone.now())
