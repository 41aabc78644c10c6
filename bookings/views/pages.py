"""What all pages share: refusals told in words, reading without traces, and frames where they are allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from bookings import limits
from bookings.refusals import NotFound, Refusal, TooMany

View = Callable[..., HttpResponse]

MISSES_A_MINUTE = 30
PRESSES_A_MINUTE = 30


@dataclass(frozen=True)
class Notice:
    """A sentence above a page's content; `tone` is good, warn, bad or empty."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class _Look:
    """How a kind of refusal is introduced; its own sentence stands below."""

    heading: str
    icon: str
    tone: str = ""
    can_repeat: bool = True


_LOOKS = {
    "not_found": _Look("We cannot find this", "icons/search.svg", can_repeat=False),
    "gone": _Look("This link has done its work", "icons/clock.svg", can_repeat=False),
    "already_booked": _Look("You already hold a booking", "icons/day.svg", can_repeat=False),
    "not_bookable": _Look("Nothing to book here just now", "icons/day.svg"),
    "too_late": _Look("It is too late for that", "icons/clock.svg"),
    "too_early": _Look("It is too early for that", "icons/clock.svg"),
    "slot_taken": _Look("That time has just gone", "icons/clock.svg"),
    "too_many_requests": _Look("One moment, please", "icons/clock.svg", tone="warn"),
}
_OTHERWISE = _Look("That did not work", "icons/cross.svg", tone="warn")


def page(*methods: str) -> Callable[[View], View]:
    """A page that answers GET, HEAD and `methods`, and tells a Refusal in words with its status.

    HEAD runs as GET in a transaction that is rolled back, so it has the same status and leaves no trace.
    Looking for links that do not exist is limited per address. No answer is kept by a cache.
    """
    allowed = ("GET", "HEAD", *methods)

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            try:
                response = _answer(view, request, *args, **kwargs)
            except NotFound as refusal:
                response = refusal_page(request, _limited_miss(request, refusal))
            except Refusal as refusal:
                response = refusal_page(request, refusal)
            response.setdefault("Cache-Control", "private, no-store")
            return response

        return answered

    return decorate


def frameable(view: View) -> View:
    """With ?embed=1 any site may show the page in a frame.

    A browser sends no cookies there, so the form carries no CSRF token either. It would protect nothing: a form
    for strangers acts for nobody, and the token in a booking link is itself what another site cannot know.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_framed(request):
            return protected(request, *args, **kwargs)
        response = xframe_options_exempt(view)(request, *args, **kwargs)
        response._csp_replace = {"frame-ancestors": ["*"]}  # type: ignore[attr-defined]
        return response

    return framed


def is_framed(request: HttpRequest) -> bool:
    return request.GET.get("embed") == "1"


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The rendered page; whether it stands in a frame is added to its context."""
    return render(request, template, {"is_framed": is_framed(request), **(context or {})}, status=status)


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as a page of its own, with its status and, for TooMany, when to come back."""
    look = _LOOKS.get(refusal.code, _OTHERWISE)
    again, start = ("Look again", request.get_full_path()), ("Start page", reverse("home"))
    context = {
        "heading": look.heading,
        "sentences": [refusal.detail],
        "icon": look.icon,
        "tone": look.tone,
        "ways": [again if look.can_repeat else start],
    }
    response = show(request, "bookings/sentence.html", context, status=refusal.status)
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def limit_presses(request: HttpRequest, what: str) -> None:
    """Raises TooMany when one address presses more than any person would."""
    key = f"{what}:{limits.client_address(request)}"
    limits.check(key, limit=PRESSES_A_MINUTE, per_seconds=limits.MINUTE, now=timezone.now())


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method != "HEAD":
        return view(request, *args, **kwargs)
    with transaction.atomic():
        response = view(request, *args, **kwargs)
        transaction.set_rollback(True)
    return response


def _limited_miss(request: HttpRequest, refusal: NotFound) -> Refusal:
    key = f"miss:{limits.client_address(request)}"
    try:
        limits.check(key, limit=MISSES_A_MINUTE, per_seconds=limits.MINUTE, now=timezone.now())
    except TooMany as limited:
        return limited
    return refusal
