"""The composition root: settings, URLs, Celery, configuration as code."""

from ordinus.celery import app as celery_app

__all__ = ["celery_app"]
