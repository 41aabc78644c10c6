"""`export_lead`: all that is held about a person, to be given to them."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bookings import disclosing
from bookings.admin.names import load_names
from ordinus.management.people import find


class Command(BaseCommand):
    help = "Write all that is held about a person, as JSON or to be read. The audit trail says that it was given out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lead", metavar="LEAD", help="The lead's number or e-mail address.")
        parser.add_argument("--output", metavar="FILE", help="Where to write it (default: here).")
        parser.add_argument("--text", action="store_true", help="To be read, instead of JSON.")

    def handle(self, *, lead: str, output: str | None, text: bool, **options: Any) -> None:
        found = find(lead.strip())
        kind = disclosing.TEXT if text else disclosing.JSON
        held = disclosing.give_out(
            found, load_names(found.time_zone or "UTC"), kind=kind, now=timezone.now(), actor="system"
        )
        told = disclosing.as_text(held) if text else json.dumps(held, ensure_ascii=False, indent=2) + "\n"
        if output is None:
            self.stdout.write(told, ending="")
            return
        try:
            Path(output).write_text(told)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"All that is held about lead {found.pk} is in {output}.")
