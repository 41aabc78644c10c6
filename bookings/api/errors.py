"""Every refusal and failure as the one error object: code, detail, fields."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from bookings.refusals import NotAwaited, NotFound, Refusal, TooMany
from workflows.stages.base import NotWaiting

logger = logging.getLogger("ordinus.api")

CODES = {
    400: "invalid",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    415: "unsupported_media_type",
    429: "too_many_requests",
}
SENTENCES = {
    401: "Please send a valid token: “Authorization: Token …”.",
    403: "You may not see or do this.",
    404: "There is nothing at this address.",
    415: "Please send JSON, with “Content-Type: application/json”.",
}
FAILED = "Something went wrong on our side. It has been recorded; please try again later."


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response:
    """The answer to whatever a call raised. What nobody foresaw is logged and answered with 500."""
    if isinstance(error, NotWaiting):
        error = NotAwaited("Nothing waits for this now.")
    if isinstance(error, Refusal):
        retry = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
        return Response(as_body(error.code, error.detail, error.fields), error.status, headers=retry)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    request = context["request"]._request
    logger.exception("call failed", extra={"fields": {"path": request.path}})
    got_request_exception.send(sender=exception_handler, request=request)
    return Response(as_body("server_error", FAILED), 500)


def as_body(code: str, detail: str, fields: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
    return {"code": code, "detail": detail, "fields": dict(fields or {})}


def sentences(errors: Any, name: str = "") -> dict[str, list[str]]:
    """A serializer's errors as lists of sentences by dotted name."""
    if not isinstance(errors, Mapping):
        return {name: [str(each) for each in errors]}
    found: dict[str, list[str]] = {}
    for key, inner in errors.items():
        found |= sentences(inner, f"{name}.{key}" if name else str(key))
    return found


@csrf_exempt
def no_such_path(request: HttpRequest) -> JsonResponse:
    """What any address below /api/v1/ answers that is none of its calls."""
    hint = "" if request.path.endswith("/") else " Addresses end with a slash here."
    return JsonResponse(as_body(NotFound.code, SENTENCES[404] + hint), status=404)


def _of_framework(error: exceptions.APIException) -> Response:
    status = error.status_code
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, exceptions.ValidationError):
        return Response(as_body("invalid", "Please look at the marked fields.", sentences(error.detail)), 400)
    detail = SENTENCES.get(status) or str(error.detail)
    return Response(as_body(CODES.get(status, str(error.default_code)), detail), status, headers=headers)
