"""A loop in which nothing waits is found; one that waits is how people are chased."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.core.graph import problems
from workflows.tests.core.graphs import INBOUND_DEMO, codes, fork, only_problem, replaced, stage

END = stage("end", "end")


def test_a_loop_with_a_wait_in_it_is_no_problem():
    chase = [stage("chase", "action", done="pause"), stage("pause", "wait", done=fork("chase", "end")), END]
    assert problems(chase) == []


def test_a_loop_that_never_waits_is_one_problem_that_shows_the_way_round():
    stages = [
        stage("a", "action", done="b"),
        stage("b", "decision", done=fork("c", "end")),
        stage("c", "action", done="a"),
        END,
    ]
    problem = only_problem(stages)
    assert (problem.stage, problem.code) == ("a", "loop")
    assert "“a” → “b” → “c” → “a”" in problem.text


def test_a_stage_that_leads_to_itself_is_a_loop():
    assert codes([stage("a", "decision", done=fork("a", "end")), END]) == [("a", "loop")]


def test_two_separate_loops_are_two_problems():
    stages = [
        stage("a", "decision", done=fork("a", "pause")),
        stage("pause", "wait", done="b"),
        stage("b", "decision", done=fork("b", "end")),
        END,
    ]
    assert codes(stages) == [("a", "loop"), ("b", "loop")]


def test_a_loop_further_on_is_laid_to_the_stages_in_it():
    stages = [
        stage("start", "action", done="a"),
        stage("a", "decision", done=fork("b", "end")),
        stage("b", "action", done="a"),
        END,
    ]
    assert codes(stages) == [("a", "loop")]


def test_a_no_show_stage_whose_offers_are_used_up_does_not_wait():
    again = stage("no-show", "no_show", rebook_requested="routing", expired=fork("no-show", "lost"))
    assert codes(replaced(INBOUND_DEMO, again)) == [("no-show", "loop")]


def walks_round(edges: dict[int, set[int]], waiting: set[int]) -> bool:
    """Whether the graph of the stages that do not wait has a cycle, by taking away what nothing leaves."""
    left = {node for node in edges if node not in waiting}
    while leaves := {node for node in left if not edges[node] & left}:
        left -= leaves
    return bool(left)


NODES = range(6)


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries({node: st.sets(st.sampled_from(NODES), max_size=3) for node in NODES}),
    st.sets(st.sampled_from(NODES)),
)
def test_a_loop_is_found_exactly_when_there_is_one(edges, waiting):
    stages = [
        stage(
            f"s{node}",
            "wait" if node in waiting else "decision",
            done=[(f"s{to}", ()) for to in sorted(ways)],
        )
        for node, ways in edges.items()
    ]
    found = any(problem.code == "loop" for problem in problems(stages))
    assert found == walks_round(edges, waiting)
