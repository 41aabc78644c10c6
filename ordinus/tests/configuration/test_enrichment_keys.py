"""How an enrichment is asked is set in the admin and in a file alike."""

from __future__ import annotations

import pytest

from bookings.models import Enrichment
from ordinus.tests.configuration.files import applied, export, problems_in
from workflows.tests.admin.pages import Admin, superuser

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops() -> Admin:
    return Admin(superuser())


def test_a_service_is_set_up_with_its_mapping_in_the_admin_and_in_a_file(ops: Admin) -> None:
    source = Enrichment.objects.create(slug="web", kind="http", url="https://x.example/")
    path = f"/admin/bookings/enrichment/{source.pk}/change/"
    ops.saved(path, mapping="company.size = employees\ncompany.tags.0 = model", cache_minutes="1d")
    source.refresh_from_db()
    assert source.mapping == {"company.size": "employees", "company.tags.0": "model"}
    assert source.cache_minutes == 1440
    text = export()
    assert "cache: 1d" in text
    assert applied(text) == []
    for wrong in ("a..b = x", "company.size = Employees"):
        assert ops.send(path, mapping=wrong).status_code == 200


@pytest.mark.parametrize(
    "keys, said",
    [
        ("kind: crm, sink: nowhere, mapping: {size: employees}", "no sink 'nowhere'"),
        ("kind: crm, mapping: {size: employees}", "sink: is missing"),
        ("kind: http, url: 'https://x.example/', mapping: {a..b: x}", "is no path into an answer"),
        ("kind: http, url: 'https://x.example/', mapping: {a: 'B c'}", "is no name of a fact"),
        ("kind: table, key: form, cache: 1d", "has no meaning for the kind table"),
    ],
)
def test_what_a_file_says_wrongly_is_named(keys: str, said: str) -> None:
    text = f"ordinus: 1\nenrichments:\n  - {{slug: one, {keys}}}\n"
    assert said in "\n".join(map(str, problems_in(text)))
