"""Where other systems tell us something: one address a source, signed messages only."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bookings import access, limits, receiving
from bookings.inbound import KINDS
from bookings.inbound.base import Message, Unreadable, Unsigned, resolved
from bookings.models import InboundSource
from bookings.refusals import TooMany
from workflows.secrets import SecretError

logger = logging.getLogger(__name__)

LONGEST = 256 * 1024
A_MINUTE = 600


@csrf_exempt
@require_POST
def hook(request: HttpRequest, slug: str) -> HttpResponse:
    """Answers 200 for whatever was taken or is known, so that senders stop; 401 for what is not signed.

    Nobody is logged in here: the signature says who it is, so another site's form could send nothing.
    """
    now = timezone.now()
    try:
        limits.check(
            f"hook/{limits.client_address(request)}", limit=A_MINUTE, per_seconds=limits.MINUTE, now=now
        )
    except TooMany as refusal:
        answer = _said("too_many_requests", refusal.detail, 429)
        answer["Retry-After"] = str(refusal.retry_after)
        return answer
    source = InboundSource.objects.filter(slug=slug, is_enabled=True, retired_at=None).first()
    if source is None or source.kind not in KINDS:
        return _said("not_found", "Nobody listens at this address.", 404)
    if len(request.body) > LONGEST:
        return _said("too_large", "Please send at most 256 KB.", 413)
    message = Message(
        request.body,
        {name.lower(): value for name, value in request.headers.items()},
        request.GET.dict(),  # type: ignore[arg-type]
        access.url(request.path),
    )
    return _taken(source, message)


def _taken(source: InboundSource, message: Message) -> HttpResponse:
    now = timezone.now()
    try:
        shared = resolved(source)
        challenge = KINDS[source.kind].challenged(message, shared, now)
        if challenge is not None:
            text, kind = challenge
            return HttpResponse(text, content_type=f"{kind}; charset=utf-8")
        taken = receiving.receive(source, message, now)
    except Unsigned as error:
        return _said("unsigned", f"This message is not believed: {error}.", 401)
    except Unreadable as error:
        told = f"This message cannot be understood: {error}."
        return _said("invalid", told, 400, {error.place: [told]} if error.place else {})
    except receiving.IdReused as refusal:
        return _said(refusal.code, refusal.detail, refusal.status, refusal.fields)
    except SecretError:
        logger.warning("the secret of the inbound source %s cannot be had", source.slug)
        return _said("not_ready", "This address is not ready yet. Please try again later.", 503)
    return JsonResponse({"taken": len(taken), "effects": [row.code or row.state for row in taken]})


def _said(code: str, detail: str, status: int, fields: dict[str, list[str]] | None = None) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail, "fields": fields or {}}, status=status)
