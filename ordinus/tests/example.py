"""The contract's example configuration, made fit for journeys."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from ordinus.configuration.applying import apply
from ordinus.configuration.reading import read
from ordinus.tests.configuration.files import CONTRACT
from workflows.tests.remembering import remembered

ANA, BEN, CY = "ana@acme.example", "ben@acme.example", "cy@acme.example"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def example() -> dict[str, Any]:
    """The contract's example, with enough reps for its paths and nobody outside the machine to ask or tell."""
    file: dict[str, Any] = read(CONTRACT.read_text()).data
    languages = {ANA: ["de", "en"], BEN: ["en"], CY: ["en"]}
    file["reps"] = [
        {
            "email": email,
            "name": email.partition("@")[0].title(),
            "time_zone": "Europe/Berlin",
            "hours": {day: ["09:00-17:00"] for day in WEEKDAYS},
            "meeting_url": f"https://meet.acme.example/{email.partition('@')[0]}",
            "attributes": {"languages": spoken},
        }
        for email, spoken in languages.items()
    ]
    pools = pools_of(file)
    pools["enterprise"]["owner_from"] = ["answers.owner"]
    pools["enterprise"]["members"] = [{"rep": ANA, "weight": 3, "daily_cap": 4}, {"rep": BEN, "weight": 1}]
    pools["general"]["members"] = [{"rep": ANA, "weight": 1}, {"rep": BEN, "weight": 1}]
    pools["success"]["members"] = [{"rep": CY, "weight": 1}]
    file["enrichments"] = [each for each in file["enrichments"] if each["kind"] == "table"]
    file["forms"][0]["questions"].append({"name": "owner", "label": "Owner", "type": "hidden"})
    file["sinks"] = []
    return file


def pools_of(file: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {pool["slug"]: pool for pool in file["pools"]}


def install(file: dict[str, Any]) -> None:
    """The configuration is in force; JSON is YAML."""
    _apply(json.dumps(file), timezone.now())


@remembered
def _apply(text: str, now: datetime) -> None:
    apply(text, now=now)
