"""What makes a workflow unfit to be published is found, named, and comes with its cure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workflows.core.conditions import Condition
from workflows.core.graph import BranchSpec, problems
from workflows.tests.core.graphs import INBOUND_DEMO, SUCCESS, codes, fork, only_problem, replaced, stage

END = stage("end", "end")


def test_a_whole_workflow_has_no_problems():
    assert problems(INBOUND_DEMO) == []


def test_a_workflow_without_stages_is_a_problem():
    assert codes([]) == [(None, "no_stages")]


def test_two_stages_of_one_name_are_a_problem():
    assert codes([stage("a", "action", done="end"), END, END]) == [("end", "duplicate_stage")]


def test_an_outcome_without_a_branch_is_a_problem():
    problem = only_problem(replaced(INBOUND_DEMO, stage("offer", "offer", abandoned="chase")))
    assert (problem.stage, problem.code, problem.outcome) == ("offer", "missing_branch", "booked")
    assert "“booked”" in problem.text


def test_an_outcome_that_may_be_left_out_is_no_problem_with_and_without_a_branch():
    meeting = next(each for each in INBOUND_DEMO if each.name == "meeting")
    branched = replace(meeting, branches=(*meeting.branches, BranchSpec("host_no_show", "routing")))
    assert problems(replaced(INBOUND_DEMO, branched)) == []


def test_a_branch_for_an_outcome_that_the_stage_has_not_is_a_problem():
    problem = only_problem(replaced(INBOUND_DEMO, stage("chase", "action", done="last-offer", failed="lost")))
    assert (problem.stage, problem.code, problem.outcome) == ("chase", "unknown_outcome", "failed")
    assert "“done”" in problem.cure


def test_a_branch_to_a_stage_that_does_not_exist_is_a_problem():
    problem = only_problem([stage("first", "decision", done=fork("nowhere", "end")), END])
    assert (problem.stage, problem.code, problem.outcome) == ("first", "dangling", "done")


def test_a_stage_that_nothing_leads_to_is_a_problem():
    assert codes([*INBOUND_DEMO, stage("island", "action", done="lost")]) == [("island", "unreachable")]


def test_stages_that_only_lead_to_each_other_are_each_a_problem():
    island = [stage("a", "action", done="b"), stage("b", "wait", done="lost")]
    assert codes([*INBOUND_DEMO, *island]) == [("a", "unreachable"), ("b", "unreachable")]


def test_an_end_with_branches_is_a_problem():
    assert codes(replaced(INBOUND_DEMO, stage("won", "end", done="lost"))) == [("won", "end_with_branches")]


def test_a_fork_whose_last_branch_has_conditions_is_a_problem():
    forked = [stage("decide", "decision", done=[("end", SUCCESS)]), END]
    assert codes(forked) == [("decide", "no_default")]


@pytest.mark.parametrize("always", [(), ((),), (*SUCCESS, ())])
def test_a_branch_behind_one_that_is_always_taken_is_a_problem(always):
    forked = [stage("decide", "decision", done=[("end", always), ("end", SUCCESS), ("end", ())]), END]
    assert codes(forked) == [("decide", "never_taken")]


def test_a_condition_that_makes_no_sense_is_a_problem():
    broken = fork("end", "end", ((Condition("pool", "resembles", "x"),),))
    problem = only_problem([stage("decide", "decision", done=broken), END])
    assert (problem.stage, problem.code, problem.outcome) == ("decide", "condition", "done")
    assert "resembles" in problem.text


def test_a_fact_that_does_not_exist_is_a_problem():
    unknown = fork("end", "end", ((Condition("weather", "==", "fine"),),))
    problem = only_problem([stage("decide", "decision", done=unknown), END])
    assert (problem.code, problem.outcome) == ("unknown_fact", "done")


def test_which_facts_there_are_can_be_told():
    stages = [stage("decide", "decision", done=fork("end", "end")), END]
    assert [problem.code for problem in problems(stages, lambda name: name != "pool")] == ["unknown_fact"]


def test_a_stage_from_which_no_end_can_be_reached_is_a_problem():
    rounds = [stage("start", "decision", done=fork("wait", "end")), stage("wait", "wait", done="wait"), END]
    assert codes(rounds) == [("wait", "dead_end")]


def test_every_problem_says_what_is_wrong_and_what_cures_it():
    broken = [
        stage("a", "decision", done=[("b", ()), ("nowhere", SUCCESS)], odd="a"),
        stage("b", "action"),
        stage("c", "end", done="b"),
        stage("c", "end"),
    ]
    for problem in problems(broken):
        assert problem.text.endswith("."), problem
        assert problem.cure.endswith("."), problem
