"""Forms, texts and look-ups are edited in words."""

from __future__ import annotations

import pytest

from bookings.models import Enrichment, EnrichmentRow, MessageTemplate
from bookings.tests.organisation import Organisation
from workflows import secrets
from workflows.models import AuditEvent
from workflows.tests.admin.pages import Admin


def form_path(acme: Organisation) -> str:
    return f"/admin/bookings/bookingform/{acme.form.pk}/change/"


def question(acme: Organisation, name: str) -> str:
    """The prefix of a question's fields on the form's page."""
    names = list(acme.form.questions.order_by("position", "pk").values_list("name", flat=True))
    return f"questions-{names.index(name)}"


def test_choices_are_written_one_a_line(ops: Admin, acme: Organisation) -> None:
    ops.saved(form_path(acme), **{f"{question(acme, 'country')}-choices": "US\nNO\n\nNO"})
    assert acme.form.questions.get(name="country").choices == ["US", "NO"]


def test_a_form_sent_back_untouched_is_as_it_was(ops: Admin, acme: Organisation) -> None:
    before = list(acme.form.questions.values())
    ops.saved(form_path(acme))
    assert list(acme.form.questions.values()) == before
    assert not AuditEvent.objects.filter(verb="config.changed").exists()


@pytest.mark.parametrize(
    "name, changes, words",
    [
        ("country", {"choices": ""}, "at least one choice"),
        ("name", {"choices": "A"}, "Remove them"),
        ("employees", {"minimum": "5", "maximum": "2"}, "below the smallest"),
        ("email", {"is_required": None}, "known by it"),
        ("email", {"type": "text"}, "known by it"),
    ],
)
def test_what_could_not_work_is_refused(
    ops: Admin, acme: Organisation, name: str, changes: dict[str, str], words: str
) -> None:
    prefix = question(acme, name)
    response = ops.send(form_path(acme), **{f"{prefix}-{key}": value for key, value in changes.items()})
    assert response.status_code == 200
    assert words in response.content.decode()


def test_a_text_with_an_unknown_name_is_refused_with_the_place(ops: Admin, acme: Organisation) -> None:
    template = MessageTemplate.objects.get(slug="reminder")
    path = f"/admin/bookings/messagetemplate/{template.pk}/change/"
    response = ops.send(path, body="Hi {{ lead_name }}\n{{ leed_name }}")
    assert "Line 2" in response.content.decode()


def test_a_text_in_use_is_not_retired(ops: Admin, acme: Organisation) -> None:
    template = MessageTemplate.objects.get(slug="reminder")
    said = ops.press(f"/admin/bookings/messagetemplate/{template.pk}/retire/")
    assert "needed by the stage “Confirmation”" in said[0]
    template.refresh_from_db()
    assert template.retired_at is None


def test_a_table_of_companies_is_written_in_lines(ops: Admin, db: None) -> None:
    table = Enrichment.objects.create(slug="companies", kind="table", key="lead.email_domain")
    EnrichmentRow.objects.create(enrichment=table, key="acme.example", facts={"employees": 900})
    path = f"/admin/bookings/enrichment/{table.pk}/change/"
    ops.saved(path, **{"rows-0-facts": 'employees = 1000\ncode = "007"\nis_public = true'})
    assert table.rows.get().facts == {"employees": 1000, "code": "007", "is_public": True}


def test_a_token_is_sealed_and_kept_when_the_field_stays_empty(ops: Admin, db: None) -> None:
    source = Enrichment.objects.create(slug="web", kind="http", url="https://enrich.example/v1")
    path = f"/admin/bookings/enrichment/{source.pk}/change/"
    ops.saved(path, token="abc-token-abc")
    source.refresh_from_db()
    assert secrets.unseal(source.token) == "abc-token-abc"
    sealed = source.token
    assert sealed not in ops.get(path)
    ops.saved(path, timeout_ms="1s")
    source.refresh_from_db()
    assert (source.token, source.timeout_ms) == (sealed, 1000)


def test_nobody_waits_longer_than_four_seconds(ops: Admin, db: None) -> None:
    source = Enrichment.objects.create(slug="web", kind="http", url="https://enrich.example/v1")
    response = ops.send(f"/admin/bookings/enrichment/{source.pk}/change/", timeout_ms="9s")
    assert "Nobody waits longer" in response.content.decode()
