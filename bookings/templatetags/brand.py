"""The brand in templates, which must know it even where a page is rendered without a request."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def brand_name() -> str:
    """What the organisation calls itself."""
    return str(getattr(settings, "ORDINUS_BRAND_NAME", "") or "Ordinus")
