"""Databases of a benchmark's own, made before and dropped after it: SQLite always, PostgreSQL where one can be had."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from scripts import services

NAME = f"ordinus_bench_{os.getpid()}"


@contextmanager
def environments(*, with_sqlite: bool = True) -> Iterator[dict[str, dict[str, str]]]:
    """By what a database is called, the environment in which Ordinus works on it."""
    with tempfile.TemporaryDirectory(prefix="ordinus-bench-") as folder, services.postgres() as server:
        found = {}
        if with_sqlite:
            found["SQLite"] = _environment(f"sqlite:///{Path(folder) / 'bench.sqlite3'}", folder)
        if not server:
            print("PostgreSQL cannot be had here, so it is left out.")
            yield found
            return
        with _database(server) as url:
            yield found | {"PostgreSQL": _environment(url, folder)}


def _environment(url: str, folder: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ordinus.settings",
        "DATABASE_URL": url,
        "REDIS_URL": "",
        "ENV_FILE": "",
        "DEBUG": "off",
        "SECRET_KEY": "only-for-benchmarks-0123456789abcdefghijklmnopqrstuvwxyz",
        "BASE_URL": "http://localhost",
        "ALLOWED_HOSTS": "localhost,testserver",
        "ORDINUS_RATE_LIMITS": "off",
        "VAR": folder,
        "LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def _database(server: str) -> Iterator[str]:
    parts = urlsplit(server)
    admin = parts._replace(path="/postgres").geturl()
    _run(admin, "CREATE DATABASE {}")
    try:
        yield parts._replace(path=f"/{NAME}").geturl()
    finally:
        _run(admin, "DROP DATABASE {} WITH (FORCE)")


def _run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(NAME)))  # type: ignore[arg-type]
