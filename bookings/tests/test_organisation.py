from __future__ import annotations

import pytest

from bookings.tests import organisation

pytestmark = pytest.mark.django_db


def test_a_guest_can_book_with_the_organisation() -> None:
    acme = organisation.build()
    submission = acme.submit()
    assert (submission.status, submission.pool) == ("qualified", "general")
    booking = acme.book(submission)
    assert booking.rep in acme.reps
    assert acme.submit(email="a@b.example", employees=900).segment == "enterprise"
    assert acme.submit(email="a@school.edu").status == "disqualified"
