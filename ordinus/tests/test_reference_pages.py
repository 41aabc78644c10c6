"""The reference tells what is registered, and the diagrams of states what the models have."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command

from bookings.models import Booking
from ordinus import reference
from ordinus.environment import ROOT
from routing.models import Assignment
from workflows.core import conditions
from workflows.models import Outgoing, Run, RunMove, Timer, WorkflowVersion
from workflows.registry import KINDS, VERBS

MACHINES = {
    "Run": (Run.State, Run.FINAL),
    "Timer": (Timer.State, Timer.FINAL),
    "Outgoing": (Outgoing.State, Outgoing.FINAL),
    "Booking": (Booking.Status, ()),
    "Assignment": (Assignment.State, Assignment.FINAL),
    "RunMove": (RunMove.State, (RunMove.State.DONE, RunMove.State.STOPPED)),
    "WorkflowVersion": (WorkflowVersion.State, (WorkflowVersion.State.PUBLISHED,)),
}


def diagram(name: str) -> list[tuple[str, str]]:
    """The ways drawn for a machine, each from a state to a state."""
    section = (ROOT / "docs" / "states.md").read_text().split(f"\n## {name}\n")[1].split("\n## ")[0]
    return re.findall(r"^ +(\S+) --> ([^\s:]+)", section, re.MULTILINE)


def test_the_pages_are_up_to_date():
    call_command("describe_reference", check=True)


def test_every_verb_has_its_meaning_and_its_data_apart():
    rows = [line for line in reference.verbs().splitlines() if line.startswith("| `")]
    assert len(rows) == len(VERBS)
    assert (
        "| `outcome.recorded` | The rep marked what came of it. | outcome, notes (whether given) | notes |"
        in rows
    )


def test_every_kind_and_each_of_its_settings_is_told():
    page = reference.stages()
    for kind in KINDS.values():
        section = page.split(f"\n## {kind.name}\n")[1].split("\n## ")[0]
        for word in (*kind.outcomes, *kind.optional_outcomes, *(setting.name for setting in kind.fields)):
            assert f"`{word}`" in section or any(setting.type == "outcomes" for setting in kind.fields)


def test_every_fact_and_operator_is_told_and_no_other():
    assert set(reference.FACTS) == set(conditions.FIXED_FACTS)
    assert set(reference.OPEN_FACTS) == set(conditions.OPEN_PREFIXES)
    assert set(reference.OPERATORS) == set(conditions.OPERATORS)


def test_each_operators_example_is_a_fit_condition():
    for name, (_, value) in reference.OPERATORS.items():
        assert conditions.problems(conditions.Condition("answers.x", name, value)) == []


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_is_drawn_and_can_be_reached(name):
    states, final = MACHINES[name]
    ways = diagram(name)
    drawn = {state for way in ways for state in way} - {"[*]"}
    assert drawn == set(states.values)
    assert {to for _, to in ways} - {"[*]"} == drawn
    assert {str(state) for state in final} <= {start for start, to in ways if to == "[*]"}
