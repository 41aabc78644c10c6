"""The Celery application. Its tasks carry ids and say "sweep"; what is due stands in the database."""

from __future__ import annotations

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging

import ordinus.broker  # noqa: F401  (registers the embedded broker's scheme)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ordinus.settings")

app = Celery("ordinus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_like_django(**_: Any) -> None:
    """Keep Celery from bringing its own log format: its lines might hold what ours mask."""
    from django.conf import settings

    dictConfig(settings.LOGGING)
