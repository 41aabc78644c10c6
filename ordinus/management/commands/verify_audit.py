"""`verify_audit`: whether the audit trail is whole and unchanged."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from workflows.models import AuditEvent
from workflows.verifying import examine

WIDTH = 40
MOST_NAMED = 20


class Command(BaseCommand):
    help = "Check every chain of the audit trail, its evidence and its anchors. Exit code 1 if any is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        report = examine(self._progress())
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

    def _progress(self) -> Callable[[int], None] | None:
        """A bar on a terminal; nothing in a file or a pipe."""
        if not self.stderr.isatty():
            return None
        total = AuditEvent.objects.count()

        def show(count: int) -> None:
            share = min(count / total, 1.0) if total else 1.0
            filled = round(share * WIDTH)
            bar = f"[{'#' * filled}{'.' * (WIDTH - filled)}] {count} of {total} events"
            self.stderr.write(f"\r{bar}", ending="\n" if share == 1 else "")

        return show


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun if count == 1 else noun + 's'}"
