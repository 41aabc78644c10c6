"""`describe_configuration`: write the reference page and the JSON Schema of the configuration file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ordinus.configuration import json_schema, reference


def pages() -> dict[Path, str]:
    """What is written from the declarations, and where."""
    folder = Path(settings.BASE_DIR) / "docs" / "reference"
    return {
        folder / "configuration.md": reference.as_text(),
        folder / "configuration.schema.json": json_schema.as_text(),
    }


class Command(BaseCommand):
    help = "Write the reference page and the JSON Schema of the configuration file from its declarations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; exit code 1 if they are not up to date."
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        stale = {path: text for path, text in pages().items() if not is_current(path, text)}
        if check and stale:
            names = ", ".join(path.name for path in stale)
            raise CommandError(f"{names} is out of date; run manage.py describe_configuration.")
        for path, text in stale.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"wrote {path.name}")


def is_current(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
