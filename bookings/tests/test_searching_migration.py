"""The index that finds parts of addresses is made where the server lets us, and its absence stops no upgrade."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

migration = import_module("bookings.migrations.0011_searching_leads")


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'bookings_lead'")
        return {name for (name,) in cursor.fetchall()} & set(migration.PARTS)


@pytest.mark.django_db
@pytest.mark.skipif("sqlite" in connection.vendor, reason="an extension of PostgreSQL")
def test_who_may_make_no_extension_upgrades_without_it() -> None:
    with connection.schema_editor(atomic=False) as editor, connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        assert indexes() == set()
        cursor.execute("CREATE ROLE may_do_nothing")
        cursor.execute("SET LOCAL ROLE may_do_nothing")
        migration.find_by_parts(None, editor)
        cursor.execute("RESET ROLE")
        assert indexes() == set()
        migration.find_by_parts(None, editor)
        assert indexes() == set(migration.PARTS)
