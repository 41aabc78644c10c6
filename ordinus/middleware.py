"""What every request passes: an id and a log line, a limit of its size, and a policy for its content."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from time import monotonic
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from ordinus.logs import HEALTH_PATHS, request_id

logger = logging.getLogger("ordinus.request")

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_QUIET = (*HEALTH_PATHS, settings.STATIC_URL)


class RequestLogMiddleware:
    """Gives each request an id (a proxy's X-Request-ID is kept), logs it, and tells the caller the id."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        number = given if _ACCEPTABLE_ID.fullmatch(given) else secrets.token_hex(8)
        context = request_id.set(number)
        began = monotonic()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = number
            fields = {
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round((monotonic() - began) * 1000),
            }
            level = logging.DEBUG if request.path.startswith(_QUIET) else logging.INFO
            logger.log(level, "request", extra={"fields": fields})
            return response
        finally:
            request_id.reset(context)


MOST_DRAINED = 4 * 1024 * 1024
DRAINED_AT_ONCE = 64 * 1024


class BodyLimitMiddleware:
    """Refuses a body that is larger than its page can need with 413, before anything reads it.

    Django's own limit does not bind the API, whose parsers read the stream; it stays behind this one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_admin = request.path.startswith("/admin/")
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE if is_admin else settings.ORDINUS_PUBLIC_BODY_LIMIT
        if _content_length(request) <= limit:
            return self.get_response(request)
        _drain(request)
        detail = f"That is too much at once; at most {limit // 1024} KB can be sent here."
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "too_large", "detail": detail, "fields": {}}, status=413)
        return HttpResponse(detail, status=413, content_type="text/plain; charset=utf-8")


def _drain(request: HttpRequest) -> None:
    """Read what is being sent, up to a bound, and forget it.

    Where a body is left unread the server drops the connection, and a client that goes on using it gets no answer.
    """
    left = min(_content_length(request), MOST_DRAINED)
    while left > 0 and (piece := request.read(min(left, DRAINED_AT_ONCE))):
        left -= len(piece)


class PlainAddressMiddleware:
    """Refuses NUL characters behind the question mark of the admin's addresses with 400.

    They become filters of lists as they stand, and PostgreSQL takes no text with one. Everywhere else what is asked
    for is read by name and checked there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/admin/") and "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("The address holds a NUL character, which no text can contain here.")
        return self.get_response(request)


class ContentPolicyMiddleware(CSPMiddleware):
    """The strict policy of the settings, except where a page of a library needs more (CONTENT_POLICIES).

    A view that sets a policy of its own keeps it.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if parts.config is None and not report_only:
            parts.config = _policy_for(request.path)
        return parts


def _policy_for(path: str) -> dict[str, Any] | None:
    for prefix, policy in settings.CONTENT_POLICIES.items():
        if path.startswith(prefix):
            return dict(policy)
    return None


def _content_length(request: HttpRequest) -> int:
    try:
        return int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return 0
