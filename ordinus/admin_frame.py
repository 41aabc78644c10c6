"""The frame around each page of the admin: the same menu as unfold makes, at a tenth of the time.

unfold compares each link of the menu with each tab of each list, and lists each model with its rights for a menu that
is not shown. Together that took longer than the queries of most pages.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from unfold.sites import UnfoldAdminSite

from ordinus.admin_dialogs import in_a_page
from ordinus.admin_site import NAVIGATION, known

NUMBERS = frozenset({"object_id", "pk", "number", "run", "id"})
MOST = 2**63 - 1


class OrdinusAdminSite(UnfoldAdminSite):
    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from ordinus.signing_in import sign_in  # its form needs models, which are not there yet

        return sign_in(
            request, lambda: super(OrdinusAdminSite, self).login(request, extra_context), self.has_permission
        )

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(_numbered(view), cacheable)

        @wraps(inner)
        def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return in_a_page(self, request, inner(request, *args, **kwargs))

        return framed

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """The models by app, found out only where somebody asks."""
        return SimpleLazyObject(lambda: super(OrdinusAdminSite, self).get_app_list(request, app_label))

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The menu as this person may see it; the entry that the page belongs to is marked."""
        found = []
        for group in NAVIGATION:
            items = [_shown(item, request) for item in group["items"] if _may_see(item, request)]
            if items:
                is_open = any(item["active"] for item in items)
                found.append({**group, "items": items, "is_open": is_open})
        return found


def _numbered(view: Any) -> Any:
    """The view, with an answer of 404 for numbers of objects that are none: everything here has a number."""

    @wraps(view)
    def looked_at(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if any(name in NUMBERS and not _is_number(value) for name, value in kwargs.items()):
            raise Http404("No object has such a number.")
        return cast(HttpResponseBase, view(request, *args, **kwargs))

    return looked_at


def _is_number(value: Any) -> bool:
    text = "" if value is None else str(value)
    return value is None or (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MOST)


def _may_see(item: dict[str, Any], request: HttpRequest) -> bool:
    permission = item.get("permission")
    return permission is None or bool(permission(request))


def _shown(item: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """A page belongs to an entry if its address begins with the entry's; *Today* has its own page alone.

    An entry may also cover pages that have none of their own.
    """
    link = str(item["link"])
    is_active = request.path == link if link == known("admin:index") else request.path.startswith(link)
    is_active = is_active or ("covers" in item and item["covers"](request))
    return {**item, "link": link, "active": is_active, "has_permission": True}
