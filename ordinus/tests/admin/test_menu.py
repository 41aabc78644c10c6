"""The menu beside each page of the admin: what a person may see, the place they are at, and no more work than that."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission, User

from ordinus.admin_site import NAVIGATION
from workflows.tests.admin.pages import Admin, superuser

pytestmark = pytest.mark.django_db

ENTRY = re.compile(
    r'<li><a href="([^"]+)" class="([^"]*)"><span[^>]*>[^<]*</span><span>([^<]+)</span></a></li>'
)


def menu_of(page: str) -> dict[str, tuple[str, bool]]:
    """Of each entry its address, and whether it is marked as the place."""
    return {title: (url, "active" in classes.split()) for url, classes, title in ENTRY.findall(page)}


def here(page: str) -> list[str]:
    return [title for title, (_, is_here) in menu_of(page).items() if is_here]


def test_whoever_may_do_everything_sees_every_entry() -> None:
    shown = menu_of(Admin(superuser()).get("/admin/"))
    titles = [item["title"].replace("&", "&amp;") for group in NAVIGATION for item in group["items"]]
    assert list(shown) == titles
    assert shown["Leads"] == ("/admin/bookings/lead/", False)


@pytest.mark.parametrize(
    "path, title",
    [
        ("/admin/", "Today"),
        ("/admin/reports/", "Reports"),
        ("/admin/bookings/booking/", "Bookings"),
        ("/admin/bookings/booking/?when=today", "Bookings"),
        ("/admin/bookings/bookingform/add/", "Forms"),
        ("/admin/workflows/auditevent/?about=leads", "Audit"),
    ],
)
def test_the_entry_of_the_page_is_marked_alone(path: str, title: str) -> None:
    assert here(Admin(superuser()).get(path)) == [title]


def test_nobody_sees_what_they_may_not_open() -> None:
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.set(Permission.objects.filter(codename="view_lead"))
    page = Admin(looker).get("/admin/bookings/lead/")
    assert list(menu_of(page)) == ["Today", "Leads"]
    assert "Integrations" not in page
