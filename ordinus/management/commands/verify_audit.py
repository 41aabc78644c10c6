"""`verify_audit`: whether the audit trail is whole and unchanged."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows import noting
from workflows.spreading import processors
from workflows.verifying import Finding, Progress, examine

WIDTH = 40
MOST_NAMED = 20


class Command(BaseCommand):
    help = "Check every chain of the audit trail, its evidence and its anchors. Exit code 1 if any is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchors",
            metavar="FILE",
            help="Hold anchors noted elsewhere against it, as `export_anchors` or a sink wrote them.",
        )

        parser.add_argument(
            "--processes",
            type=int,
            metavar="N",
            help="How many processes share the work on a long trail; one for each processor, if not said.",
        )

    def handle(
        self, *args: Any, anchors: str | None = None, processes: int | None = None, **options: Any
    ) -> None:
        noted = self._read(anchors) if anchors else {}
        report = examine(self._progress(), processes or processors())
        report.findings += [Finding("anchor", number, number, "noted") for number in noting.differing(noted)]
        read = f"{_counted(report.events, 'event')} in {_counted(report.chains, 'chain')}"
        read += f", {_counted(report.anchors, 'anchor')}"
        if report.findings:
            first, *rest = report.findings
            self.stdout.write(self.style.ERROR(f"BROKEN: {first}"))
            for finding in rest[:MOST_NAMED]:
                self.stdout.write(f"Also broken: {finding}")
            if rest[MOST_NAMED:]:
                self.stdout.write(f"… and {len(rest) - MOST_NAMED} more.")
            self.stdout.write(f"{read} checked.")
            sys.exit(1)
        self.stdout.write(f"The audit trail holds: {read}.")
        if report.anchors:
            self.stdout.write(f"Anchor {report.anchors} seals all before it: {report.last_anchor}")
        if noted:
            self.stdout.write(
                f"{_counted(len(noted), 'noted anchor')} held against it, all as they were noted."
            )

    def _read(self, path: str) -> dict[int, str]:
        try:
            with Path(path).open() as file:
                return noting.read(file)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except noting.NoNote as error:
            raise CommandError(f"{path}, {error}.") from error

    def _progress(self) -> Progress | None:
        """A bar on a terminal; nothing in a file or a pipe."""
        if not self.stderr.isatty():
            return None

        def show(count: int, total: int) -> None:
            share = count / total if total else 1.0
            filled = round(share * WIDTH)
            bar = f"[{'#' * filled}{'.' * (WIDTH - filled)}] {count} of {total} events"
            self.stderr.write(f"\r{bar}", ending="\n" if share == 1 else "")

        return show


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun if count == 1 else noun + 's'}"
