"""Routed: to the rep who owns the lead, to the pool behind the first, or to nobody."""

from __future__ import annotations

from typing import Any

from ordinus.tests.example import ANA, BEN, example, install, pools_of
from ordinus.tests.journeys import ARRIVES, BOOKS, TOLD, Journey, words


def test_an_owner_is_offered_alone_and_pays_no_turn(journey: Journey) -> None:
    answer = journey.submit(employees=900, owner="Ben@ACME.example")
    assert (answer["segment"], answer["pool"]) == ("enterprise", "enterprise")
    booking = journey.book("2026-03-06 10:00")
    journey.sweep()
    assert booking["rep"]["email"] == BEN
    assert journey.tale == [*ARRIVES, *BOOKS, *TOLD]
    assert journey.events("assignment.drawn")[0] == {
        "pool": "enterprise",
        "rep": journey.booking.rep_id,
        "manner": "owner",
        "candidates": [],
    }
    tried = journey.events("routing.decided")[0]["tried"][0]
    assert tried["owner"] == {
        "fact": "answers.owner",
        "rep": journey.booking.rep_id,
        "taken": True,
        "code": "owner",
    }
    assert set(journey.balances("enterprise").values()) == {0.0}
    journey.cancel()
    assert set(journey.balances("enterprise").values()) == {0.0}, "an owner's meeting does not earn either"


def test_an_owner_with_no_fitting_time_is_passed_over_with_the_reason(journey: Journey) -> None:
    install(away(example(), BEN))
    assert journey.submit(employees=900, owner=BEN)["pool"] == "enterprise"
    assert journey.events("routing.decided")[0]["tried"][0]["owner"]["code"] == "no_fitting_time"
    assert journey.book("2026-03-06 10:00")["rep"]["email"] == ANA


def test_a_pool_that_cannot_meet_its_sla_falls_back(journey: Journey) -> None:
    install(away(example(), ANA, BEN))
    answer = journey.submit(employees=900)
    assert (answer["status"], answer["segment"], answer["pool"]) == ("qualified", "enterprise", "general")
    journey.book("2026-03-13 10:00")
    journey.sweep()
    fallback = [*ARRIVES[:-1], "fallback>offer", *BOOKS, *TOLD]
    assert journey.tale == fallback
    codes = [(tried["pool"], tried["code"]) for tried in journey.events("routing.decided")[0]["tried"]]
    assert codes == [("enterprise", "sla"), ("general", "fits")]
    assert journey.balances("general") == {"ana": -0.5, "ben": 0.5}
    assert set(journey.balances("enterprise").values()) == {0.0}


def test_a_lead_whom_nobody_can_take_goes_to_staff(journey: Journey) -> None:
    install(away(example(), ANA, BEN, until="2026-05-01"))
    answer = journey.submit(employees=900)
    journey.sweep()
    assert (answer["status"], answer["pool"], answer["booking_url"]) == ("unroutable", None, None)
    assert journey.place == "lost completed"
    assert journey.tale == [
        *ARRIVES[:-1],
        *words("unroutable>triage done>lost run.completed message.sent"),
    ]
    assert journey.mails == ["notification staff"]
    assert journey.addressees("notification") == ["ops@acme.example"]


def test_a_rep_drawn_at_routing_gives_the_turn_back_with_the_offer(journey: Journey) -> None:
    file = example()
    pools_of(file)["general"]["assignment"] = "at_routing"
    install(file)
    journey.submit()
    assert journey.balances("general") == {"ana": -0.5, "ben": 0.5}
    assert journey.tale == [*ARRIVES[:-2], *words("assignment.drawn routing.decided routed>offer")]
    assert journey.book("2026-03-20 10:00")["rep"]["email"] == ANA
    assert journey.balances("general") == {"ana": -0.5, "ben": 0.5}, "the turn was taken at routing"
    journey.submit(email="alan@bletchley.example")
    assert journey.balances("general") == {"ana": 0.0, "ben": 0.0}
    journey.at("2026-03-09 09:00")
    assert journey.place == "last-offer active"
    assert journey.balances("general") == {"ana": -0.5, "ben": 0.5}, "Ben's offer was abandoned"


def away(file: dict[str, Any], *emails: str, until: str = "2026-03-06") -> dict[str, Any]:
    """Nobody of these is there from the first day on."""
    for rep in file["reps"]:
        if rep["email"] in emails:
            rep["time_off"] = [{"start": "2026-03-02", "end": until}]
    return file
