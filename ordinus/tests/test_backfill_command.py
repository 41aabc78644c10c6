"""`backfill` collects the past for a sink, says how far it is, and names what is wrong."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from workflows.tests.telling import a_run, a_sink, tell

pytestmark = pytest.mark.django_db


def backfill(*arguments: str) -> str:
    said = StringIO()
    call_command("backfill", *arguments, stdout=said)
    return said.getvalue().strip()


def test_it_collects_delivers_by_tick_and_tells_nothing_twice(tmp_path) -> None:
    tell(a_run()), tell(a_run(lead=8))
    a_sink("file", kind="file", config={"path": str(tmp_path / "facts")})
    assert backfill("file", "--per-minute", "60000").endswith("0 delivered, 2 waiting, 0 given up")
    call_command("tick", "--at", "2030-01-01T00:00:00Z", stdout=StringIO())
    status = "2 of 2 facts collected, 0 told before; 2 delivered, 0 waiting, 0 given up"
    assert backfill("file", "--status") == status
    assert backfill("file").startswith("2 of 2 facts collected, 2 told before; 0 delivered")
    assert len((tmp_path / "facts").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["nowhere"], "There is no sink “nowhere”. Sinks: file."),
        (["file", "--since", "yesterday"], "“yesterday” is no day"),
        (["file", "--per-minute", "0"], "At least one"),
    ],
)
def test_what_is_wrong_is_named(arguments: list[str], said: str) -> None:
    a_sink("file", kind="file")
    with pytest.raises(CommandError, match=said):
        backfill(*arguments)


def test_without_one_the_status_says_so() -> None:
    a_sink("file", kind="file")
    assert backfill("file", "--status") == "No backfill of this sink has been started."
