"""Leads are found by any part of a name or address; and lists begin with the newest without sorting all."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, migrations, models, transaction

PARTS = {"lead_by_part_of_address": "email", "lead_by_part_of_name": "name"}


def find_by_parts(apps: Any, schema_editor: Any) -> None:
    """On PostgreSQL, where the server has pg_trgm and lets us use it. Elsewhere the same search reads all leads."""
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            for name, column in PARTS.items():
                # in the form in which the ORM asks
                schema_editor.execute(
                    f'CREATE INDEX {name} ON bookings_lead USING gin (upper("{column}"::text) gin_trgm_ops)'
                )
    except DatabaseError:
        return


def no_longer(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name in PARTS:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("bookings", "0010_reconfirmation")]

    operations = [
        migrations.RunPython(find_by_parts, no_longer),
        migrations.AddIndex(
            "booking", models.Index(fields=["start_at"], name="booking_by_start")
        ),
        migrations.AddIndex(
            "message", models.Index(fields=["to_address"], name="message_by_address")
        ),
    ]
