"""A loop in which no time goes by is not published, and one that was published long ago ends in a visible fault."""

from __future__ import annotations

from typing import Any

import pytest

from bookings.tests import organisation
from bookings.tests.organisation import NOW, STAGES, Organisation
from workflows import publishing, rounds
from workflows.advising import advice_on
from workflows.models import AuditEvent, Run, Timer
from workflows.publishing import NotPublishable, problems_of, specs
from workflows.sweeping import sweep

pytestmark = pytest.mark.django_db

END = {"name": "end", "kind": "end"}
FORK = [{"when": [[{"fact": "form", "is": "==", "value": "another"}]], "to": "end"}, {"to": "pause"}]


def pause(length: str, to: Any = "look", name: str = "pause") -> dict[str, Any]:
    return {"name": name, "kind": "wait", "for": length, "branches": {"done": to}}


def round_and_round(length: str) -> list[dict[str, Any]]:
    look = {"name": "look", "kind": "decision", "branches": {"done": "again"}}
    return [pause(length), look, pause(length, FORK, "again"), END]


def changed(name: str, **settings: Any) -> list[dict[str, Any]]:
    """The example workflow with these settings of one stage, some branches led elsewhere."""
    branches = settings.pop("branches", {})
    return [
        {**stage, **settings, "branches": {**stage["branches"], **branches}}
        if stage["name"] == name
        else stage
        for stage in STAGES
    ]


def loops(stages: list[dict[str, Any]]) -> list[tuple[str | None, str, str]]:
    return [(each.stage, each.text, each.cure) for each in problems_of(specs(stages)) if each.code == "loop"]


@pytest.fixture
def acme() -> Organisation:
    return organisation.build()


@pytest.mark.parametrize("nothing", ["0m", "0h", "0d", "0w"])
def test_waits_of_no_length_do_not_wait(acme, nothing):
    ((stage, text, cure),) = loops(round_and_round(nothing))
    assert stage == "pause" and "“pause” → “look” → “again” → “pause”" in text
    assert cure.endswith("“pause” and “again” may be left with no time gone by.")


def test_a_loop_with_one_wait_that_lasts_may_be_published(acme):
    assert loops(round_and_round("1m")) == []


def test_a_wait_of_no_length_that_leads_on_may_be_published(acme):
    stages = specs([pause("0m", "end"), END])
    assert problems_of(stages) == []
    (advice,) = advice_on(acme.workflow, stages)
    assert (advice.stage, advice.code) == ("pause", "no_time") and "at once" in advice.text


@pytest.mark.parametrize(
    ("stages", "stage"),
    [
        (changed("offer", expires_after="0m", branches={"abandoned": "offer"}), "offer"),
        (changed("no-show", max_offers=None, expires_after="0m", branches={"expired": "no-show"}), "no-show"),
        (changed("handoff", expires_after="0h", branches={"unmarked": "handoff"}), "handoff"),
        (changed("meeting", branches={"no_show": "meeting"}), "meeting"),
        (changed("meeting", branches={"attended": "confirmation"}), "confirmation"),
    ],
)  # fmt: skip
def test_whatever_comes_by_itself_and_at_once_does_not_wait(acme, stages, stage):
    assert [found[0] for found in loops(stages)] == [stage]


def test_the_example_waits(acme):
    assert loops(STAGES) == []


@pytest.mark.parametrize(
    ("stages", "setting"),
    [(changed("handoff", remind_rep_after="0m"), "remind_rep_after"),
     (changed("confirmation", reminders=["1d", "0h"]), "reminders")],
)  # fmt: skip
def test_what_would_come_twice_at_once_or_never_is_refused_where_it_is_set(acme, stages, setting):
    (problem,) = problems_of(specs(stages))
    assert f"“{setting}”" in problem.text and "is no time at all" in problem.text


def test_it_is_not_published(acme):
    with pytest.raises(NotPublishable, match="for ever without waiting"):
        organisation.published(round_and_round("0m"), now=NOW)


@pytest.fixture
def endless(acme, monkeypatch) -> Run:
    """A run in a version that was published when such a loop was not refused yet."""
    monkeypatch.setattr(publishing, "problems_of", lambda stages: [])
    organisation.published(round_and_round("0m"), now=NOW)
    acme.form.workflow.refresh_from_db()
    return Run.objects.get(pk=acme.submit().enquiry.run_id)


def test_a_sweep_ends_and_the_run_is_stopped_where_somebody_sees_it(endless):
    sweep(NOW, NOW)
    endless.refresh_from_db()
    assert endless.state == Run.State.FAILED
    event = AuditEvent.objects.get(run=endless.pk, verb="run.failed")
    assert event.data == {"timer": "over", "code": "never_waits"}
    assert Timer.objects.filter(run=endless, state="fired").count() == rounds.MOST_STAYS_UNWAITED
    events = AuditEvent.objects.count()
    assert not sweep(NOW, NOW)["timers"] and AuditEvent.objects.count() == events


def test_a_run_that_does_wait_goes_on_as_long_as_it_likes(acme, monkeypatch):
    monkeypatch.setattr(rounds, "MOST_STAYS_UNWAITED", 3)
    stages = [pause("0m"), {"name": "look", "kind": "decision", "branches": {"done": "again"}},
              pause("1h", FORK, "again"), END]  # fmt: skip
    organisation.published(stages, now=NOW)
    acme.form.workflow.refresh_from_db()
    run = Run.objects.get(pk=acme.submit().enquiry.run_id)
    for hour in range(8):
        at = NOW + organisation.timedelta(hours=hour)
        sweep(at, at)
    run.refresh_from_db()
    assert run.state == Run.State.ACTIVE and run.visit > 2 * 7
