"""Tables are uploaded after a look at what would change; services and CRMs say what is taken from an answer."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bookings.models import Enrichment, EnrichmentRow
from workflows.models import AuditEvent
from workflows.tests.admin.pages import Admin, viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Enrichment:
    source = Enrichment.objects.create(slug="companies", kind="table", key="lead.email_domain")
    for key, employees in (("acme.example", 900), ("old.example", 1)):
        EnrichmentRow.objects.create(enrichment=source, key=key, facts={"employees": employees})
    return source


def page(table: Enrichment) -> str:
    return f"/admin/bookings/enrichment/{table.pk}/table/"


def rows() -> dict:
    return dict(EnrichmentRow.objects.values_list("key", "facts"))


def upload(ops: Admin, table: Enrichment, content: bytes, **more: str) -> str:
    file = SimpleUploadedFile("table.csv", content, content_type="text/csv")
    response = ops.client.post(page(table), {"file": file, "keep": "keep", **more})
    assert response.status_code == 200
    return response.content.decode()


def test_a_file_is_shown_before_it_is_written_and_then_written_whole(ops: Admin, table: Enrichment) -> None:
    before = rows()
    text = "\ufeffdomain;employees\nACME.example;901\nnew.example;7\n"
    shown = upload(ops, table, text.encode(), keep="remove")
    assert "1 new row, 1 row changed, 1 row removed" in shown
    assert rows() == before
    response = ops.client.post(page(table), {"text": text[1:], "keep": "remove", "write": "yes"})
    assert response.status_code == 302
    assert rows() == {"acme.example": {"employees": 901}, "new.example": {"employees": 7}}
    told = AuditEvent.objects.filter(verb="config.changed", data__object="enrichment:companies")
    assert {event.data["field"] for event in told} == {"rows_changed"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_the_encodings_that_spreadsheets_write(
    ops: Admin, table: Enrichment, encoding: str
) -> None:
    text = "domain;city\nnew.example;Málaga\nold.example;Ürzig\n"
    assert "1 new row, 1 row changed" in upload(ops, table, text.encode(encoding))
    upload_now = upload(ops, table, text.encode(encoding))
    assert "Málaga" in upload_now and "Ürzig" in upload_now


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00",
        b"\xff\xfed\x00o\x00m",
        "domain,city\nacme.example,Bonn\n".encode("utf-16-le"),
        "domain,city\nacme.example,Bonn\n".encode("utf-32"),
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"domain,city\nacme.example,\x81\n",
        b"domain,city\nacme.example,a\x07\n",
    ],
)
def test_a_file_that_is_no_text_says_so_and_what_to_do(ops: Admin, table: Enrichment, content: bytes) -> None:
    before = rows()
    shown = upload(ops, table, content, write="yes")
    assert "its encoding is wrong" in shown and "Save it as “CSV UTF-8”" in shown
    assert "one column only" not in shown and rows() == before


def test_rows_that_a_file_does_not_name_can_stay(ops: Admin, table: Enrichment) -> None:
    ops.client.post(page(table), {"text": "domain,employees\nnew.example,7", "keep": "keep", "write": "yes"})
    assert set(rows()) == {"acme.example", "old.example", "new.example"}


def test_a_file_with_a_mistake_changes_nothing_and_says_where(ops: Admin, table: Enrichment) -> None:
    before = rows()
    shown = upload(ops, table, b"domain,employees\nnew.example,7\n,8\n", write="yes")
    assert "Line 3" in shown and "Nothing was written" in shown
    assert rows() == before
    assert "Choose a file" in ops.client.post(page(table), {"keep": "keep"}).content.decode()


def test_who_may_only_look_may_not_upload(table: Enrichment) -> None:
    assert Admin(viewer()).client.get(page(table)).status_code == 403


def test_what_is_no_table_has_no_upload(ops: Admin) -> None:
    source = Enrichment.objects.create(slug="web", kind="http", url="https://x.example/")
    assert ops.client.get(page(source)).status_code == 404
