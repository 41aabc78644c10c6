"""/brand.css, /embed.js and the start page: what is the same for everybody."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from bookings.core.colours import DARK, LIGHT, normalised, palette
from bookings.views.pages import page, show

OUR_COLOUR = "#3538cd"


def _colour() -> str:
    return normalised(str(getattr(settings, "ORDINUS_BRAND_COLOUR", "")), OUR_COLOUR)


@require_safe
@cache_control(public=True, max_age=3600)
@condition(etag_func=lambda request: f'"{_colour()}"')
def brand_css(request: HttpRequest) -> HttpResponse:
    """The brand's colour and its legible shades as custom properties, for light and for dark."""
    light, dark = (_properties(palette(_colour(), surfaces)) for surfaces in (LIGHT, DARK))
    in_dark = f"@media (prefers-color-scheme: dark) {{\n:root:not(.in-frame) {{\n{dark}}}\n}}\n"
    css = f":root {{\n{light}}}\n\n{in_dark}"
    return HttpResponse(css, content_type="text/css; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def embed_js(request: HttpRequest) -> HttpResponse:
    """The script that other sites load to put a form into their pages."""
    response = render(request, "bookings/embed.js", content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@page()
def home(request: HttpRequest) -> HttpResponse:
    """For those who come without a link."""
    context = {
        "heading": "Looking for your booking?",
        "sentences": ["Its link is in the mail we sent you; there you can see it, move it or cancel it."],
        "icon": "icons/day.svg",
        "ways": [("Sign in as a rep", "/rep/")],
    }
    return show(request, "bookings/sentence.html", context)


def _properties(shades: Mapping[str, str]) -> str:
    return "".join(f"  --{name}: {colour};\n" for name, colour in shades.items())
