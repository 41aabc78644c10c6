"""The composition root as a Django app."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate


class OrdinusAdminConfig(admin_apps.AdminConfig):
    """Django's admin in our frame."""

    default = False
    default_site = "ordinus.admin_frame.OrdinusAdminSite"


class OrdinusConfig(AppConfig):
    name = "ordinus"
    default = True
    verbose_name = "Ordinus"

    def ready(self) -> None:
        from django.conf import settings

        from ordinus.beat import plan_recurring_work
        from workflows.stages.loading import load_kinds

        # after all apps have registered theirs, so that none can be taken for another
        load_kinds(settings.ORDINUS_STAGE_KINDS)
        scheduler = apps.get_app_config("django_celery_beat")
        post_migrate.connect(plan_recurring_work, sender=scheduler, dispatch_uid="ordinus.beat")
