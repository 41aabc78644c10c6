"""A lead whose every personal word holds the same syllable, on all the ways that data can take through here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from bookings import attendance, intake, scheduling, sending
from bookings.models import Booking, Enrichment, Lead, Message
from bookings.tests.organisation import NOW, ZONE, Organisation
from workflows import delivering
from workflows.changes import Change, announce_changes
from workflows.models import Delivery, Run, Sink

SYLLABLE = "quill"
ADDRESS = "zacharias@quillmail.example"
ANSWERS = {"name": "Zacharias Quillfeather", "email": ADDRESS, "employees": 20, "needs": "Quills, forty."}
PERSONAL = {"email": "lead.email", "name": "lead.name", "needs": "answers.needs", "campaign": "utm.campaign"}
WEEK = timedelta(days=7)
HOLDING_WORDS = (
    "Zacharias Quillfeather", "Quills, forty.", "quillcampaign", "quill-x", "Quills are welcome.", "I lost my quill.",
    "Writes with a quill.", "quills", "The feathered writer is known.", "Seen: ",
)  # fmt: skip
"""What the canary said and was told, one word for each place that holds it."""


def tables_naming(word: str) -> set[str]:
    """Every table of the database with a row that holds the word, in any column."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if any(word in repr(row).lower() for row in cursor.fetchall()):
                found.add(table)
    return found


def send_mail(run: Run) -> None:
    for number in Message.objects.filter(run=run.pk, state="waiting").values_list("pk", flat=True):
        sending.send(number, NOW + 9 * WEEK, NOW)


class Canary:
    """A life of four runs: moved and cancelled, held and marked, booked, and looking at an offer."""

    def __init__(self, acme: Organisation) -> None:
        self.acme = acme
        self._file_in_a_table()

    @property
    def lead(self) -> Lead:
        return Lead.objects.get(email=ADDRESS)

    def submit(self, now: Any) -> intake.Submission:
        utm = {"utm_campaign": "quillcampaign"}
        return intake.submit(self.acme.form, ANSWERS, utm=utm, time_zone=ZONE, language="quill-x", now=now)

    def live(self) -> None:
        self.moves_and_cancels()
        self.meets_and_is_marked()
        self.books(NOW + 4 * WEEK)
        self.submit(NOW + 4 * WEEK + timedelta(minutes=2))
        self._is_noted_in_the_admin()

    def moves_and_cancels(self) -> None:
        submission = self.submit(NOW)
        booking = self.acme.book(submission)
        send_mail(submission.run)
        slots = scheduling.movable(booking, NOW.date(), (NOW + WEEK).date(), now=NOW)
        note = "Quills are welcome."
        moved = scheduling.move(booking, slots[-1].start, now=NOW, actor="staff:1", message=note)
        scheduling.cancel(moved, reason="I lost my quill.", now=NOW)

    def meets_and_is_marked(self) -> None:
        at = NOW + WEEK
        booking = self.acme.book(self.submit(at), now=at)
        end = booking.end_at + timedelta(minutes=1)
        attendance.record(booking, signal="attended", party="guest", source="zoom", now=end, actor="system")
        attendance.record_outcome(
            booking,
            "qualified_opportunity",
            notes="Writes with a quill.",
            now=end,
            actor=f"rep:{booking.rep_id}",
        )

    def books(self, at: Any) -> Booking:
        submission = self.submit(at)
        return self.acme.book(submission, 40, now=at)

    def _file_in_a_table(self) -> None:
        table = Enrichment.objects.create(slug="people", kind="table", key="lead.email")
        table.rows.create(key=ADDRESS, facts={"hobby": "quills"})
        table.rows.create(key="somebody@else.example", facts={"hobby": "chess"})
        with transaction.atomic():
            change = Change("rows", None, {ADDRESS: {"hobby": "quills"}}, is_private=True)
            announce_changes("enrichment:people", [change], actor="staff:1", at=NOW)

    def _is_noted_in_the_admin(self) -> None:
        user = get_user_model().objects.create_user("olga")
        message = Message.objects.filter(lead=self.lead.pk, audience="guest").first()
        for row in (self.lead, self.lead.enquiries.first(), message):
            LogEntry.objects.log_actions(user.pk, [row], CHANGE, change_message=f"Seen: {row}")


def sinks(hook: Any) -> None:
    """One that has taken a fact, one that never will, and one whose deliveries all wait."""
    hook.sink("taken", events=["lead.submitted"], mapping=PERSONAL)
    hook.sink("refused", events=["booking.made"], mapping=PERSONAL)
    hook.sink("waiting", events=["*"], mapping=PERSONAL, is_enabled=True)


def deliver(hook: Any) -> None:
    """The first two sinks are told; the second refuses for good, and says of whom."""
    for slug, status in (("taken", 200), ("refused", 400)):
        waiting = Delivery.objects.filter(sink__slug=slug, state="waiting").order_by("pk")
        for number in waiting.values_list("pk", flat=True):
            hook.answer(status, text="The feathered writer is known.")
            delivering.deliver(number, NOW + 9 * WEEK, NOW)
    assert not Sink.objects.get(slug="waiting").deliveries.exclude(state="waiting").exists()
