"""Disqualified: by a segment, and for want of one."""

from __future__ import annotations

from ordinus.tests.example import example, install
from ordinus.tests.journeys import Journey, words

TURNED_AWAY = words(
    "lead.submitted >qualification enrichment.failed qualification.evaluated disqualified>nurture "
    "lead.tagged done>lost run.completed message.sent"
)


def test_a_student_is_tagged_and_thanked(journey: Journey) -> None:
    answer = journey.submit(email="ada@school.edu")
    journey.sweep()
    assert answer["segment"] == "student"
    assert_turned_away(journey, answer)


def test_who_matches_no_segment_is_disqualified_with_none(journey: Journey) -> None:
    file = example()
    file["workflows"][0]["stages"][0]["segments"] = ["enterprise", "student"]
    install(file)
    answer = journey.submit()
    journey.sweep()
    assert answer["segment"] is None
    assert_turned_away(journey, answer)


def assert_turned_away(journey: Journey, answer: dict[str, object]) -> None:
    assert (answer["status"], answer["pool"], answer["booking_url"]) == ("disqualified", None, None)
    assert journey.place == "lost completed"
    assert journey.tale == TURNED_AWAY
    assert journey.mails == ["nurture guest"]
    assert journey.refused(f"/leads/{journey.token}/bookings/", {"start": "2026-03-06T09:00:00Z"}) == (
        409,
        "not_bookable",
    )
