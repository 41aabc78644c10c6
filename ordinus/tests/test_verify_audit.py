"""`verify_audit`: says that the trail holds, or where it breaks first, and exits accordingly."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from workflows import guards
from workflows.anchoring import anchor
from workflows.models import Anchor, AuditEvent, Run
from workflows.tests.telling import NOW, a_run, tell

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def two_runs():
    runs = [a_run(lead=lead) for lead in (1, 2)]
    for run in runs:
        for visit in (1, 2, 3):
            tell(run, data={"visit": visit})
    anchor(NOW)
    return [run.pk for run in runs]


def tamper(run: int, sequence: int) -> None:
    guards.drop(connection)
    AuditEvent.objects.filter(run=run, sequence=sequence).update(actor="rep:1")
    guards.create(connection)


def test_a_trail_that_holds_is_said_to_hold(two_runs):
    out = StringIO()
    call_command("verify_audit", stdout=out)
    seal = Anchor.objects.get().hash
    assert out.getvalue() == (
        f"The audit trail holds: 6 events in 2 chains, 1 anchor.\nAnchor 1 seals all before it: {seal}\n"
    )


def test_the_first_broken_run_and_sequence_are_named_and_the_exit_code_is_1(two_runs):
    tamper(two_runs[1], 2), tamper(two_runs[0], 3)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", stdout=out)
    assert ended.value.code == 1
    assert out.getvalue().splitlines() == [
        f"BROKEN: Run {two_runs[0]}, sequence 3: event 3 was changed after it was written.",
        f"Also broken: Run {two_runs[1]}, sequence 2: event 2 was changed after it was written.",
        "6 events in 2 chains, 1 anchor checked.",
    ]


def test_an_empty_trail_holds():
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "0 events in 0 chains, 0 anchors" in out.getvalue()


def test_a_terminal_sees_how_far_it_is(two_runs):
    bar = Terminal()
    call_command("verify_audit", stdout=StringIO(), stderr=bar)
    assert bar.getvalue().endswith("] 6 of 6 events\n")


def test_a_pipe_sees_no_bar(two_runs):
    bar = StringIO()
    call_command("verify_audit", stdout=StringIO(), stderr=bar)
    assert bar.getvalue() == ""


def test_anchors_noted_in_a_file_are_held_against_the_trail(two_runs, tmp_path, capsys):
    path = tmp_path / "anchors.jsonl"
    call_command("export_anchors", output=str(path))
    tell(Run.objects.get(pk=two_runs[0]))
    anchor(NOW)
    call_command("export_anchors", output=str(path))
    assert len(path.read_text().splitlines()) == 2
    assert "1 anchor added" in capsys.readouterr().out
    call_command("verify_audit", anchors=str(path))
    assert "2 noted anchors held against it" in capsys.readouterr().out
    path.write_text(path.read_text().replace(Anchor.objects.get(number=1).hash, "0" * 64, 1))
    with pytest.raises(SystemExit):
        call_command("verify_audit", anchors=str(path))
    assert "BROKEN: Anchor 1: it is not the one that was noted outside" in capsys.readouterr().out


def test_a_file_that_holds_no_anchors_is_refused_with_a_sentence(two_runs, tmp_path):
    path = tmp_path / "shopping.txt"
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("verify_audit", anchors=str(path))
    path.write_text("bread and butter")
    for command, option in (("verify_audit", "anchors"), ("export_anchors", "output")):
        with pytest.raises(CommandError, match="line 1 is no anchor"):
            call_command(command, **{option: str(path)})
    assert path.read_text() == "bread and butter"
