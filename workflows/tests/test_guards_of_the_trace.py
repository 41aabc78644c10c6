"""What the database itself refuses: changing, removing or replacing anything in the audit trail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, models, transaction

from workflows.models import Anchor, AnchoredHead, AuditEvent

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TRAIL = (AuditEvent, Anchor, AnchoredHead)


@pytest.fixture(autouse=True)
def trail() -> None:
    """One row in each table."""
    AuditEvent.objects.create(
        run=1, sequence=1, verb="lead.submitted", at=AT, actor="lead", previous="0" * 64, hash="a" * 64
    )
    anchor = Anchor.objects.create(number=1, at=AT, root="b" * 64, heads=1, previous="0" * 64, hash="c" * 64)
    AnchoredHead.objects.create(anchor=anchor, run=1, sequence=1, hash="a" * 64)
    connection.check_constraints()


def assert_refused(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("model", TRAIL)
def test_no_row_is_changed(model: type[models.Model]) -> None:
    assert_refused(f"UPDATE {model._meta.db_table} SET hash = 'd'")
    assert_refused(f"UPDATE {model._meta.db_table} SET id = id + 100")


@pytest.mark.parametrize("model", TRAIL)
def test_no_row_is_removed(model: type[models.Model]) -> None:
    assert_refused(f"DELETE FROM {model._meta.db_table}")
    assert model._default_manager.count() == 1


@pytest.mark.parametrize("model", TRAIL)
def test_no_row_is_put_in_place_of_another(model: type[models.Model]) -> None:
    """SQLite's REPLACE deletes without a delete trigger; PostgreSQL's upsert is an update."""
    table, key = model._meta.db_table, model._meta.pk.column
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    if connection.vendor == "sqlite":
        assert_refused(f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}")
        assert_refused(f"REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}")
        assert_refused(f"UPDATE OR REPLACE {table} SET hash = 'd'")
    upsert = f"ON CONFLICT ({key}) DO UPDATE SET hash = 'd'"
    assert_refused(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE true {upsert}")


@pytest.mark.parametrize("model", TRAIL)
def test_an_event_with_a_taken_number_is_refused_under_another_id(model: type[models.Model]) -> None:
    row = model._default_manager.get()
    row.pk += 100
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("model", TRAIL)
def test_no_table_is_emptied_at_once(model: type[models.Model]) -> None:
    table = model._meta.db_table
    assert_refused(
        f"TRUNCATE {table} CASCADE" if connection.vendor == "postgresql" else f"DELETE FROM {table}"
    )


def test_the_orm_finds_no_way_round() -> None:
    event = AuditEvent.objects.get()
    event.verb = "lead.erased"
    for change in (event.save, event.delete, lambda: AuditEvent.objects.update(verb="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert AuditEvent.objects.get().verb == "lead.submitted"


def test_further_events_are_welcome() -> None:
    AuditEvent.objects.create(
        run=1, sequence=2, verb="run.completed", at=AT, actor="system", previous="a" * 64, hash="d" * 64
    )
    assert AuditEvent.objects.count() == 2
