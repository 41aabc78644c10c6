"""What a load balancer and an alarm ask: does the process live, and does the work get done."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workflows.models import Heartbeat

SWEEP = "sweep"
SWEEP_ALARM = timedelta(seconds=180)
BROKER_TIMEOUT = 2


class Unready(Exception):
    """Why a part is not ready, in a few words for the operator."""


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing else: a restart would not cure what it could find."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, broker and sweep are well, else 503; `checks` says of each "ok" or what is wrong."""
    now = timezone.now()
    checks = {
        "database": _verdict(check_database),
        "broker": _verdict(check_broker),
        "sweep": _verdict(lambda: check_sweep(now)),
    }
    ready = all(verdict == "ok" for verdict in checks.values())
    body = {
        "status": "ok" if ready else "unready",
        "checks": checks,
        "sweep_age_seconds": _age_in_seconds(now),
    }
    return JsonResponse(body, status=200 if ready else 503)


def check_database() -> None:
    """Raises Unready unless the database answers and every migration is applied."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        missing = _unapplied_migrations()
    except DatabaseError as error:
        raise Unready("does not answer") from error
    if missing:
        raise Unready(f"{missing} migrations are not applied; run manage.py migrate")


def check_broker() -> None:
    """Raises Unready unless Redis answers, or the embedded broker's folder can be written."""
    if not settings.REDIS_URL:
        return _check_folder(settings.BROKER_DIR)
    # A tenth of every start, and many installations have no Redis.
    import redis

    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=BROKER_TIMEOUT, socket_connect_timeout=BROKER_TIMEOUT
        ) as client:
            client.ping()
    except redis.RedisError as error:
        raise Unready("Redis does not answer") from error


def check_sweep(now: datetime) -> None:
    """Raises Unready unless a sweep has run within the last three minutes."""
    age = sweep_age(now)
    if age is None:
        raise Unready("has not run yet; are the worker and beat running?")
    if age > SWEEP_ALARM:
        raise Unready(f"ran {int(age.total_seconds())} s ago; are the worker and beat running?")


def sweep_age(now: datetime) -> timedelta | None:
    """How long ago the last sweep ran, never negative; None before the first."""
    last = Heartbeat.objects.filter(name=SWEEP).values_list("at", flat=True).first()
    return None if last is None else max(now - last, timedelta(0))


def _verdict(check: Callable[[], None]) -> str:
    try:
        check()
    except Unready as reason:
        return str(reason)
    except DatabaseError:
        return "the database does not answer"
    return "ok"


def _age_in_seconds(now: datetime) -> int | None:
    try:
        age = sweep_age(now)
    except DatabaseError:
        return None
    return None if age is None else int(age.total_seconds())


def _check_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Unready(f"its folder cannot be written: {os.strerror(error.errno or 0)}") from error


def _unapplied_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
