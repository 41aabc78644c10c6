"""Asking the network ahead of a step: every stage that it may pass, before any transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflows.core import graph
from workflows.models import Run
from workflows.registry import FactsOf, kind_named
from workflows.stages.base import Context
from workflows.versions import LoadedVersion, load


def prepare(version: LoadedVersion, start: str, *, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Let every stage that a step entering `start` may pass ask the network, before any transaction."""
    answers = {}
    for name in graph.passed_without_waiting(list(version.stages.values()), start):
        stage = version.stages[name]
        context = Context(stage, now, "system", {}, facts, frozen=version.frozen[name], is_dry=True)
        answer = kind_named(stage.kind).prepare(context)
        if answer is not None:
            answers[name] = answer
    return answers


def prepare_ahead(run: Run, *, now: datetime) -> dict[str, Any]:
    """What the stages after the present one need from the network, whichever branch is taken."""
    version = load(run.version_id)
    stage = version.stages.get(run.stage)
    if stage is None:
        return {}
    answers: dict[str, Any] = {}
    facts = FactsOf(run)
    for target in dict.fromkeys(branch.to for branch in stage.branches):
        answers.update(prepare(version, target, facts=facts, now=now))
    return answers
