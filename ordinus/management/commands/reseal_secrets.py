"""`reseal_secrets`: stored secrets sealed with the present SECRET_KEY, so that former ones can go."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from workflows.resealing import reseal


class Command(BaseCommand):
    help = (
        "Seal every stored secret with the present SECRET_KEY. After that, take the former key out of "
        "SECRET_KEY_FALLBACKS. Exit code 1 if a secret can be opened with none of the keys."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        report = reseal()
        self.stdout.write(f"{report.renewed} of {report.secrets} stored secrets sealed anew.")
        for name in report.unreadable:
            self.stdout.write(self.style.ERROR(f"No key opens the secret of: {name}. Enter it again."))
        if report.unreadable:
            sys.exit(1)
