"""One log line an event, on stderr, as `key=value` pairs, without personal data.

Whatever is logged, tokens in paths, query strings and e-mail addresses are masked, in tracebacks too.
"""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

MASK = "***"
HEALTH_PATHS = ("/healthz", "/readyz", "/metrics")

request_id: ContextVar[str] = ContextVar("request_id", default="")

_MASKED = (
    # pages of one lead or booking: the token is the way in
    (re.compile(r"(/(?:b|m|o)/)[^/\s\"'?]+"), rf"\1{MASK}"),
    # the API's public calls; a staff call has a number in the same place
    (re.compile(r"(/api/v1/(?:leads|bookings)/)(?!\d+(?:[/\s\"'?]|$))[^/\s\"'?]+"), rf"\1{MASK}"),
    (re.compile(r"(/[^\s\"'?]*)\?[^\s\"']+"), rf"\1?{MASK}"),
    (re.compile(r"[^\s@<>\"'=(,;:]+@[^\s@<>\"'),;:]+"), MASK),
    # PostgreSQL repeats the values of a refused row
    (re.compile(r"(DETAIL:)[^\n]*"), rf"\1 {MASK}"),
)
_PLAIN = re.compile(r"[^\s\"=]+")


def mask(text: str) -> str:
    """The text without tokens, query strings and e-mail addresses."""
    for pattern, replacement in _MASKED:
        text = pattern.sub(replacement, text)
    return text


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """False for what health checks cause every few seconds: their own answer says it."""
    path = getattr(getattr(record, "request", None), "path", "")
    return path not in HEALTH_PATHS


class LineFormatter(logging.Formatter):
    """`time=… level=… logger=… event="…" request=…`, then the record's `fields`, then a traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        pairs: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if request_id.get():
            pairs["request"] = request_id.get()
        pairs.update(getattr(record, "fields", {}))
        if record.exc_info:
            pairs["traceback"] = self.formatException(record.exc_info)
        return " ".join(f"{key}={_quoted(value)}" for key, value in pairs.items())


def _quoted(value: Any) -> str:
    text = mask(str(value))
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def configuration(level: str = "INFO") -> dict[str, Any]:
    """A `logging.config.dictConfig` that sends everything through LineFormatter to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": LineFormatter}},
        "filters": {"worth": {"()": lambda: is_worth_a_line}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["worth"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers are taken away so that nothing is written twice
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # three lines every ten seconds that say nothing new
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "django_celery_beat": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
        },
    }
