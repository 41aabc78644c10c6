from __future__ import annotations

import pytest

from routing.models import MeetingType, Membership, Pool, Rep, WorkingHours
from workflows.tests.admin.pages import Admin, superuser


@pytest.fixture
def ops(db: None) -> Admin:
    """A superuser at the admin's pages."""
    return Admin(superuser())


@pytest.fixture
def meeting_type(db: None) -> MeetingType:
    return MeetingType.objects.create(slug="demo", name="Demo", duration=30)


@pytest.fixture
def pool(meeting_type: MeetingType) -> Pool:
    """A pool without members."""
    return Pool.objects.create(slug="general", name="Everyone", meeting_type=meeting_type)


@pytest.fixture
def ana(db: None) -> Rep:
    """A rep who works on Mondays and is in no pool."""
    rep = Rep.objects.create(email="ana@acme.example", name="Ana Silva", time_zone="Europe/Berlin")
    WorkingHours.objects.create(rep=rep, weekday=0, start_minute=540, end_minute=1020)
    return rep


@pytest.fixture
def ben(db: None) -> Rep:
    return Rep.objects.create(email="ben@acme.example", name="Ben Okoro")


@pytest.fixture
def members(pool: Pool, ana: Rep, ben: Rep) -> list[Membership]:
    """Ana is owed a meeting, Ben is ahead by one."""
    return [
        Membership.objects.create(pool=pool, rep=ana, weight=1, balance=1.0),
        Membership.objects.create(pool=pool, rep=ben, weight=1, balance=-1.0),
    ]
