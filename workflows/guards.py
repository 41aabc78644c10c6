"""What the database itself refuses: changing the trace, and changing a published version.

Application code cannot forget these rules, and no error in it can get round them. SQLite needs a trigger
before INSERT as well, because `INSERT OR REPLACE` deletes without firing a delete trigger; PostgreSQL needs
one for TRUNCATE, which fires no row trigger.
"""

from __future__ import annotations

from dataclasses import dataclass

APPEND_ONLY = {
    # table: the columns that identify a row
    "workflows_auditevent": (("id",), ("run", "sequence")),
    "workflows_anchor": (("id",), ("number",)),
    "workflows_anchoredhead": (("id",), ("anchor_id", "run")),
}

VERSION_TABLE = "workflows_workflowversion"
NO_TRUNCATE = "workflows_published_no_truncate"
VERSION_OF = {
    # table: how a row's version is found, given the row's alias
    "workflows_stage": "{row}.version_id",
    "workflows_branch": "(SELECT version_id FROM workflows_stage WHERE id = {row}.stage_id)",
    "workflows_branchcondition": (
        "(SELECT s.version_id FROM workflows_stage s JOIN workflows_branch b ON b.stage_id = s.id"
        " WHERE b.id = {row}.branch_id)"
    ),
}


@dataclass(frozen=True)
class Guard:
    create: str
    drop: str


def _sqlite_append_only(table: str, keys: tuple[tuple[str, ...], ...]) -> list[Guard]:
    taken = " OR ".join(
        "EXISTS (SELECT 1 FROM {} WHERE {})".format(
            table, " AND ".join(f"{column} = NEW.{column}" for column in key)
        )
        for key in keys
    )
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only');"
    triggers = {
        "update": f"BEFORE UPDATE ON {table} BEGIN {refuse} END",
        "delete": f"BEFORE DELETE ON {table} BEGIN {refuse} END",
        "replace": f"BEFORE INSERT ON {table} WHEN {taken} BEGIN {refuse} END",
    }
    return [
        Guard(f"CREATE TRIGGER {table}_{name} {body}", f"DROP TRIGGER IF EXISTS {table}_{name}")
        for name, body in triggers.items()
    ]


def _sqlite_published() -> list[Guard]:
    refuse = "SELECT RAISE(ABORT, 'a published version cannot be changed');"
    published = f"EXISTS (SELECT 1 FROM {VERSION_TABLE} v WHERE v.id = {{version}} AND v.state = 'published')"
    guards = []
    for table, version in VERSION_OF.items():
        for verb, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            when = " OR ".join(published.format(version=version.format(row=row)) for row in rows)
            name = f"{table}_published_{verb.lower()}"
            guards.append(
                Guard(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when} BEGIN {refuse} END",
                    f"DROP TRIGGER IF EXISTS {name}",
                )
            )
    for verb in ("UPDATE", "DELETE"):
        name = f"{VERSION_TABLE}_published_{verb.lower()}"
        guards.append(
            Guard(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {VERSION_TABLE}"
                f" WHEN OLD.state = 'published' BEGIN {refuse} END",
                f"DROP TRIGGER IF EXISTS {name}",
            )
        )
    name = f"{VERSION_TABLE}_published_replace"
    guards.append(
        Guard(
            f"CREATE TRIGGER {name} BEFORE INSERT ON {VERSION_TABLE} WHEN EXISTS (SELECT 1 FROM"
            f" {VERSION_TABLE} v WHERE v.state = 'published' AND (v.id = NEW.id OR"
            f" (v.workflow_id = NEW.workflow_id AND v.number = NEW.number))) BEGIN {refuse} END",
            f"DROP TRIGGER IF EXISTS {name}",
        )
    )
    return guards


def _postgresql_append_only(table: str) -> list[Guard]:
    function = f"{table}_append_only"
    return [
        Guard(
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'; END $$",
            f"DROP FUNCTION IF EXISTS {function}() CASCADE",
        ),
        Guard(
            f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {function}()",
            f"DROP TRIGGER IF EXISTS {table}_rows ON {table}",
        ),
        Guard(
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
            f"DROP TRIGGER IF EXISTS {table}_truncate ON {table}",
        ),
    ]


def _postgresql_published() -> list[Guard]:
    refuse = "RAISE EXCEPTION 'a published version cannot be changed' USING ERRCODE = 'restrict_violation';"
    published = f"EXISTS (SELECT 1 FROM {VERSION_TABLE} v WHERE v.id = {{version}} AND v.state = 'published')"
    guards = [
        Guard(
            f"CREATE OR REPLACE FUNCTION {NO_TRUNCATE}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN {refuse} END $$",
            f"DROP FUNCTION IF EXISTS {NO_TRUNCATE}() CASCADE",
        )
    ]
    for table, version in VERSION_OF.items():
        checks = "".join(
            f" IF TG_OP <> '{other}' AND {published.format(version=version.format(row=row))}"
            f" THEN {refuse} END IF;"
            for row, other in (("OLD", "INSERT"), ("NEW", "DELETE"))
        )
        guards += _postgresql_row_guard(table, checks, "INSERT OR UPDATE OR DELETE")
        guards.append(_postgresql_truncate_guard(table))
    guards += _postgresql_row_guard(
        VERSION_TABLE, f" IF OLD.state = 'published' THEN {refuse} END IF;", "UPDATE OR DELETE"
    )
    guards.append(_postgresql_truncate_guard(VERSION_TABLE))
    return guards


def _postgresql_row_guard(table: str, checks: str, verbs: str) -> list[Guard]:
    function = f"{table}_published"
    return [
        Guard(
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN{checks}"
            f" IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
            f"DROP FUNCTION IF EXISTS {function}() CASCADE",
        ),
        Guard(
            f"CREATE TRIGGER {table}_published_rows BEFORE {verbs} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {function}()",
            f"DROP TRIGGER IF EXISTS {table}_published_rows ON {table}",
        ),
    ]


def _postgresql_truncate_guard(table: str) -> Guard:
    return Guard(
        f"CREATE TRIGGER {table}_published_truncate BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {NO_TRUNCATE}()",
        f"DROP TRIGGER IF EXISTS {table}_published_truncate ON {table}",
    )


def guards(vendor: str) -> list[Guard]:
    """The guards of a database engine (`sqlite` or `postgresql`), in the order of their creation."""
    if vendor == "postgresql":
        append_only = [guard for table in APPEND_ONLY for guard in _postgresql_append_only(table)]
        return append_only + _postgresql_published()
    append_only = [guard for table, keys in APPEND_ONLY.items() for guard in _sqlite_append_only(table, keys)]
    return append_only + _sqlite_published()


def create(connection) -> None:  # type: ignore[no-untyped-def]
    with connection.cursor() as cursor:
        for guard in guards(connection.vendor):
            cursor.execute(guard.create)


def drop(connection) -> None:  # type: ignore[no-untyped-def]
    with connection.cursor() as cursor:
        for guard in reversed(guards(connection.vendor)):
            cursor.execute(guard.drop)
