"""Moved: the same meeting at another time, in the same pool and in another one."""

from __future__ import annotations

from ordinus.tests.example import example, install
from ordinus.tests.journeys import ARRIVES, BOOKS, REMINDED, TOLD, Journey, words

MOVES = words(
    "reminder.withdrawn reschedule_requested>routing routing.decided routed>offer assignment.drawn "
    "booking.rescheduled booked>confirmation reminder.planned*3 confirmed>meeting message.sent*2"
)


def test_a_guest_moves_within_the_pool_from_the_reminders_link(journey: Journey) -> None:
    journey.submit()
    booking = journey.book("2026-03-06 10:00")
    journey.at("2026-03-05 12:00")
    page = journey.link("reminder", "m/[^/]+/reschedule/")
    assert journey.browser.get(page).status_code == 200
    journey.at("2026-03-05 12:10")
    moved = journey.move("2026-03-10 14:00")
    assert (moved["booking"], moved["manage_url"]) == (booking["booking"], booking["manage_url"])
    journey.sweep()
    assert journey.browser.get(page).status_code == 410, "the link belonged to the revision that has passed"
    assert journey.tale == [
        *ARRIVES,
        *BOOKS,
        *TOLD,
        *REMINDED * 2,
        *words("reschedule.clicked reschedule.clicked"),
        *MOVES,
    ]
    assert [click["used"] for click in journey.events("reschedule.clicked")] == [False, True]
    assert journey.reminders == {
        "1.0 3d": "sent",
        "1.0 1d": "sent",
        "1.0 2h": "withdrawn",
        "1.1 3d": "planned",
        "1.1 1d": "planned",
        "1.1 2h": "planned",
    }
    assert journey.waiting_for["reminder 1d"] == "2026-03-09 14:00"
    assert journey.mails[-2:] == ["confirmation guest REQUEST 1", "rep_notice rep REQUEST 1"]
    assert journey.balances("general") == {"ana": -0.5, "ben": 0.5}, "the turn was given back before the draw"
    journey.at("2026-03-10 14:00")
    assert set(journey.reminders.values()) == {"sent", "withdrawn"}


def test_a_move_goes_to_whichever_pool_routing_decides_now(journey: Journey) -> None:
    assert journey.submit(employees=900, language="de")["pool"] == "enterprise"
    journey.book("2026-03-06 10:00")
    journey.sweep()
    away = example()
    for rep in away["reps"]:
        rep["time_off"] = [{"start": "2026-03-02", "end": "2026-03-06"}]
    install(away)
    journey.move("2026-03-09 10:00")
    journey.sweep()
    assert journey.booking.pool.slug == "general"
    decided = journey.events("routing.decided")[-1]
    assert (decided["outcome"], [tried["code"] for tried in decided["tried"]]) == (
        "fallback",
        ["sla", "fits"],
    )
    assert "fallback>offer" in journey.since("reminder.withdrawn*3")
    assert journey.balances("general") == {"ana": -0.5, "ben": 0.5}
    # Ana alone spoke German, so her meeting cost her nothing; giving it back spreads one meeting by weight.
    assert journey.balances("enterprise") == {"ana": 0.25, "ben": -0.25}
    assert journey.mails[-2:] == ["confirmation guest REQUEST 1", "rep_notice rep REQUEST 1"]


def test_the_rep_who_loses_a_moved_meeting_is_told(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-06 10:00")
    journey.sweep()
    ana_away = example()
    ana_away["reps"][0]["time_off"] = [{"start": "2026-03-09", "end": "2026-03-13"}]
    install(ana_away)
    moved = journey.move("2026-03-10 10:00")
    assert moved["rep"]["name"] == "Ben"
    journey.sweep()
    assert journey.mails[2:] == [
        "rep_notice rep CANCEL 1",
        "confirmation guest REQUEST 1",
        "rep_notice rep REQUEST 1",
    ]
    assert journey.addressees("rep_notice") == ["ana@acme.example", "ana@acme.example", "ben@acme.example"]
    assert journey.balances("general") == {"ana": 0.0, "ben": 0.0}, "on her day off Ana shares no turn"


def test_opening_the_picker_changes_nothing_and_a_start_that_is_gone_neither(journey: Journey) -> None:
    journey.submit()
    booking = journey.book("2026-03-06 10:00")
    assert "2026-03-06 10:15" in journey.movable("2026-03-06"), "the meeting itself is not in its own way"
    path = f"/bookings/{booking['token']}/reschedule/"
    assert journey.refused(path, {"start": "2026-03-07T09:00:00Z"}) == (409, "slot_taken")
    assert journey.place == "meeting active"
    assert journey.booking.revision == 0


def test_the_former_rep_is_told_even_if_the_meeting_moves_on_before_the_mail_leaves(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-06 10:00")
    journey.sweep()
    journey.reassign("ben@acme.example")
    journey.cancel()
    journey.sweep()
    assert journey.mails[2:] == [
        "rep_notice rep CANCEL 1",
        "cancellation guest CANCEL 2",
        "rep_notice rep CANCEL 2",
    ]
    assert journey.addressees("rep_notice") == ["ana@acme.example", "ana@acme.example", "ben@acme.example"]
