"""`manage.py welcome`: where everything is, and who may log in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

DEMO_PASSWORD = "ordinus-demo"
DEMO_USERS = (("admin", "everything"), ("ana@acme.example", "the rep screen"))
PLACES = (
    ("Booking page", "/book/demo-request/"),
    ("Rep screen", "/rep/"),
    ("Operations", "/admin/"),
    ("Message log", "/admin/bookings/message/"),
    ("API", "/api/docs/"),
    ("Health", "/readyz"),
)


class Command(BaseCommand):
    help = "Print the addresses of this installation and, while they have it, the demo users' password."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("\n  Ordinus is running.\n")
        for name, path in PLACES:
            self.stdout.write(f"  {name:<14}{settings.BASE_URL}{path}")
        users = get_user_model().objects
        for username, sees in DEMO_USERS:
            user = users.filter(username=username, is_active=True).first()
            if user and user.check_password(DEMO_PASSWORD):
                self.stdout.write(f"  {'Log in':<14}{username} / {DEMO_PASSWORD}  ({sees})")
        if settings.ORDINUS_MAIL_TRANSPORT == "log":
            self.stdout.write("  No mail leaves this machine; the message log keeps it all.")
        self.stdout.write("  Ctrl-C stops it.\n")
