"""Small configuration files, and what comes of applying them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from ordinus.configuration.applying import apply
from ordinus.configuration.exporting import export
from ordinus.configuration.problems import InvalidFile

CONTRACT = Path(__file__).with_name("contract.yaml")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

SMALL = """\
ordinus: 1
reps:
  - {email: ana@acme.example, name: Ana, time_zone: Europe/Berlin, hours: {mon: ["09:00-17:00"]}}
  - {email: bo@acme.example, name: Bo}
meeting_types:
  - {slug: demo, name: Demo, duration: 30m}
pools:
  - {slug: sales, name: Sales, meeting_type: demo, members: [{rep: ana@acme.example}, {rep: bo@acme.example}]}
segments:
  - {slug: everyone, name: Everyone, rank: 99, pool: sales}
templates:
  - {slug: confirmation, subject: "Confirmed: {{ meeting }}", body: "Hi {{ lead_name }}"}
  - {slug: reminder, subject: "{{ meeting }}", body: "Move it: {{ reschedule_url }}"}
workflows:
  - slug: inbound
    name: Inbound
    stages:
      - {name: qualification, kind: qualification, segments: [everyone],
         branches: {qualified: routing, disqualified: lost}}
      - {name: routing, kind: routing, branches: {routed: offer, fallback: offer, unroutable: lost}}
      - {name: offer, kind: offer, expires_after: 7d, branches: {booked: confirmation, abandoned: lost}}
      - {name: confirmation, kind: confirmation, template: confirmation, reminders: [1d],
         reminder_template: reminder, branches: {confirmed: meeting}}
      - {name: meeting, kind: meeting, no_show_after: 30m, branches: {
           attended: lost, no_show: lost, reschedule_requested: routing, cancelled: lost}}
      - {name: lost, kind: end}
forms:
  - slug: demo-request
    name: Request a demo
    workflow: inbound
    questions: [{name: email, label: E-mail, type: email, required: true}]
"""


def applied(text: str, *, prune: bool = False, plan: bool = False, at: datetime = NOW) -> list[str]:
    """The lines of the plan that was carried out."""
    return [str(change) for change in apply(text, now=at, prune=prune, plan=plan)]


def problems_in(text: str, *, prune: bool = False) -> list[str]:
    """What is wrong with a file, without the lines; an empty list if it can be applied."""
    try:
        apply(text, now=NOW, prune=prune, plan=True)
    except InvalidFile as error:
        return [f"{problem.path}: {problem.text}" for problem in error.problems]
    return []


def changed(text: str, old: str, new: str) -> str:
    """The text with one place replaced; it must be there exactly once."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the file"
    return text.replace(old, new)


@contextmanager
def a_database_of_its_own() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


__all__ = ["CONTRACT", "NOW", "SMALL", "a_database_of_its_own", "applied", "changed", "export", "problems_in"]
