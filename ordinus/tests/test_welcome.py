"""What `make run` prints when it is ready."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def welcome() -> str:
    out = StringIO()
    call_command("welcome", stdout=out)
    return out.getvalue()


def test_it_prints_where_everything_is() -> None:
    text = welcome()
    for path in ("/book/demo-request/", "/rep/", "/admin/", "/admin/bookings/message/", "/api/docs/"):
        assert f"https://ordinus.test{path}" in text


def test_it_prints_the_demo_logins() -> None:
    User.objects.create_superuser("admin", password="ordinus-demo")
    User.objects.create_user("ana@acme.example", password="ordinus-demo")
    assert "admin / ordinus-demo" in welcome()
    assert "ana@acme.example / ordinus-demo" in welcome()


def test_it_never_prints_a_password_that_does_not_fit() -> None:
    User.objects.create_superuser("admin", password="a better one")
    assert "ordinus-demo" not in welcome()
