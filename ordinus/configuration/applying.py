"""Making the database match a file, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from ordinus.configuration import changes, planning
from ordinus.configuration.checking import Document, Objects, Present, check, located
from ordinus.configuration.nouns import workflows as flows
from ordinus.configuration.nouns.base import Canonical, Noun
from ordinus.configuration.planning import Change, Difference
from ordinus.configuration.problems import InvalidFile, Problem, Report
from ordinus.configuration.reading import Source, read
from ordinus.configuration.schema import (
    ENRICHMENTS,
    FORMS,
    NOUNS,
    POOLS,
    REMOVAL,
    SEGMENTS,
    SUPPLY,
    WEEKLY_REPORTS,
    WORKFLOWS,
)
from ordinus.configuration.shapes import Entry
from workflows.changes import Change as Told
from workflows.models import Workflow


def apply(
    text: str, *, now: datetime, actor: str = "system", prune: bool = False, plan: bool = False
) -> list[Change]:
    """Afterwards the database matches the file; what was changed for it, in order. With `plan`, nothing is kept.

    Objects that the file does not name stay, or with `prune` go. Raises InvalidFile with every problem; then
    nothing was changed. Even a plan is made by writing and taking it back, so that it finds every problem.
    """
    source = read(text)
    with transaction.atomic():
        found = _Application(source, now, actor, prune).carry_out()
        if plan:
            transaction.set_rollback(True)
    return found


@dataclass
class _Application:
    """One file on its way into the database."""

    source: Source
    now: datetime
    actor: str
    prune: bool
    changes: list[Change] = field(default_factory=list)
    told: list[tuple[str, list[Told]]] = field(default_factory=list)
    present: Present = field(default_factory=dict)

    def carry_out(self) -> list[Change]:
        self.present = {noun.section: noun.present() for noun in NOUNS}
        document = check(self.source, self.present, prune=self.prune)
        # Publishing is judged against what the file makes of templates, pools and segments: those that can be
        # written are, even if others have problems, and are taken back with all the rest.
        wanted = document.writable() if document.report.problems else document.wanted
        for noun in SUPPLY:
            self._write_all(noun, wanted)
        self._link_pools(wanted)
        self._judge(document)
        self._order_enrichments(list(wanted[ENRICHMENTS.section]))
        for slug, entry in wanted[WORKFLOWS.section].items():
            self._write_workflow(slug, entry)
        self._follow_segments(wanted)
        self._write_all(FORMS, wanted)
        self._write_all(WEEKLY_REPORTS, wanted)
        if self.prune:
            self._remove_unnamed(wanted)
        for label, told in self.told:
            changes.announce(label, told, at=self.now, actor=self.actor)
        return self.changes

    def _judge(self, document: Document) -> None:
        for entry in document.wanted[WORKFLOWS.section].values():
            flows.judge_publishing(entry, document.report)
        if document.report.problems:
            raise InvalidFile(located(document.report.problems, self.source))

    def _write_all(self, noun: Noun, wanted: Objects) -> None:
        for name, entry in wanted[noun.section].items():
            self._write(noun, name, entry)

    def _write(self, noun: Noun, name: str, entry: Canonical) -> None:
        old = self.present[noun.section].get(name)
        found = (
            [planning.creation(noun, name)] if old is None else planning.changes_of(noun, name, old, entry)
        )
        if not found:
            return
        noun.write(name, entry, self.now)
        self.changes += found
        told = changes.creation(noun, entry) if old is None else changes.alteration(noun, old, entry)
        self.told.append((noun.told_as(name), told))

    def _link_pools(self, wanted: Objects) -> None:
        """Fallbacks, once all pools are there."""
        for slug, entry in wanted[POOLS.section].items():
            old = self.present[POOLS.section].get(slug)
            if old is None or old["fallback"] != entry["fallback"]:
                POOLS.link(slug, entry)

    def _order_enrichments(self, named: list[str]) -> None:
        """Those named take each other's places, in the order of the file; the others keep theirs."""
        before = list(self.present[ENRICHMENTS.section])
        now_there = list(ENRICHMENTS.present())
        following = iter(named)
        after = [next(following) if name in named else name for name in now_there]
        if after == now_there:
            return
        ENRICHMENTS.order(after)
        stayed = [name for name in after if name in before]
        if stayed != before:
            difference = Difference(planning.ORDER, before, stayed)
            self.changes.append(Change("change", ENRICHMENTS.section, "", difference))
            self.told.append((ENRICHMENTS.section, [Told(planning.ORDER, before, stayed)]))

    def _write_workflow(self, slug: str, entry: Canonical) -> None:
        self._write(WORKFLOWS, slug, entry)
        old = self.present[WORKFLOWS.section].get(slug)
        workflow = Workflow.objects.get(slug=slug)
        before = workflow.published
        is_new_version = flows.differs(workflow, entry)
        if is_new_version:
            version = flows.publish(workflow, entry, now=self.now, actor=self.actor)
            if old is not None:
                difference = Difference("version", before.number if before else None, version.number)
                self.changes.append(Change("change", WORKFLOWS.noun, slug, difference, "published"))
        if is_new_version or old is None or _draft_of(old) != _draft_of(entry):
            flows.write_draft(workflow, entry, now=self.now, actor=self.actor)

    def _follow_segments(self, wanted: Objects) -> None:
        """Publish the workflows that the file does not name but whose segments it changes; drafts stay."""
        changed = {change.name for change in self.changes if change.noun == SEGMENTS.noun}
        for slug, stored in self.present[WORKFLOWS.section].items():
            used = changed & _segments_of(stored)
            if slug in wanted[WORKFLOWS.section] or self.prune or not used:
                continue
            report = Report()
            flows.judge_publishing(Entry(stored), report)
            if report.problems:
                remark = "The file does not name this workflow, but changes segments that it uses."
                raise InvalidFile(
                    Problem(f"workflow {slug}", f"{each.text} {remark}") for each in report.problems
                )
            note = f"Changed segments: {', '.join(sorted(used))}"[: flows.LONGEST_NOTE]
            self._write_workflow(slug, {**stored, "note": note})

    def _remove_unnamed(self, wanted: Objects) -> None:
        for noun in REMOVAL:
            for name in self.present[noun.section]:
                if name not in wanted[noun.section]:
                    label = noun.told_as(name)
                    is_retired = noun.remove(name, self.now)
                    remark = "retired, as it has a history" if is_retired else ""
                    self.changes.append(
                        Change("retire" if is_retired else "remove", noun.noun, name, None, remark)
                    )
                    self.told.append((label, changes.removal(is_retired=is_retired)))


def _draft_of(workflow: Canonical) -> tuple[Any, ...]:
    return list(workflow["draft"].items()), workflow["draft_note"]


def _segments_of(workflow: Canonical) -> set[str]:
    return {slug for stage in workflow["stages"].values() for slug in stage.get("segments") or ()}
