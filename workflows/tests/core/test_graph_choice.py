"""The first branch of an outcome whose conditions hold is taken."""

from __future__ import annotations

from workflows.core.conditions import Condition
from workflows.core.graph import choose
from workflows.tests.core.graphs import fork, stage

BIG = ((Condition("answers.employees", ">=", 500),),)


def test_an_outcome_with_one_branch_takes_it():
    assert (
        choose(stage("offer", "offer", booked="confirmation", abandoned="lost"), "booked", {}).to
        == "confirmation"
    )


def test_a_fork_takes_the_first_branch_whose_conditions_hold():
    forked = stage("decide", "decision", done=[("huge", BIG), ("big", BIG), ("small", ())])
    assert choose(forked, "done", {"answers.employees": 900}).to == "huge"


def test_a_fork_takes_its_last_branch_when_no_condition_holds():
    forked = stage("decide", "decision", done=fork("big", "small", BIG))
    assert choose(forked, "done", {"answers.employees": 5}).to == "small"
    assert choose(forked, "done", {}).to == "small"


def test_conditions_of_another_outcome_play_no_part():
    meeting = stage("meeting", "meeting", attended=fork("won", "handoff", BIG), no_show="no-show")
    assert choose(meeting, "no_show", {"answers.employees": 900}).to == "no-show"


def test_an_outcome_without_a_branch_leads_nowhere():
    assert choose(stage("meeting", "meeting", attended="won"), "host_no_show", {}) is None


def test_a_fork_without_a_default_may_lead_nowhere():
    assert choose(stage("decide", "decision", done=[("big", BIG)]), "done", {}) is None
