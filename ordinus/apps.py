"""The composition root as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class OrdinusConfig(AppConfig):
    name = "ordinus"
    verbose_name = "Ordinus"
