"""The admin's door: whoever has a login may sign in there, and comes to where they have something to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.forms import AuthenticationForm as DjangoForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.forms import AuthenticationForm

from bookings.refusals import TooMany
from bookings.views.login import limit_tries
from bookings.views.pages import refusal_page

TO_REPS, TO_STAFF = "rep-day", "admin:index"


class SignInForm(AuthenticationForm):
    """Takes reps as well as staff; what they may see is decided after."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "That user name and password do not go together. Both mind capital letters.",
    }

    def confirm_login_allowed(self, user: Any) -> None:
        DjangoForm.confirm_login_allowed(self, user)


def sign_in(
    request: HttpRequest, show: Callable[[], HttpResponse], may_enter: Callable[[HttpRequest], bool]
) -> HttpResponse:
    """The page by `show`, or where it leads: staff where they wanted to go or to Today, others to the rep's day.

    Tries are limited as on the reps' own page.
    """
    is_asked_for = REDIRECT_FIELD_NAME in request.GET or REDIRECT_FIELD_NAME in request.POST
    if request.method != "POST":
        if request.user.is_authenticated and not may_enter(request) and not is_asked_for:
            return redirect(TO_REPS)
        return show()
    try:
        limit_tries(request)
    except TooMany as refusal:
        return refusal_page(request, refusal)
    response = show()
    if response.status_code != 302:
        return response
    if not may_enter(request):
        return redirect(TO_REPS)
    return response if is_asked_for else redirect(TO_STAFF)
