"""`describe_reference`: write the pages of the reference that tell what is registered."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ordinus import reference


class Command(BaseCommand):
    help = "Write the reference of audit verbs, stage kinds and facts from what is registered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; exit code 1 if a page is not up to date."
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "reference"
        stale = {
            name: text() for name, text in reference.PAGES.items() if not is_current(folder / name, text())
        }
        if check and stale:
            raise CommandError(f"{', '.join(stale)} is out of date; run manage.py describe_reference.")
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in stale.items():
            (folder / name).write_text(text, encoding="utf-8")
            self.stdout.write(f"wrote {name}")


def is_current(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
