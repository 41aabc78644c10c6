"""A rep's calendar on a real server on this machine, which answers as a test says."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from routing.models import BusyTime, Calendar, Rep
from routing.tests.calendars.feeds import feed

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
EVENT = feed("DTSTART:20261124T090000Z\nDURATION:PT30M")
MOVED = feed("DTSTART:20261125T100000Z\nDURATION:PT1H")


class FeedServer:
    """Gives the event above with an entity tag, or the answers that were asked for, in turn."""

    def __init__(self, httpserver: HTTPServer) -> None:
        self.url = httpserver.url_for("/private/ana.ics")
        self.body = EVENT
        self.etag = '"v1"'
        self.requests: list[Request] = []
        self.answers: deque[Response] = deque()
        httpserver.expect_request("/private/ana.ics").respond_with_handler(self._answer)

    def fail(self, *statuses: int) -> None:
        self.answers.extend(Response("", status) for status in statuses)

    def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        if self.answers:
            return self.answers.popleft()
        if self.etag and request.headers.get("If-None-Match") == self.etag:
            return Response(status=304)
        return Response(self.body, headers={"ETag": self.etag} if self.etag else {})


@pytest.fixture
def server(httpserver: HTTPServer, settings: Any) -> FeedServer:
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
    return FeedServer(httpserver)


@pytest.fixture
def calendar(db: None, server: FeedServer) -> Calendar:
    """Ana's calendar, not read yet and due since just now."""
    ana = Rep.objects.create(email="ana@acme.example", name="Ana", time_zone="Europe/Berlin")
    return Calendar.objects.create(rep=ana, url=server.url, added_at=NOW, next_read_at=NOW)


def busy_times() -> list[tuple[str, str]]:
    """All busy times, as texts in UTC."""
    rows = BusyTime.objects.order_by("start").values_list("start", "end")
    return [tuple(f"{datetime.fromtimestamp(at * 60, UTC):%m-%d %H:%M}" for at in row) for row in rows]
