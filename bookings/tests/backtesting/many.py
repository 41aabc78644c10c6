"""Recorded leads by the thousand, written straight into the tables that a back-test reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bookings.intake import Submission
from bookings.models import Lead
from bookings.tests.organisation import NOW
from workflows.core import chain
from workflows.models import AuditEvent, Evidence, Run

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "")


def record_like(submission: Submission, count: int, zones: Sequence[str] = ZONES) -> None:
    """`count` more leads qualified as this one was, with as many sizes of company, in these time zones."""
    run = submission.run
    event = AuditEvent.objects.get(run=run.pk, verb="qualification.evaluated")
    evidence = Evidence.objects.get(run=run.pk, sequence=event.sequence)
    leads = Lead.objects.bulk_create(
        Lead(email=f"lead{number}@many.example", first_seen_at=NOW) for number in range(count)
    )
    at = NOW + timedelta(hours=1)
    runs = Run.objects.bulk_create(
        Run(version_id=run.version_id, lead=lead.pk, stage="offer", started_at=at, entered_at=at)
        for lead in leads
    )
    AuditEvent.objects.bulk_create(
        AuditEvent(
            run=each.pk, sequence=event.sequence, verb=event.verb, at=at, actor="lead", lead=each.lead,
            workflow_version=run.version_id, data=event.data, previous=chain.GENESIS, hash=chain.GENESIS,
        )
        for each in runs
    )  # fmt: skip
    Evidence.objects.bulk_create(
        Evidence(
            run=each.pk, sequence=event.sequence, lead=each.lead, salt="00", content={
                **evidence.content,
                "facts": {
                    **evidence.content["facts"],
                    "answers.employees": number,
                    "lead.email": f"lead{number}@many.example",
                    "lead.time_zone": zones[number % len(zones)] or None,
                },
            },
        )
        for number, each in enumerate(runs)
    )  # fmt: skip
