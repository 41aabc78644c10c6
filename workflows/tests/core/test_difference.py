"""What two editions of a workflow differ in is found, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from workflows.core.conditions import Condition
from workflows.core.difference import ADDED, CHANGED, REMOVED, between
from workflows.core.graph import BranchSpec, StageSpec
from workflows.tests.core.graphs import INBOUND_DEMO, SUCCESS, replaced, stage

OTHER = ((Condition("pool", "==", "other"),),)
MEETING = next(each for each in INBOUND_DEMO if each.name == "meeting")


def with_branches(spec: StageSpec, outcome: str, *ways: BranchSpec) -> list[StageSpec]:
    """The example with other branches for one outcome of a stage."""
    kept = tuple(branch for branch in spec.branches if branch.outcome != outcome)
    return replaced(INBOUND_DEMO, replace(spec, branches=(*kept, *ways)))


def attended(*ways: tuple[str, tuple]) -> list[StageSpec]:
    return with_branches(MEETING, "attended", *(BranchSpec("attended", to, when) for to, when in ways))


def branches(new: list[StageSpec]) -> list[tuple[str, str | None, str | None]]:
    found = between(INBOUND_DEMO, new)
    assert [change.name for change in found.stages] == ["meeting"]
    return [
        (each.what, each.old and each.old.to, each.new and each.new.to) for each in found.stages[0].branches
    ]


def test_the_same_twice_differs_in_nothing() -> None:
    assert not between(INBOUND_DEMO, [*INBOUND_DEMO])


def test_the_order_in_which_outcomes_are_written_means_nothing() -> None:
    by_outcome = tuple(sorted(MEETING.branches, key=lambda branch: branch.outcome))
    assert not between(INBOUND_DEMO, replaced(INBOUND_DEMO, replace(MEETING, branches=by_outcome)))


def test_a_stage_that_came_and_one_that_went_are_told() -> None:
    new = [*INBOUND_DEMO[:-1], stage("pause", "wait", done="lost")]
    found = between(INBOUND_DEMO, new)
    assert [(change.name, change.what) for change in found.stages] == [("pause", ADDED), ("lost", REMOVED)]


def test_a_setting_is_told_with_what_it_was_and_what_it_is() -> None:
    old = [StageSpec("offer", "offer", {"expires_after": "7d", "template": "x"})]
    new = [StageSpec("offer", "offer", {"expires_after": "2d", "tags": ["a"]})]
    assert between(old, new).stages[0].settings == {
        "expires_after": ("7d", "2d"), "template": ("x", None), "tags": (None, ["a"]),
    }  # fmt: skip


def test_another_kind_under_the_same_name_is_a_change() -> None:
    found = between([stage("a", "wait")], [stage("a", "decision")])
    assert found.stages[0].is_of_another_kind and found.stages[0].what == CHANGED


def test_another_target_and_another_condition_are_changes_of_the_same_branch() -> None:
    assert branches(attended(("won", SUCCESS), ("lost", ()))) == [(CHANGED, "handoff", "lost")]
    assert branches(attended(("won", OTHER), ("handoff", ()))) == [(CHANGED, "won", "won")]


def test_a_branch_that_came_or_went_leaves_its_neighbours_alone() -> None:
    assert branches(attended(("won", SUCCESS), ("triage", OTHER), ("handoff", ()))) == [
        (ADDED, None, "triage")
    ]
    assert branches(attended(("handoff", ()))) == [(REMOVED, "won", None)]


def test_another_order_of_a_fork_is_a_change() -> None:
    old = attended(("won", SUCCESS), ("triage", OTHER), ("handoff", ()))
    new = attended(("triage", OTHER), ("won", SUCCESS), ("handoff", ()))
    (change,) = between(old, new).stages
    assert [(each.old_place, each.new_place) for each in change.branches] == [(1, 0), (0, 1)]


def test_where_leads_enter_is_told() -> None:
    assert between(INBOUND_DEMO, INBOUND_DEMO[::-1]).first == ("qualification", "lost")


def test_what_publishing_froze_is_compared_by_name() -> None:
    frozen = (
        {"qualification": {"vip": "500 employees"}},
        {"qualification": {"vip": "900 employees", "edu": "x"}},
    )
    found = between(INBOUND_DEMO, INBOUND_DEMO, frozen)
    assert found.stages[0].frozen == {"vip": ("500 employees", "900 employees"), "edu": (None, "x")}
