"""Answers of look-ups, kept for the time that their source allows, so that the same question is asked once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from bookings.core.answers import normalise_email
from bookings.models import CachedAnswer
from workflows.core import chain

PURPOSE = "bookings.remembering"


def remembered(source: str, question: Any, now: datetime) -> CachedAnswer | None:
    """What `source` said to the same question, if that may still be used."""
    found = CachedAnswer.objects.filter(source=source, question=_digest(question))
    return found.filter(asked_at__lte=now, expires_at__gt=now).first()


def remember(
    source: str,
    question: Any,
    *,
    email: str,
    facts: Mapping[str, Any],
    code: str,
    minutes: int,
    now: datetime,
) -> None:
    """Afterwards this answer is the one that is used for so many minutes. One statement; any lead may ask next."""
    answer = CachedAnswer(
        source=source,
        question=_digest(question),
        lead=_digest(email),
        facts=dict(facts),
        code=code,
        asked_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )
    CachedAnswer.objects.bulk_create(
        [answer],
        update_conflicts=True,
        unique_fields=["source", "question"],
        update_fields=["lead", "facts", "code", "asked_at", "expires_at"],
    )


def kept_of(email: str) -> QuerySet[CachedAnswer]:
    """What is kept that was asked about this address."""
    return CachedAnswer.objects.filter(lead=_digest(normalise_email(email)))


def forget(email: str) -> int:
    """Afterwards nothing is kept that was asked about this address; tells how many answers were."""
    return kept_of(email).delete()[0]


def purge(now: datetime) -> int:
    """Answers that nothing uses any more are gone; tells how many."""
    return CachedAnswer.objects.filter(expires_at__lte=now).delete()[0]


def _digest(value: Any) -> str:
    text = chain.canonical(chain.normalise(value)).decode()
    return salted_hmac(PURPOSE, text, algorithm="sha256").hexdigest()
