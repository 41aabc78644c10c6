"""A broken file: every mistake is named, each with its path and a cure, and nothing is written."""

from __future__ import annotations

import pytest

from ordinus.tests.configuration.files import SMALL, applied, changed, export, problems_in
from workflows.models import AuditEvent

pytestmark = pytest.mark.django_db

BROKEN = """\
ordinus: 1
reps:
  - {email: ana@acme.example, name: Ana, time_zone: Europe/Berln}
meeting_types:
  - {slug: demo, name: Demo, duration: 32m}
pools:
  - {slug: sales, name: Sales, meeting_type: demo, fallback: success, members: [{rep: ana@acme.example, wieght: 3}]}
  - {slug: success, name: Success, meeting_type: demo, fallback: sales}
  - slug: general
    name: General
    meeting_type: demo
    members: [{rep: x@y.z}, {rep: ana@acme.example, weight: 0}]
segments:
  - {slug: big, name: Big, rank: 1, pool: sales, when: [[{fact: answers.employees, is: "=>", value: 5}]]}
  - {slug: big, name: Bigger, rank: 2, pool: sales}
templates:
  - {slug: confirmation, subject: Confirmed, body: "Hi {{ lead_nam }}"}
  - {slug: reminder, subject: Soon, body: See you soon}
workflows:
  - slug: inbound
    name: Inbound
    stages:
      - {name: routing, kind: routing, branches: {routed: offer, fallback: ofer, unroutable: lost}}
      - {name: offer, kind: offer, branches: {booked: confirmation, abandoned: lost}}
      - {name: confirmation, kind: confirmation, template: confirmation, reminders: [1d],
         reminder_template: reminder, branches: {confirmed: lost}}
      - {name: lost, kind: end}
forms:
  - {slug: demo, name: Demo, workflow: inbound, questions: [{name: E-Mail, label: E-mail, type: e-mail}]}
"""

PROBLEMS = [
    "reps[0].time_zone: no time zone 'Europe/Berln'; did you mean 'Europe/Berlin'?",
    "meeting_types[0].duration: '32m' does not fit; write multiples of 5 minutes, such as 30m",
    "pools[0].members[0].wieght: unknown key 'wieght'; did you mean 'weight'?",
    "pools[0].fallback: the fallbacks go round: sales -> success -> sales; let one of them have none",
    "pools[2].members[0].rep: no rep 'x@y.z'; add it under reps, or name another",
    "pools[2].members[1].weight: must be a whole number from 1 to 100, not 0",
    "segments[0].when[0][0].is: no operator '=>'; choose one of: "
    "==, !=, >, >=, <, <=, in, not_in, contains, starts_with, ends_with, matches, exists, missing",
    "segments[1].slug: duplicate slug 'big', also at segments[0]; give each segment its own, or remove one",
    "templates[0].body: line 1 of the text, column 4: There is no name “lead_nam”. Did you mean “lead_name”?",
    "workflows[0].stages[0].branches.fallback: The branch “fallback” of “routing” leads to “ofer”, and there is no "
    "such stage. Add a stage “ofer”, or choose another.",
    "workflows[0].stages[2]: The reminder “reminder” has no link to move the meeting. "
    "Put {{ reschedule_url }} into its text.",
    "forms[0].questions[0].name: 'E-Mail' is no question name; use small letters, digits and _, a letter first, "
    "64 at most",
    "forms[0].questions[0].type: no question type 'e-mail'; did you mean 'email'?",
]


def test_every_mistake_is_named_with_its_path_and_cure() -> None:
    assert sorted(problems_in(BROKEN)) == sorted(PROBLEMS)


def test_nothing_is_written() -> None:
    assert problems_in(BROKEN)
    assert export() == "ordinus: 1\n"
    assert not AuditEvent.objects.exists()


def test_one_mistake_keeps_everything_else_from_being_written() -> None:
    applied(SMALL)
    before = export()
    assert problems_in(changed(SMALL, "name: Sales,", "name: Sellers, catch_up: 0,"))
    assert export() == before
