"""`export_anchors`: the seals of the audit trail as lines of JSON, to be kept where nobody here can write."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows import noting


class Command(BaseCommand):
    help = "Write the anchors of the audit trail as lines of JSON; `verify_audit --anchors FILE` holds them against it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", metavar="FILE", help="Append those that the file does not hold yet.")
        parser.add_argument("--since", type=int, default=0, metavar="N", help="Only those after this number.")

    def handle(self, *, output: str | None, since: int, **options: Any) -> None:
        if output is None:
            for line in noting.lines(since):
                self.stdout.write(line)
            return
        path = Path(output)
        try:
            with path.open("a+") as file:
                file.seek(0)
                noted = noting.read(file)
                fresh = list(noting.lines(max([since, *noted])))
                file.writelines(f"{line}\n" for line in fresh)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        except noting.NoNote as error:
            raise CommandError(f"{path}, {error}.") from error
        anchors = "1 anchor" if len(fresh) == 1 else f"{len(fresh)} anchors"
        self.stdout.write(f"{anchors} added to {path}, {len(noted) + len(fresh)} in all.")
