"""The admin tells times in the zone of whoever looks at it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from urllib.parse import unquote
from zoneinfo import available_timezones

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from routing.models import Rep

COOKIE = "viewer_zone"
ADMIN = "/admin/"


class ViewerZoneMiddleware:
    """In the admin every instant is shown, and every day is counted, on the viewer's clock.

    The browser says which zone that is (static/ordinus/admin.js); before it has, a rep's own zone, else UTC.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(ADMIN):
            return self.get_response(request)
        with timezone.override(_zone_of(request)):
            return self.get_response(request)


def _zone_of(request: HttpRequest) -> str | None:
    said = unquote(request.COOKIES.get(COOKIE, ""))
    if said in _zones():
        return said
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return Rep.objects.filter(user=user.pk).values_list("time_zone", flat=True).first()


@cache
def _zones() -> frozenset[str]:
    """Read once: looking through the folders of the tz database takes longer than most pages."""
    return frozenset(available_timezones())
