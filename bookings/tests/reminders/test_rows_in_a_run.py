"""A plan of rows in a run: conditions looked at when due, quiet hours kept, and every row told on the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bookings import replaying, scheduling
from bookings.admin import plans
from bookings.models import Booking, Message, MessageTemplate
from bookings.tests.organisation import NOW, STAGES, Organisation, build
from workflows import publishing
from workflows.models import Timer
from workflows.publishing import NotPublishable
from workflows.sweeping import sweep

BERLIN = ZoneInfo("Europe/Berlin")
SMALL = [[{"fact": "answers.employees", "is": "<", "value": 500}]]
BIG = [[{"fact": "answers.employees", "is": ">=", "value": 500}]]
ROWS: list[Any] = [
    "8d",
    {"before": "1d", "template": "short-reminder", "when": SMALL},
    {"before": "1d", "when": BIG},
    {"before": "2h", "quiet": "06:00-08:00"},
    {"before": "1h", "when": BIG},
]


def with_rows(rows: list[Any]) -> list[dict[str, Any]]:
    return [stage | {"reminders": rows} if stage["name"] == "confirmation" else stage for stage in STAGES]


@pytest.fixture
def acme(db: None) -> Organisation:
    acme = build()
    MessageTemplate.objects.create(slug="short-reminder", subject="Soon", body="{{ reschedule_url }}")
    version = publishing.draft(acme.workflow, now=NOW, actor="system")
    publishing.write(version, with_rows(ROWS))
    publishing.publish(version, actor="system", now=NOW)
    acme.form.workflow.refresh_from_db()
    return acme


@pytest.fixture
def booking(acme: Organisation) -> Booking:
    """A meeting on Friday at 9:00 in Berlin, of a small company."""
    submission = acme.submit()
    start = datetime(2026, 3, 6, 9, 0, tzinfo=BERLIN).astimezone(UTC)
    return scheduling.book(submission.enquiry, start, now=NOW)


def sent(booking: Booking) -> list[tuple[str, str]]:
    """When each reminder left, on the clock of Berlin, and its template."""
    mails = Message.objects.filter(booking=booking, kind="reminder", state="sent").order_by("settled_at")
    return [
        (f"{mail.settled_at.astimezone(BERLIN):%d %H:%M}", mail.template) for mail in mails if mail.settled_at
    ]


def run_until(end: datetime) -> None:
    while timer := Timer.objects.due(end).filter(purpose="reminder").order_by("due_at").first():
        sweep(max(timer.due_at, NOW), max(timer.due_at, NOW))


def test_each_row_goes_out_by_its_own_condition_hours_and_text(booking: Booking) -> None:
    run_until(booking.start_at - timedelta(minutes=1))
    assert sent(booking) == [("05 09:00", "short-reminder"), ("06 08:00", "reminder")]
    told = {(row["what"], row["state"], row["why"]) for row in plans.rows_of(booking)}
    assert told >= {
        ("Reminder, 8 days before", "Skipped", "its time had passed when the meeting was booked"),
        ("Reminder, 1 day before", "Sent", ""),
        ("Reminder, 1 day before", "Skipped", "its condition did not hold when it was due"),
        ("Reminder, 2 hours before", "Sent", ""),
    }
    assert replaying.differences(booking.enquiry.run) == []


def test_the_plan_tells_what_would_go_out_as_things_stand(booking: Booking) -> None:
    told = {
        (row["due"].astimezone(BERLIN).strftime("%d %H:%M"), row["why"]) for row in plans.rows_of(booking)
    }
    assert ("05 09:00", plans.AS_THINGS_STAND[True]) in told
    assert ("05 09:00", plans.AS_THINGS_STAND[False]) in told


def test_after_an_outage_a_row_whose_condition_fails_does_not_silence_an_older_one(booking: Booking) -> None:
    late = booking.start_at - timedelta(minutes=30)
    sweep(late, late)
    assert sent(booking) == [("06 08:30", "reminder")]
    reasons = (
        Timer.objects.filter(purpose="reminder").order_by("due_at", "pk").values_list("reason", flat=True)
    )
    assert list(reasons) == ["newer_due", "condition", "", "condition"]


def test_a_reminder_that_is_late_waits_for_the_end_of_its_quiet_hours(acme: Organisation) -> None:
    submission = acme.submit()
    booking = scheduling.book(submission.enquiry, acme.slots(submission)[40].start, now=NOW)
    timer = Timer.objects.get(purpose="reminder", booking=booking.pk, details__offset="2h")
    late = timer.due_at.astimezone(BERLIN).replace(hour=7, minute=0).astimezone(UTC)
    Timer.objects.filter(pk=timer.pk).update(due_at=late - timedelta(minutes=5))
    sweep(late, late)
    waiting = Message.objects.get(booking=booking, kind="reminder")
    assert (waiting.state, waiting.due_at) == ("waiting", late + timedelta(hours=1))


def test_a_move_takes_every_row_back_and_plans_it_anew(booking: Booking, acme: Organisation) -> None:
    later = booking.start_at + timedelta(days=3, hours=2)
    scheduling.move(booking, later, now=NOW)
    booking.refresh_from_db()
    planned = Timer.objects.waiting().filter(purpose="reminder", revision=booking.revision)
    assert [(timer.details["offset"], timer.details.get("row")) for timer in planned] == [
        ("1d", None),
        ("1d", 2),
        ("2h", None),
        ("1h", None),
    ]
    assert replaying.differences(booking.enquiry.run) == []
    assert sum(row["is_old"] for row in plans.rows_of(booking)) == 5


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["1d", "1d"], "double_reminder"),
        (["1d", "24h"], "double_reminder"),
        (["120m", "2h"], "double_reminder"),
        (["1w", "7d", "1d"], "double_reminder"),
        (["60m", {"before": "1h", "when": BIG}], "double_reminder"),
        (["1d", {"before": "1d", "when": BIG}], "double_reminder"),
        ([{"before": "1d", "template": "nurture"}], "reminder_without_reschedule"),
        ([{"before": "1d", "template": "gone"}], "unknown_template"),
        ([{"quiet": "21:00-08:00"}], "missing_setting"),
        ([{"before": "1d", "quiet": "9-5"}], "setting"),
        ([{"before": "1d", "when": [[{"fact": "shoe", "is": "exists"}]]}], "unknown_fact"),
        ([{"before": "1d", "colour": "red"}], "unknown_setting"),
    ],
)
def test_a_plan_that_cannot_work_is_not_published(acme: Organisation, rows: list[Any], code: str) -> None:
    version = publishing.draft(acme.workflow, now=NOW, actor="system")
    publishing.write(version, with_rows(rows))
    with pytest.raises(NotPublishable) as refused:
        publishing.publish(version, actor="system", now=NOW)
    assert {(problem.stage, problem.code) for problem in refused.value.problems} == {("confirmation", code)}
