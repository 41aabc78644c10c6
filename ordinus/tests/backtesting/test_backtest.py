from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, execute_from_command_line
from django.db import connection

from bookings.tests import organisation
from bookings.tests.backtesting.trying import draft_with, lower_the_bar

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme():
    acme = organisation.build()
    acme.submit(email="one@navy.example", employees=20)
    acme.submit(email="two@navy.example", employees=150)
    return acme


def backtest(*arguments: str) -> list[str]:
    said = StringIO()
    call_command("backtest", *arguments, stdout=said)
    return said.getvalue().splitlines()


def rows() -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")
            found[table] = cursor.fetchall()
    return found


def test_it_says_who_would_move_where_and_how_many(acme):
    lower_the_bar(100)
    said = backtest("inbound-demo")
    assert said[0] == "“inbound-demo”: the draft against the version each lead went by."
    moving = "everyone-else, general, routed -> enterprise, enterprise, routed"
    assert any(line.endswith(moving) and line.startswith("lead ") for line in said)
    assert f"       1  {moving}" in said
    assert "       2         1  everyone-else, general, routed" in said
    assert said[-1] == "2 leads: 1 would move, 1 would not."


def test_leads_of_a_file(acme, tmp_path: Path):
    lower_the_bar(100)
    path = tmp_path / "leads.csv"
    path.write_text("employees,email\n50,a@b.example\n300,c@d.example\n900,e@f.example\n")
    said = backtest("inbound-demo", "--csv", str(path))
    assert said[3] == "line 3: everyone-else, general, routed -> enterprise, enterprise, routed"
    assert said[-1] == "3 leads: 1 would move, 2 would not."


def test_no_row_of_any_table_differs_afterwards(acme, tmp_path: Path):
    lower_the_bar(100)
    path = tmp_path / "leads.csv"
    path.write_text("employees,email\n300,one@navy.example\n")
    before = rows()
    backtest("inbound-demo")
    backtest("inbound-demo", "--version", "1", "--since", "2026-01-01")
    backtest("inbound-demo", "--csv", str(path))
    assert rows() == before


def test_a_day_leaves_earlier_leads_out(acme):
    assert backtest("inbound-demo", "--since", "2026-03-02")[-1].startswith("2 leads")
    assert backtest("inbound-demo", "--since", "2026-03-03")[-1].startswith("0 leads")


def test_the_version_is_the_workflows_not_djangos(acme, capsys):
    execute_from_command_line(["manage.py", "backtest", "inbound-demo", "--version", "1"])
    assert "version 1 against" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments, error",
    [
        (["nothing"], "There is no workflow “nothing”. Workflows: inbound-demo."),
        (["inbound-demo", "--version", "9"], "has no version “9”. There are: 1."),
        (["inbound-demo", "--version", "new"], "has no version “new”"),
        (["inbound-demo", "--version", "9" * 30], "has no version"),
        (["inbound-demo", "--since", "monday"], "--since is a date such as 2026-09-01, not “monday”."),
        (["inbound-demo", "--since", "2026-01-01", "--csv", "x"], "--since is about recorded leads"),
        (["inbound-demo", "--csv", "/none/such.csv"], "/none/such.csv cannot be used:\n.*No such file"),
    ],
)
def test_what_cannot_be_tried_says_why(acme, arguments, error):
    with pytest.raises(CommandError, match=error):
        backtest(*arguments)


def test_every_wrong_line_of_a_file_is_named(acme, tmp_path: Path):
    path = tmp_path / "leads.csv"
    path.write_text("employees\n" + "many\n" * 25)
    with pytest.raises(CommandError, match=r"line 2: .*\n(.*\n)*.*line 21: .*\nand 5 more$"):
        backtest("inbound-demo", "--csv", str(path))


def test_a_draft_that_could_not_be_published_is_not_tried(acme):
    draft_with(acme.workflow, offer={"template": "gone"})
    with pytest.raises(CommandError, match=r"cannot be published as it is: .*there is no template “gone”"):
        backtest("inbound-demo")


def test_one_lead_is_told_as_one(acme, tmp_path: Path):
    lower_the_bar(100)
    path = tmp_path / "leads.csv"
    path.write_text("employees,email\n300,c@d.example\n")
    assert backtest("inbound-demo", "--csv", str(path))[-1] == "1 lead: 1 would move, 0 would not."
