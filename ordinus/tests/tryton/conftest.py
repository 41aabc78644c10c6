from __future__ import annotations

from collections.abc import Iterator

import pytest

from ordinus.tests.tryton.servers import Tryton


@pytest.fixture(scope="session")
def started_tryton(tmp_path_factory) -> Iterator[Tryton]:
    server = Tryton(tmp_path_factory.mktemp("tryton"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def tryton(started_tryton, settings) -> Tryton:
    """A running Tryton that knows nobody but the company's own people."""
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
    started_tryton.empty()
    return started_tryton
