"""What all calls share: JSON in and out, who is asked for what, limits by address, and no trace in caches."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings import limits
from bookings.api.bodies import StrictJSONParser
from bookings.api.idempotency import HEADER
from bookings.api.permissions import Rights

OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After",
}
PREFLIGHT = {
    "Access-Control-Allow-Headers": f"Content-Type, {HEADER}",
    "Access-Control-Max-Age": "86400",
}


class JSONOnly(BaseContentNegotiation):
    """JSON whatever is asked for: there is nothing else, and an error has to be readable."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        media = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    parser_classes = [StrictJSONParser]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = JSONOnly
    metadata_class = None

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.setdefault("Cache-Control", "no-store")
        return answer


class PublicView(ApiView):
    """A call that anybody may make, from any web page; a token of staff is optional.

    `limits_a_minute` bounds each method by network address, unless the caller has shown a token.
    """

    authentication_classes = [TokenAuthentication]
    permission_classes = [AllowAny]
    limits_a_minute: ClassVar[dict[str, int]] = {"GET": 120, "POST": 30}
    lead_id: int | None = None

    @property
    def is_public(self) -> bool:
        return True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = "GET" if request.method == "HEAD" else str(request.method)
        limit = self.limits_a_minute.get(method)
        if limit and not request.user.is_authenticated:
            limits.check(
                self.limit_key(request, method), limit=limit, per_seconds=limits.MINUTE, now=timezone.now()
            )

    def limit_key(self, request: Request, method: str) -> str:
        return f"{type(self).__name__}:{method}:{limits.client_address(request)}"

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The preflight of a browser on another site."""
        if not self.is_public:
            raise MethodNotAllowed("OPTIONS")
        methods = ", ".join(sorted(set(self.allowed_methods) | {"OPTIONS"}))
        return Response(status=204, headers={**PREFLIGHT, "Access-Control-Allow-Methods": methods})

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self.is_public:
            for name, value in OPEN_TO_ALL.items():
                answer[name] = value
        return answer


class StaffView(ApiView):
    """A call of staff: `rights` names the right each method needs; `open_to_reps` lets reps see their own."""

    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes = [Rights]
    rights: ClassVar[dict[str, str]] = {}
    open_to_reps: ClassVar[bool] = False
