"""How each call is described in the OpenAPI document: what it takes, and every answer it can give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from bookings.api import queries
from bookings.api.idempotency import HEADER

ERRORS = {
    400: "What was sent does not fit; `fields` names each place.",
    401: "No token, or one that is not valid.",
    403: "The caller may not do this.",
    404: "There is nothing of that name or number, or the link is not known.",
    409: "It cannot be done now; `code` tells why.",
    410: "The link or the offer has been superseded or has expired.",
    413: "The body is too large.",
    415: "The body is not sent as JSON.",
    422: "The Idempotency-Key was used with other content before.",
    429: "Too often; `Retry-After` tells how long to wait.",
}
BODY = (400, 413, 415)
PUBLIC = (401, 429)
STAFF = (401, 403)
ONCE = (400, 413, 415, 422, 429)

ID = {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
TEXT = {"type": "string", "maxLength": queries.LONGEST, "pattern": r"^[^\x00]*$"}
NAME = {**TEXT, "minLength": 1}
WHEN = {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}

TOKEN = OpenApiParameter(
    "token",
    str,
    OpenApiParameter.PATH,
    pattern="^[A-Za-z0-9_-]{43}$",
    description="Of the link: 256 random bits in base64url.",
)
NUMBER = OpenApiParameter(
    "id",
    ID,
    OpenApiParameter.PATH,
    description="Its id.",
)
SLUG = OpenApiParameter(
    "slug", str, OpenApiParameter.PATH, pattern="^[-a-zA-Z0-9_]+$", description="The form's name."
)
BOOKING = OpenApiParameter(
    "booking", str, OpenApiParameter.PATH, pattern="^([0-9]{1,18}|[A-Za-z0-9_-]{43})$",
    description="The token of the booking's link; for staff also its id.",
)  # fmt: skip
KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, pattern=r"^[\x21-\x7e]{1,200}$",
    description="The same key with the same content gives the same answer for 24 hours.",
)  # fmt: skip
RETRY_AFTER = OpenApiParameter(
    "Retry-After", int, OpenApiParameter.HEADER, response=[429], description="Seconds to wait."
)
DATES = (
    OpenApiParameter("from", OpenApiTypes.DATE, description="First day, the guest's; by default today."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="Last day, included; by default 13 days later."),
)
SINCE = OpenApiParameter(
    "since", WHEN, description="An instant, or a date that means its midnight in UTC; included."
)
UNTIL = OpenApiParameter("until", WHEN, description="The like; not included, and later than `since`.")
PAGING = (
    OpenApiParameter(
        "cursor",
        {"type": "string", "pattern": f"^{queries.CURSOR}$"},
        description="As `next` and `previous` have it.",
    ),
    OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
)


class ErrorSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="A word for programs.")
    detail = serializers.CharField(help_text="A sentence for people.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        help_text="By the name of a question or a key of the body: what to mend.",
    )


def call(
    name: str,
    summary: str,
    answers: Mapping[int, Any],
    *,
    tag: str,
    errors: Sequence[int],
    body: Any = None,
    parameters: Sequence[OpenApiParameter] = (),
    says: str = "",
) -> Callable[[Any], Any]:
    """Describe the method below: its operation id, its answers, and the errors it can give."""
    refused = {
        status: OpenApiResponse(ErrorSerializer, description=ERRORS[status]) for status in sorted(set(errors))
    }
    headers = (RETRY_AFTER,) if 429 in errors else ()
    return extend_schema(
        operation_id=name,
        summary=summary,
        description=says or summary,
        tags=[tag],
        request=body,
        responses={**answers, **refused},
        parameters=[*parameters, *headers],
    )


def page_of(kind: type[serializers.Serializer]) -> serializers.Serializer:
    """The envelope of a list."""
    return inline_serializer(
        kind.__name__.removesuffix("Serializer") + "Page",
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": kind(many=True),
        },
    )
