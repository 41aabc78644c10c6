"""One answer for one Idempotency-Key: kept for 24 hours, given again for the same content.

The row is written before the call runs, as a claim that any other process sees; whoever comes second waits for
the answer. What a call creates is committed together with its answer (`seal`), so that a process that dies leaves
both or neither; a claim whose process died is taken over. Answers that tell of a passing trouble (5xx, 429) are not
kept, so that the caller can try again with the same key.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.errors import exception_handler
from bookings.models import IdempotentAnswer
from bookings.refusals import Invalid, Refusal, TooMany

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
STALE = timedelta(seconds=60)
LOOKS, PAUSE = 200, 0.05  # ten seconds in all
RUNNING = 0

_KEY = re.compile(r"[\x21-\x7e]{1,200}")

Call = Callable[..., Response]


class KeyReused(Refusal):
    code, status = "idempotency_key_reused", 422


@dataclass(frozen=True)
class _Claim:
    """The right to answer a key; void once somebody else took it over."""

    pk: int
    made_at: datetime


def answered_once(call: Call) -> Call:
    """The POST method of a view, run once for each Idempotency-Key, path, caller and content.

    The view may set `lead_id`, so that erasing the lead finds the answer that was kept.
    """

    @wraps(call)
    def answered(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return call(view, request, *args, **kwargs)
        if not _KEY.fullmatch(key):
            told = ["Please send 1 to 200 visible ASCII characters without spaces."]
            raise Invalid("The key cannot be used.", fields={HEADER: told})
        found = _claim(_scope(view), _digest(request, key), _content(request))
        if isinstance(found, Response):
            return found
        return _run(found, call, view, request, *args, **kwargs)

    return answered


def _run(claim: _Claim, call: Call, view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
    row = IdempotentAnswer.objects.filter(pk=claim.pk, made_at=claim.made_at, status=RUNNING)
    view.keep = partial(_keep, row, view)
    try:
        response = call(view, request, *args, **kwargs)
    except Exception as error:
        response = exception_handler(error, {"request": request, "view": view})
    except BaseException:
        row.delete()
        raise
    if response.status_code >= 500 or response.status_code == TooMany.status:
        row.delete()
    else:
        _keep(row, view, response)
    return response


def seal(view: Any, answer: Callable[[Any], Response]) -> Callable[[Any], None]:
    """For the shell that writes: keeps the answer to what it made, inside the transaction that makes it."""

    def keep(made: Any) -> None:
        if hasattr(view, "keep"):
            view.keep(answer(made))

    return keep


def _keep(row: QuerySet[IdempotentAnswer], view: Any, response: Response) -> None:
    """The answer is kept, unless it was already."""
    # As text: a JSON column may sort names, and the answer is to be the same to the byte.
    body = json.dumps(response.data, ensure_ascii=False)
    row.update(status=response.status_code, body=body, lead=getattr(view, "lead_id", None))


def _claim(scope: str, key: str, content: str) -> _Claim | Response:
    """The claim to answer, or the answer given before. Raises KeyReused; TooMany if the first takes too long."""
    for look in range(LOOKS):
        now = timezone.now()
        row, is_new = IdempotentAnswer.objects.get_or_create(
            scope=scope, key=key, defaults={"content_hash": content, "made_at": now}
        )
        if is_new:
            return _Claim(row.pk, row.made_at)
        if row.made_at <= now - KEPT:
            IdempotentAnswer.objects.filter(pk=row.pk, made_at=row.made_at).delete()
            continue
        if row.content_hash != content:
            raise KeyReused("This Idempotency-Key was sent with other content before. Please use a new one.")
        if row.status != RUNNING:
            return Response(json.loads(str(row.body)), row.status)
        if row.made_at <= now - STALE and _take_over(row, now):
            return _Claim(row.pk, now)
        if look < LOOKS - 1:
            time.sleep(PAUSE)
    raise TooMany("The first request with this Idempotency-Key is still being answered.", retry_after=1)


def _take_over(row: IdempotentAnswer, now: datetime) -> bool:
    dead = IdempotentAnswer.objects.filter(pk=row.pk, made_at=row.made_at, status=RUNNING)
    return bool(dead.update(made_at=now))


def _scope(view: Any) -> str:
    return f"POST {view.request.resolver_match.route}"[:200]


def _digest(request: Request, key: str) -> str:
    """The key within its path and caller; a digest, since the path holds a token."""
    parts = json.dumps([request.path, request.user.pk, key])
    return hashlib.sha256(parts.encode()).hexdigest()


def _content(request: Request) -> str:
    return hashlib.sha256(json.dumps(request.data, sort_keys=True).encode()).hexdigest()
