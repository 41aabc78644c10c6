"""`manage.py welcome`: where everything is, and who may log in."""

from __future__ import annotations

from collections.abc import Iterator
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
        """Prints it all at once: the services are logging to the same terminal."""
        lines = ["", "  Ordinus is running.", ""]
        lines += [f"  {name:<14}{settings.BASE_URL}{path}" for name, path in PLACES]
        lines += [f"  {'Log in':<14}{login}" for login in _demo_logins()]
        if settings.ORDINUS_MAIL_TRANSPORT == "log":
            lines.append("  No mail leaves this machine; the message log keeps it all.")
        lines += ["  Ctrl-C stops it.", ""]
        self.stdout.write("\n".join(lines))


def _demo_logins() -> Iterator[str]:
    users = get_user_model().objects
    for username, sees in DEMO_USERS:
        user = users.filter(username=username, is_active=True).first()
        if user and user.check_password(DEMO_PASSWORD):
            yield f"{username} / {DEMO_PASSWORD}  ({sees})"
