"""The dialogs of the admin's actions, when their address is opened by itself: in a new tab, or without scripts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.template.response import SimpleTemplateResponse
from django.utils.safestring import SafeString
from unfold.sites import UnfoldAdminSite

BEGINNING = b'<div id="dialog">'


def in_a_page(site: UnfoldAdminSite, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer, with a page around it where it is a dialog that nobody asked for from within one."""
    if (
        request.headers.get("HX-Request")
        or not isinstance(response, HttpResponse)
        or not _is_dialog(response)
    ):
        return response
    context = {
        **site.each_context(request),
        "title": "Please confirm",
        "content_title": "Please confirm",
        "dialog": SafeString(response.content.decode()),
        "back_url": request.path.rstrip("/").rpartition("/")[0] + "/change/",
    }
    response.content = render_to_string("admin/ordinus/dialog_alone.html", context, request).encode()
    return response


def _is_dialog(response: HttpResponse) -> bool:
    if response.status_code != 200 or isinstance(response, SimpleTemplateResponse):
        return False
    return response.content[:100].lstrip().startswith(BEGINNING)
