"""A webhook on this machine that answers as a test says."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

import pytest
from werkzeug import Response

from workflows.models import Sink
from workflows.tests.telling import a_sink


class Hook:
    """Answers 200, or what was asked for, in turn; `told` holds what came with each request."""

    def __init__(self, httpserver: Any) -> None:
        self.url = httpserver.url_for("/hook")
        self.requests: list[Any] = []
        self.answers: deque[Response] = deque()
        httpserver.expect_request("/hook", method="POST").respond_with_handler(self._answer)

    def answer(self, *statuses: int, text: str = "", **headers: str) -> None:
        self.answers.extend(Response(text, status, headers) for status in statuses)

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(request.get_data()) for request in self.requests]

    def sink(self, slug: str = "warehouse", **more: Any) -> Sink:
        return a_sink(slug, config={"url": self.url} | more.pop("config", {}), **more)

    def _answer(self, request: Any) -> Response:
        request.get_data()
        self.requests.append(request)
        return self.answers.popleft() if self.answers else Response("", 200)


@pytest.fixture
def hook(httpserver, settings) -> Hook:
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1"]
    return Hook(httpserver)
