"""Bookings per second: clients that press at the same time, each press a POST with all that follows from it."""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from benchmarks.measuring import table  # noqa: E402
from bookings.tests import organisation  # noqa: E402
from routing.models import Membership, Pool, Rep, WorkingHours  # noqa: E402

API = "/api/v1"
REPS, EACH = 30, 12
DAYS = 21
PATIENCE = 300


def main(clients: int, rounds: int) -> None:
    call_command("migrate", verbosity=0)
    _organisation()
    rates, refused = [], 0
    for turn in range(rounds):
        connections.close_all()
        context = multiprocessing.get_context("fork")
        ready, told = context.Barrier(clients), context.Queue()
        crowd = [
            context.Process(target=_client, args=(turn, number, ready, told)) for number in range(clients)
        ]
        for process in crowd:
            process.start()
        answers = [told.get(timeout=PATIENCE) for _ in crowd]
        for process in crowd:
            process.join()
        if errors := [answer["error"] for answer in answers if "error" in answer]:
            raise SystemExit("; ".join(errors))
        made = sum(answer["made"] for answer in answers)
        refused += sum(answer["refused"] for answer in answers)
        rates.append(made / (max(each["ended"] for each in answers) - min(each["began"] for each in answers)))
    heads = ("clients", "bookings each", "bookings a second", "told that the time was gone")
    print(table(heads, [[f"{clients}", f"{EACH}", f"{statistics.median(rates):.0f}", f"{refused}"]]))


def _organisation() -> None:
    """The workflow of the configuration example, and enough reps that starts are not what runs out."""
    organisation.build(timezone.now(), reps=1)
    pool = Pool.objects.get(slug="general")
    for number in range(REPS):
        rep = Rep.objects.create(email=f"rep-{number}@bench.example", name=f"Rep {number}")
        Membership.objects.create(pool=pool, rep=rep)
        WorkingHours.objects.bulk_create(
            WorkingHours(rep=rep, weekday=day, start_minute=480, end_minute=1080) for day in range(7)
        )


def _client(turn: int, number: int, ready: Any, told: Any) -> None:
    try:
        told.put(_pressed(turn, number, ready))
    except BaseException as error:
        # The others wait for this one; without it there is nothing to measure.
        ready.abort()
        told.put({"error": f"{type(error).__name__}: {error}"})


def _pressed(turn: int, number: int, ready: Any) -> dict[str, Any]:
    """Its leads are there before; measured is from the first press to the last answer."""
    api = APIClient()
    tokens = [_lead(api, f"guest-{turn}-{number}-{lead}@navy.example") for lead in range(EACH)]
    starts = _starts(api, tokens[0])
    # Clients begin at different places of the list, as guests do, and meet now and then.
    mine = [starts[(number * 53 + turn * 17 + place * 3) % len(starts)] for place in range(EACH)]
    ready.wait(PATIENCE)
    began, made, refused = time.monotonic(), 0, 0
    for token, start in zip(tokens, mine, strict=True):
        answer = api.post(f"{API}/leads/{token}/bookings/", {"start": start}, format="json")
        made += answer.status_code == 201
        refused += answer.status_code == 409
        if answer.status_code not in (201, 409):
            raise RuntimeError(f"a booking was answered by {answer.status_code}: {answer.content[:200]!r}")
    return {"began": began, "ended": time.monotonic(), "made": made, "refused": refused}


def _lead(api: APIClient, email: str) -> str:
    body = {"answers": {"name": "A Guest", "email": email, "employees": 20}, "time_zone": "UTC"}
    return str(api.post(f"{API}/forms/demo-request/leads/", body, format="json").json()["token"])


def _starts(api: APIClient, token: str) -> list[str]:
    first = timezone.now().date() + timedelta(days=1)
    query = f"from={first}&to={first + timedelta(days=DAYS)}"
    answer = api.get(f"{API}/leads/{token}/slots/?{query}").json()
    return [slot["start"] for slot in answer["slots"]]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
