"""What every test may use, in any app."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import expect

from workflows import guards

# Live servers run beside Playwright's event loop.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Tests make much and leave no cycles worth looking for as often as Python does: a tenth of the whole run.
gc.set_threshold(100_000, 50, 50)

# On busy cores any deadline is a matter of luck; and what fails in CI must fail again on a desk.
hypothesis_settings.register_profile(
    "ordinus", deadline=None, max_examples=60, derandomize="CI" in os.environ
)
hypothesis_settings.load_profile("ordinus")

# What a page shall show may come late on busy cores, too.
expect.set_options(timeout=30_000)

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """The browser that `make test` found, or one in the path."""
    return os.environ.get("ORDINUS_TEST_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)


DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser its tests are left out; `make test` says so, and fails in CI.

    On a second database those are left out too that touch none: they would say the same again.
    """
    left_out = [item for item in items if item.get_closest_marker("browser") and not find_browser()]
    if os.environ.get("ORDINUS_TEST_SECOND_DATABASE"):
        left_out += [item for item in items if not touches_a_database(item)]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def touches_a_database(item: pytest.Item) -> bool:
    """Whether the test, or a process that it starts, works on the database."""
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("services")
    return bool(marked or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Playwright drives the system's browser, not a download of its own."""
    return {"executable_path": find_browser(), "args": ["--no-sandbox"]}


@pytest.fixture(scope="session", autouse=True)
def guards_lifted_for_flushing() -> Iterator[None]:
    """A test that commits is followed by a flush; only for it the guards of append-only tables are lifted."""
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def flush_unguarded(case: TransactionTestCase) -> None:
        guards.drop(connection)
        try:
            flush(case)
        finally:
            guards.create(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_unguarded)
        yield


@pytest.fixture(scope="session", autouse=True)
def empty_broker() -> Iterator[None]:
    """What a run said into its broker goes with it."""
    yield
    shutil.rmtree(django_settings.TEST_DIR, ignore_errors=True)
    if django_settings.REDIS_URL:
        with redis.Redis.from_url(django_settings.REDIS_URL) as client:
            for key in client.scan_iter(f"{django_settings.TEST_RUN}*"):
                client.delete(key)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Whatever one test counted or remembered is gone for the next."""
    yield
    cache.clear()


@pytest.fixture
def process_environment(transactional_db: None) -> dict[str, str]:
    """The environment of a process that a test starts: it works on this test's database and broker."""
    return dict(os.environ) | {"DATABASE_URL": _database_url()}


def _database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    login = ":".join(filter(None, (database["USER"], database["PASSWORD"])))
    return f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
