"""The webhook and the file bear what every adapter has to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request, Response

from workflows.sinks.conformance import Receiver, SinkConformance
from workflows.sinks.file import FileSink
from workflows.sinks.webhook import WebhookSink


class Hook(Receiver):
    """Takes each message id once, as receivers of Standard Webhooks do."""

    def __init__(self, httpserver: Any) -> None:
        self.taken: dict[str, Any] = {}
        self.next: list[Response] = []
        self.for_good: Response | None = None
        self.config = {"url": httpserver.url_for("/hook"), "secret": "whsec_c2VjcmV0IG9mIGEgdGVzdA=="}
        httpserver.expect_request("/hook").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        if self.for_good is not None:
            return self.for_good
        if request.method == "POST":
            self.taken[request.headers["webhook-id"]] = json.loads(request.get_data())
        return self.next.pop() if self.next else Response("", 200)

    def effects(self) -> Any:
        return dict(self.taken)

    def be_down(self) -> None:
        self.for_good = Response("", 500)

    def be_busy(self, seconds: int) -> None:
        self.for_good = Response("", 429, {"Retry-After": str(seconds)})

    def swallow(self) -> None:
        self.next.append(Response("", 504))

    def refuse_secrets(self) -> None:
        self.for_good = Response("", 401)


class Folder(Receiver):
    def __init__(self, folder: Path) -> None:
        self.path = folder / "facts.ndjson"
        self.config = {"path": str(self.path)}

    def effects(self) -> Any:
        return self.path.read_text() if self.path.exists() else ""

    def be_down(self) -> None:
        self.path.mkdir()


class TestWebhook(SinkConformance):
    adapter = WebhookSink
    side = Hook

    @pytest.fixture
    def receiver(self, httpserver, settings) -> Receiver:
        settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1"]
        return Hook(httpserver)


class TestFile(SinkConformance):
    adapter = FileSink
    side = Folder

    @pytest.fixture
    def receiver(self, tmp_path) -> Receiver:
        return Folder(tmp_path)

    test_a_side_that_is_down_is_tried_again = None  # a path that is taken is a matter of the settings


def test_what_a_receiver_cannot_do_is_not_collected():
    assert TestFile.test_the_pause_that_is_asked_for_is_told is None
    assert TestWebhook.test_the_pause_that_is_asked_for_is_told is not None
