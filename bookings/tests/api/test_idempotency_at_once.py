"""The same request several times at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from bookings.api import idempotency
from bookings.models import Enquiry, IdempotentAnswer
from bookings.tests import organisation
from bookings.tests.api.calls import ANSWERS, FORM, ok, refused

AT_ONCE = 4


@pytest.fixture
def acme(transactional_db: None) -> organisation.Organisation:
    return organisation.build(timezone.now())


def send(_: int = 0) -> Any:
    try:
        return APIClient().post(FORM, {"answers": ANSWERS}, HTTP_IDEMPOTENCY_KEY="one")
    finally:
        connection.close()


def test_duplicates_at_once_get_one_answer(acme: organisation.Organisation) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(send, range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Enquiry.objects.count() == 1


def test_a_claim_whose_process_died_is_taken_over(acme: organisation.Organisation) -> None:
    first = ok(send(), 201)
    made_at = timezone.now() - idempotency.STALE - timedelta(seconds=1)
    IdempotentAnswer.objects.update(status=0, body=None, made_at=made_at)
    assert ok(send(), 201) != first
    assert IdempotentAnswer.objects.get().status == 201


def test_who_waits_too_long_is_told_to_come_back(acme: organisation.Organisation, monkeypatch: Any) -> None:
    send()
    IdempotentAnswer.objects.update(status=0, body=None)
    monkeypatch.setattr(idempotency, "LOOKS", 2)
    answer = send()
    refused(answer, 429, "too_many_requests")
    assert answer["Retry-After"] == "1"
