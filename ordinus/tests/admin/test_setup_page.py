"""The set-up page ticks what the data say is done, and takes reps from a table, all or none."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bookings.models import Lead
from bookings.tests.organisation import NOW, Organisation
from ordinus.setup import reps
from ordinus.setup.progress import steps
from routing.models import MeetingType, Pool, Rep
from workflows.models import AuditEvent
from workflows.tests.admin.pages import Admin, viewer

PATH = "/admin/setup/"
TWO = (
    "Name,E-mail,Time zone,Hours,Pool,Weight\n"
    "Ana Silva,Ana@acme.example,Europe/Berlin,,sales,3\n"
    '"Roe, Sam",sam@acme.example,America/New_York,"mon-thu 09:00-12:30, 13:30-17:00; fri 22:00-02:00",,\n'
)


@pytest.fixture
def sales(db: None) -> Pool:
    kind = MeetingType.objects.create(slug="demo", name="Demo")
    return Pool.objects.create(slug="sales", name="Sales", meeting_type=kind)


def test_an_empty_installation_has_everything_to_do(ops: Admin, db: None) -> None:
    assert [step.is_done for step in steps()] == [False] * 5
    assert ops.get(PATH).count("radio_button_unchecked") == 5


def test_steps_are_ticked_by_the_data(ops: Admin, acme: Organisation) -> None:
    assert [step.is_done for step in steps()] == [True, True, True, True, False]
    acme.submit()
    assert all(step.is_done for step in steps())
    Lead.objects.update(is_synthetic=True)
    assert not steps()[4].is_done


def test_the_last_step_leads_to_the_booking_page(ops: Admin, acme: Organisation) -> None:
    assert 'href="/book/demo-request/"' in ops.get(PATH)


def test_a_table_is_shown_before_anything_is_written(ops: Admin, sales: Pool) -> None:
    page = ops.client.post(PATH, {"text": TWO}).content.decode()
    assert "This is what would be written" in page
    assert not Rep.objects.exists()


def test_confirmed_it_is_written_and_told(ops: Admin, sales: Pool) -> None:
    response = ops.client.post(PATH, {"text": TWO, "write": "yes"})
    assert response.status_code == 302
    ana, sam = Rep.objects.order_by("email")
    assert (ana.email, ana.hours.count(), ana.memberships.get().weight) == ("ana@acme.example", 5, 3)
    assert (sam.name, sam.time_zone) == ("Roe, Sam", "America/New_York")
    friday = sam.hours.get(weekday=4)
    assert (sam.hours.count(), friday.start_minute, friday.end_minute) == (9, 1320, 1560)
    assert AuditEvent.objects.filter(verb="config.changed", data__object=f"rep:{ana.pk}").exists()


def test_a_file_is_read_whatever_spreadsheet_wrote_it(ops: Admin, sales: Pool) -> None:
    text = "\ufeffname;email;time_zone\r\nJörg;jorg@acme.example;Europe/Berlin\r\n"
    for content in (text.encode(), text.lstrip("\ufeff").encode("cp1252")):
        upload = SimpleUploadedFile("reps.csv", content, "text/csv")
        page = ops.client.post(PATH, {"file": upload}).content.decode()
        assert "Jörg" in page


@pytest.mark.parametrize(
    "row, words",
    [
        ("Ana,ana.acme.example,Europe/Berlin,,,", "is no e-mail address"),
        ("Ana,a@acme.example,Berlin,,,", "is no time zone"),
        (",a@acme.example,UTC,,,", "the name is missing"),
        ("Ana,a@acme.example,UTC,nine to five,,", "are no hours"),
        ("Ana,a@acme.example,UTC,mon 25:00-26:00,,", "are no hours"),
        ("Ana,a@acme.example,UTC,,nowhere,", "there is no pool"),
        ("Ana,a@acme.example,UTC,,,many", "no whole number"),
        ("Ben,ok@acme.example,UTC,,,", "stands in the file twice"),
    ],
)
def test_one_bad_line_and_nothing_is_written(ops: Admin, sales: Pool, row: str, words: str) -> None:
    text = f"name,email,time_zone,hours,pool,weight\nOk,ok@acme.example,UTC,,,\n{row}\n"
    page = ops.client.post(PATH, {"text": text, "write": "yes"}).content.decode()
    assert words in page
    assert "Line 3" in page
    assert not Rep.objects.exists()


@pytest.mark.parametrize(
    "text, words",
    [("name,mail\nA,a@b.example\n", "missing: email, time_zone"), ("name,email,time_zone\n", "no line"),
     ("name,email,time_zone,shoe\nA,a@b.example,UTC,9\n", "Unknown columns: shoe")],
)  # fmt: skip
def test_columns_must_be_named(text: str, words: str, db: None) -> None:
    table = reps.read(text)
    assert not table.can_be_written
    assert words in " ".join(table.errors)


def test_a_known_rep_is_brought_up_to_date(acme: Organisation) -> None:
    rep = acme.reps[0]
    table = reps.read(f"name,email,time_zone\nAna Costa,{rep.email},Europe/Lisbon\n")
    assert reps.write(table, actor="staff:1", now=NOW) == (0, 1)
    rep.refresh_from_db()
    assert (rep.name, rep.time_zone) == ("Ana Costa", "Europe/Lisbon")


def test_it_is_for_superusers_only(db: None) -> None:
    looker: Any = Admin(viewer())
    assert looker.client.get(PATH).status_code == 403
