from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from bookings.core.add_to_calendar import links

START = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def _links(title: str = "Product demo with Ana") -> dict[str, str]:
    return dict(
        links(
            title=title,
            start=START,
            end=START + timedelta(minutes=30),
            details="Join: https://book.example/m/x/join/",
            location="https://book.example/m/x/join/",
        )
    )


def test_google_gets_the_instants_in_utc() -> None:
    query = parse_qs(urlsplit(_links()["Google"]).query)
    assert query["dates"] == ["20261124T090000Z/20261124T093000Z"]
    assert query["text"] == ["Product demo with Ana"]


def test_outlook_gets_the_instants_in_utc_at_work_and_at_home() -> None:
    for name in ("Outlook", "Microsoft 365"):
        query = parse_qs(urlsplit(_links()[name]).query)
        assert query["startdt"] == ["2026-11-24T09:00:00Z"]
        assert query["enddt"] == ["2026-11-24T09:30:00Z"]


def test_a_title_cannot_add_fields_of_its_own() -> None:
    for address in _links("Demo & more&location=evil#x <b>").values():
        query = parse_qs(urlsplit(address).query)
        assert query["location"] == ["https://book.example/m/x/join/"]
        assert "Demo & more&location=evil#x <b>" in query.get("text", []) + query.get("subject", [])


def test_blanks_are_written_so_that_outlook_shows_blanks() -> None:
    assert all("+" not in address for address in _links().values())
