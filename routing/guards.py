"""What the database itself refuses: two meetings of one rep that overlap or come closer than their buffers.

The shell checks first, under the rep's lock; this stands behind it, whatever the shell forgets.
"""

from __future__ import annotations

TABLE = "routing_reservedspan"
NAME = "rep_meets_once_at_a_time"

POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"ALTER TABLE {TABLE} ADD CONSTRAINT {NAME} EXCLUDE USING gist"
    ' (rep_id WITH =, booking WITH <>, kind WITH <>, int8range(start, "end") WITH &&)',
]
POSTGRESQL_DROP = [f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {NAME}"]

_OVERLAP = (
    f"EXISTS (SELECT 1 FROM {TABLE} o WHERE o.rep_id = NEW.rep_id AND o.booking <> NEW.booking"
    ' AND o.kind <> NEW.kind AND o.start < NEW."end" AND o."end" > NEW.start)'
)
SQLITE = [
    f"CREATE TRIGGER {NAME}_{verb.lower()} BEFORE {verb} ON {TABLE} WHEN {_OVERLAP}"
    f" BEGIN SELECT RAISE(ABORT, '{NAME}'); END"
    for verb in ("INSERT", "UPDATE")
]
SQLITE_DROP = [f"DROP TRIGGER IF EXISTS {NAME}_{verb}" for verb in ("insert", "update")]


def create(connection) -> None:  # type: ignore[no-untyped-def]
    _run(connection, POSTGRESQL if connection.vendor == "postgresql" else SQLITE)


def drop(connection) -> None:  # type: ignore[no-untyped-def]
    _run(connection, POSTGRESQL_DROP if connection.vendor == "postgresql" else SQLITE_DROP)


def _run(connection, statements: list[str]) -> None:  # type: ignore[no-untyped-def]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
