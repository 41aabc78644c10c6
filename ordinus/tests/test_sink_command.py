"""`sink` tests a connection, moves look-ups, and names what is wrong."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from workflows.models import Sink
from workflows.sinks.base import SINK_KINDS, SinkAdapter
from workflows.tests.telling import a_sink

pytestmark = pytest.mark.django_db


class Answering(SinkAdapter):
    kind = "tests.Answering"
    title = "A CRM"
    can_look_up = True


@pytest.fixture
def crms(monkeypatch) -> None:
    monkeypatch.setitem(SINK_KINDS, Answering.kind, Answering)
    a_sink("old", kind=Answering.kind, look_up=True)
    a_sink("new", kind=Answering.kind)
    a_sink("hook", kind="webhook")


def sink(*arguments: str) -> str:
    said = StringIO()
    call_command("sink", *arguments, stdout=said)
    return said.getvalue().strip()


def test_look_ups_move_in_one_step(crms) -> None:
    assert sink("ask", "new") == "“new” answers from now on. “old” is no longer asked."
    assert list(Sink.objects.filter(look_up=True).values_list("slug", flat=True)) == ["new"]


def test_a_connection_is_tested(crms) -> None:
    assert sink("check", "new") == "Its settings are complete."


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["ask", "hook"], "cannot be asked about a lead"),
        (["ask", "nowhere"], "There is no sink “nowhere”. Sinks: hook, new, old."),
        (["check", "hook"], "“Address” is not set."),
        (["drift", "hook"], "The comparison ended early: “Address” is not set."),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(crms, arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError) as refusal:
        sink(*arguments)
    assert said in str(refusal.value)
    assert list(Sink.objects.filter(look_up=True).values_list("slug", flat=True)) == ["old"]
