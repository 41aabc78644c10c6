from __future__ import annotations

import pytest

from routing.calendars.ics import web_address


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("webcal://cal.acme.example/a.ics?k=webcal://x", "https://cal.acme.example/a.ics?k=webcal://x"),
        ("WEBCAL://cal.acme.example/a.ics", "https://cal.acme.example/a.ics"),
        ("webcals://cal.acme.example/a.ics", "https://cal.acme.example/a.ics"),
        (" https://cal.acme.example/a.ics ", "https://cal.acme.example/a.ics"),
        ("http://cal.acme.example/a.ics", "http://cal.acme.example/a.ics"),
    ],
)
def test_webcal_is_https_under_another_name(given, asked):
    assert web_address(given) == asked
