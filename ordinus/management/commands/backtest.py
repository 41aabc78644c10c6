"""`backtest`: leads of the past, or of a file, through another version's qualification and routing."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bookings import lead_files, past_leads
from bookings.backtesting import Case, NoSuchVersion, Report, compare, version_named
from workflows.models import Workflow
from workflows.registry import UnknownKind
from workflows.versions import LoadedVersion, load

WIDTH = 40
MOST_PROBLEMS = 20
EVERY = 100


class Command(BaseCommand):
    help = (
        "Send recorded leads, or those of a CSV file, through another version's qualification and routing, and "
        "print who would move where. Segments come from the facts each lead was qualified by; pools are decided "
        "for both versions by the calendars as they are now. Changes nothing."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Django's own --version gives way to the workflow's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workflow", metavar="WORKFLOW", help="The slug of a workflow.")
        parser.add_argument(
            "--version",
            metavar="N",
            help="The number of a version, or draft: what publishing now would make (default).",
        )
        parser.add_argument(
            "--since", metavar="DATE", help="Only leads since this day (UTC), such as 2026-09-01."
        )
        parser.add_argument(
            "--csv",
            metavar="FILE",
            help="The leads of this file instead, which the published version is compared for. Its columns are a "
            "form's questions, email, time_zone, and facts such as enrichment.employees.",
        )

    def handle(
        self, *, workflow: str, version: str | None, since: str | None, csv: str | None, **options: Any
    ) -> None:
        if csv and since:
            raise CommandError("--since is about recorded leads; it cannot go with --csv.")
        found = self._workflow(workflow)
        try:
            tried = version_named(found, version)
            cases, count = self._of_file(found, csv) if csv else self._recorded(found, since)
            self._print(found, self._name(version, tried), cases, count, tried)
        except (NoSuchVersion, UnknownKind) as error:
            raise CommandError(str(error)) from error

    def _workflow(self, slug: str) -> Workflow:
        found = Workflow.objects.filter(slug=slug).first()
        if found is None:
            known = ", ".join(Workflow.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(f"There is no workflow “{slug}”. Workflows: {known or 'none yet'}.")
        return found

    def _name(self, asked: str | None, tried: LoadedVersion) -> str:
        return f"version {asked}" if asked and asked.isdecimal() else "the draft"

    def _recorded(self, workflow: Workflow, since: str | None) -> tuple[Iterator[Case | None], int]:
        runs = past_leads.runs_of(workflow, self._midnight(since) if since else None)
        return past_leads.recorded(runs), len(runs)

    def _midnight(self, text: str) -> datetime:
        try:
            return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
        except ValueError:
            raise CommandError(f"--since is a date such as 2026-09-01, not “{text}”.") from None

    def _of_file(self, workflow: Workflow, path: str) -> tuple[Iterator[Case | None], int]:
        if workflow.published is None:
            raise CommandError(f"“{workflow.slug}” is not published, so there is nothing to compare with.")
        try:
            cases = lead_files.read(Path(path), workflow, load(workflow.published))
        except lead_files.Unreadable as error:
            told = list(error.problems[:MOST_PROBLEMS])
            if len(error.problems) > MOST_PROBLEMS:
                told.append(f"and {len(error.problems) - MOST_PROBLEMS} more")
            raise CommandError("\n".join([f"{path} cannot be used:", *told])) from error
        return iter(cases), len(cases)

    def _print(
        self, workflow: Workflow, name: str, cases: Iterable[Case | None], count: int, tried: LoadedVersion
    ) -> None:
        report, left_out = Report(), [0]
        known = self._counted(cases, count, left_out)
        moves = list(compare(known, tried, now=timezone.now(), report=report))
        self.stdout.write(f"“{workflow.slug}”: {name} against the version each lead went by.")
        self.stdout.write("Pools of both are decided by the calendars as they are now.")
        self.stdout.write("")
        for move in moves:
            self.stdout.write(f"{move.name}: {move.before} -> {move.after}")
        self._totals(report, left_out[0])

    def _counted(self, cases: Iterable[Case | None], count: int, left_out: list[int]) -> Iterator[Case]:
        """The leads that have facts, with the bar moving on."""
        for done, case in enumerate(cases, 1):
            if case is None:
                left_out[0] += 1
            else:
                yield case
            if done % EVERY == 0 or done == count:
                self._show(done, count)

    def _show(self, done: int, count: int) -> None:
        """The bar goes to stderr, so that the report can be piped on."""
        if self.stderr.isatty():
            filled = done * WIDTH // count
            bar = f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {done} of {count} lead{'' if count == 1 else 's'}"
            self.stderr.write(bar, style_func=str, ending="\n" if done == count else "")

    def _totals(self, report: Report, left_out: int) -> None:
        if report.moves:
            self.stdout.write("\nMoves:")
        for (before, after), number in report.moves.most_common():
            self.stdout.write(f"{number:>8}  {before} -> {after}")
        if report.leads:
            self.stdout.write("\n  before     after")
        for place in sorted({*report.before, *report.after}, key=str):
            self.stdout.write(f"{report.before[place]:>8}  {report.after[place]:>8}  {place}")
        staying = report.leads - report.moved
        leads = f"{report.leads} lead{'' if report.leads == 1 else 's'}"
        self.stdout.write(f"\n{leads}: {report.moved} would move, {staying} would not.")
        if left_out:
            self.stdout.write(f"{left_out} left out: their facts were erased.")
