"""Abandoned: chased with another offer, which is taken or runs out; or overtaken by a newer form."""

from __future__ import annotations

from ordinus.tests.journeys import ARRIVES, TOLD, TOLD_MAILS, Journey, utc, words

CHASED = [*ARRIVES, *words("abandoned>chase done>last-offer message.sent")]


def test_a_guest_who_picked_nothing_is_chased_and_books(journey: Journey) -> None:
    journey.submit()
    assert journey.waiting_for == {"offer_expires": "2026-03-09 09:00"}
    journey.at("2026-03-09 09:00")
    assert journey.place == "last-offer active"
    assert journey.link("custom", "b/[^/]+/") == f"/b/{journey.token}/", "the link is the one of the run"
    journey.book("2026-03-11 10:00")
    journey.sweep()
    assert journey.tale == [
        *CHASED,
        *words("slots.shown assignment.drawn booking.made booked>confirmation"),
        *words("reminder.skipped reminder.planned*2 confirmed>meeting"),
        *TOLD,
    ]
    assert journey.mails == ["still-interested guest", *TOLD_MAILS]
    assert journey.reminders == {"1.0 3d": "skipped", "1.0 1d": "planned", "1.0 2h": "planned"}
    assert journey.events("reminder.skipped")[0]["reason"] == "past_at_booking"
    assert journey.balances("general") == {"ana": -0.5, "ben": 0.5}


def test_an_offer_that_nobody_takes_ends_the_run(journey: Journey) -> None:
    journey.submit()
    journey.at("2026-03-23 09:00")
    assert journey.place == "lost completed"
    assert journey.tale == [*CHASED, *words("abandoned>lost run.completed")]
    pressed = {"start": utc("2026-03-24 10:00")}
    assert journey.refused(f"/leads/{journey.token}/bookings/", pressed) == (410, "gone")
    assert journey.waiting_for == {}


def test_a_newer_form_supersedes_an_offer(journey: Journey) -> None:
    older = journey.submit()
    newer = journey.submit(employees=900)
    assert newer["token"] != older["token"]
    journey.switch_to(older["run"])
    assert journey.place == "offer superseded"
    assert journey.tale == [*ARRIVES, "run.superseded"]
    assert journey.events("run.superseded") == [{"by": newer["run"]}]
    assert journey.waiting_for == {}
    pressed = {"start": utc("2026-03-06 10:00")}
    assert journey.refused(f"/leads/{older['token']}/bookings/", pressed) == (410, "gone")
    assert journey.browser.get(f"/b/{older['token']}/").status_code == 410
    journey.switch_to(newer["run"])
    assert journey.book("2026-03-06 10:00")["status"] == "confirmed"


def test_a_newer_form_leaves_a_booked_run_alone_and_cannot_book_twice(journey: Journey) -> None:
    first = journey.submit()
    held = journey.book("2026-03-06 10:00")
    journey.sweep()
    second = journey.submit(email="Grace@Navy.example")
    pressed = journey.http.post(
        f"/api/v1/leads/{second['token']}/bookings/", {"start": utc("2026-03-09 10:00")}, format="json"
    )
    assert (pressed.status_code, pressed.json()["code"]) == (409, "already_booked")
    journey.sweep()
    assert journey.place == "offer active"
    journey.switch_to(first["run"])
    assert journey.mails == [*TOLD_MAILS, "manage_link guest"]
    assert journey.link("manage_link", "m/[^/]+/") == f"/m/{held['token']}/"
    assert journey.balances("general") == {"ana": -0.5, "ben": 0.5}
    journey.cancel()
    journey.switch_to(second["run"])
    assert journey.book("2026-03-09 10:00")["status"] == "confirmed"
