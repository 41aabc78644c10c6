from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bookings.housekeeping import tidy
from bookings.models import IdempotentAnswer

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def answer(key: str, age: timedelta) -> IdempotentAnswer:
    return IdempotentAnswer.objects.create(
        scope="POST /x/", key=key, content_hash="0" * 64, status=201, body={}, made_at=NOW - age
    )


@pytest.mark.django_db
def test_answers_to_idempotency_keys_are_kept_for_a_day_and_no_longer() -> None:
    answer("old", timedelta(hours=25))
    kept = answer("young", timedelta(hours=23))
    tidy(NOW)
    assert list(IdempotentAnswer.objects.all()) == [kept]
