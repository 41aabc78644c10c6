"""`apply`: make the database match a configuration file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ordinus.configuration.applying import apply
from ordinus.configuration.problems import InvalidFile

STANDARD_INPUT = "-"


class Command(BaseCommand):
    help = "Make the database match a configuration file. Exit code 1, and nothing changed, if the file is invalid."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="The file, in YAML; - reads standard input.")
        parser.add_argument("--plan", action="store_true", help="Print what would change and write nothing.")
        parser.add_argument(
            "--prune", action="store_true", help="Remove, or retire, what the file does not name."
        )

    def handle(self, *, file: str, plan: bool, prune: bool, **options: Any) -> None:
        text = read_text(file)
        try:
            changes = apply(text, now=timezone.now(), plan=plan, prune=prune)
        except InvalidFile as error:
            count = len(error.problems)
            head = f"{file} has {count} {'problem' if count == 1 else 'problems'}; nothing was changed."
            raise CommandError("\n".join([head, *map(str, error.problems)])) from error
        for change in changes:
            self.stdout.write(str(change))
        if not changes:
            self.stdout.write("no changes")


def read_text(file: str) -> str:
    """The text of the file. Raises CommandError with one sentence when there is none to be had."""
    try:
        found = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
        return found.decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8 text: byte {error.start} does not fit.") from error
