"""`export`: the present configuration as a file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ordinus.configuration.exporting import export


class Command(BaseCommand):
    help = (
        "Print the present configuration as a file that `apply` takes. Secrets that are stored are left out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", metavar="FILE", help="Write it there instead of printing it.")

    def handle(self, *, output: str | None, **options: Any) -> None:
        with transaction.atomic():
            text = export()
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            Path(output).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror or error}.") from error
