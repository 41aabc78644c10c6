"""/rep/login/ and /rep/logout/: the reps' own way in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bookings import limits
from bookings.refusals import TooMany
from bookings.views.pages import refusal_page

TRIES_A_MINUTE = 10
TRIES_AN_HOUR_FOR_A_NAME = 50


class RepLogin(LoginView):
    """Signs in and goes on to the day, or where one wanted to go. Tries are limited by address and by name."""

    template_name = "rep/login.html"
    next_page = "rep-day"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            limit_tries(request)
        except TooMany as refusal:
            return refusal_page(request, refusal)
        return super().post(request, *args, **kwargs)


def limit_tries(request: HttpRequest) -> None:
    """Raises TooMany when this address, or others for the same name, have tried too often."""
    name = request.POST.get("username", "").strip().lower()[:150]
    _limit(f"login:{limits.client_address(request)}", TRIES_A_MINUTE, limits.MINUTE)
    _limit(f"login-name:{name}", TRIES_AN_HOUR_FOR_A_NAME, limits.HOUR)


def _limit(key: str, limit: int, per_seconds: int) -> None:
    limits.check(key, limit=limit, per_seconds=per_seconds, now=timezone.now())


class RepLogout(LogoutView):
    """Signs out by POST and shows the sign-in page."""

    next_page = "rep-login"
    http_method_names = ["post", "options"]
