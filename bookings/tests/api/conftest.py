"""Callers of the API: guests, staff with all rights, and a rep; the clock stands still at `NOW`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from bookings.tests import organisation
from bookings.tests.api.calls import Guest
from bookings.tests.organisation import NOW, Organisation

Login = Callable[..., APIClient]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def acme(db: None, clock: time_machine.Traveller) -> Organisation:
    return organisation.build()


@pytest.fixture
def guest(acme: Organisation) -> Guest:
    """Has sent the form and stands before the times on offer."""
    return Guest.submitting(APIClient())


@pytest.fixture
def booked(guest: Guest) -> Guest:
    """Holds a meeting tomorrow."""
    guest.book(guest.slots()[20]["start"])
    return guest


@pytest.fixture
def login(db: None) -> Login:
    """A caller with a token and these rights, such as bookings.view_lead."""

    def client(name: str, *rights: str, **more: Any) -> APIClient:
        user = User.objects.create_user(name, **more)
        for right in rights:
            app, codename = right.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        token = Token.objects.create(user=user)
        return APIClient(HTTP_AUTHORIZATION=f"Token {token.key}")

    return client


@pytest.fixture
def staff(login: Login) -> APIClient:
    """Somebody with every right."""
    return login("root", is_staff=True, is_superuser=True)


@pytest.fixture
def rep(acme: Organisation, login: Login) -> APIClient:
    """The first rep, without rights of staff."""
    client = login("ana")
    acme.reps[0].user = User.objects.get(username="ana")
    acme.reps[0].save()
    return client
