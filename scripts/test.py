"""`make test`: the checks, then the whole suite on SQLite, and again on PostgreSQL with Redis.

Arguments go to pytest. With CI set, a service or browser that cannot be had is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from scripts import services, tryton

BIN = Path(sys.executable).parent
PYTHON = sys.executable
CHECKS = (
    ("ruff", [str(BIN / "ruff"), "check", "."]),
    ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ("import-linter", [str(BIN / "lint-imports"), "--no-cache"]),
    ("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
    ("mypy", [str(BIN / "mypy")]),
)
NO_TESTS_COLLECTED = 5
# Speaks to a CRM that has a database of its own, whatever ours is.
WITHOUT_TRYTON = ("--ignore-glob=*/tests/tryton/*",)
# One more than most machines of CI have cores: some tests wait for clocks and for other processes.
PROCESSES = "3"


@dataclass
class Report:
    """What ran, how it went, and what could not run."""

    lines: list[str] = field(default_factory=list)
    ran_on: list[str] = field(default_factory=list)
    failed: bool = False

    def run(
        self, name: str, command: list[str], environment: dict[str, str], fine: tuple[int, ...] = (0,)
    ) -> None:
        """Run the command with its output on the terminal, and note how it went."""
        print(f"\n== {name}", flush=True)
        began = time.monotonic()
        status = subprocess.run(command, env=os.environ | environment).returncode
        verdict = "ok" if status in fine else "FAILED"
        self.failed = self.failed or status not in fine
        self.lines.append(f"  {verdict:<8}{name} ({time.monotonic() - began:.0f} s)")

    def lacks(self, what: str) -> None:
        """Note what is not there: a failure in CI, elsewhere a gap that the last lines name."""
        is_ci = bool(os.environ.get("CI")) and os.environ["CI"].lower() != "false"
        self.failed = self.failed or is_ci
        self.lines.append(
            f"  {'FAILED' if is_ci else 'not run':<8}{what} is not there and could not be installed"
        )


def main(arguments: list[str]) -> int:
    report = Report()
    # Building its database takes a minute of one core, which the checks leave free.
    crm = ThreadPoolExecutor(max_workers=1).submit(tryton.ready)
    settings = {"DJANGO_SETTINGS_MODULE": "ordinus.tests.settings"}
    for name, command in CHECKS:
        report.run(name, command, settings)
    browser = services.chromium()
    if browser:
        settings["ORDINUS_TEST_BROWSER"] = browser
    else:
        report.lacks("Chromium")
    left_out = without_tryton(report, crm)
    embedded = settings | {"DATABASE_URL": "", "REDIS_URL": ""}
    suite(report, "SQLite, embedded broker", [*left_out, *arguments], embedded)
    with ExitStack() as stack:
        database = stack.enter_context(services.postgres())
        broker = stack.enter_context(services.redis())
        if not database:
            report.lacks("PostgreSQL")
        if not broker:
            report.lacks("Redis")
        if database or broker:
            names = ["PostgreSQL" if database else "SQLite", "Redis" if broker else "embedded broker"]
            used = {"DATABASE_URL": database or "", "REDIS_URL": broker or ""}
            # What touches no database has said all it can.
            used["ORDINUS_TEST_SECOND_DATABASE"] = "yes"
            suite(report, ", ".join(names), [*WITHOUT_TRYTON, *arguments], settings | used)
    if browser:
        report.ran_on.append(f"browser: {browser}")
    print("\n== Summary\n" + "\n".join(report.lines) + f"\nRan on {'; '.join(report.ran_on)}.")
    print("FAILED" if report.failed else "Everything passed.")
    return 1 if report.failed else 0


def without_tryton(report: Report, crm: Future[Path]) -> list[str]:
    """What keeps pytest from the tests that need Tryton where it cannot be had; nothing where it can."""
    try:
        crm.result()
    except (OSError, RuntimeError) as error:
        print(error)
        report.lacks("Tryton")
        return [*WITHOUT_TRYTON]
    return []


def suite(report: Report, where: str, arguments: list[str], environment: dict[str, str]) -> None:
    # A choice of tests may come out empty; a whole suite without tests is a fault.
    fine = (0, NO_TESTS_COLLECTED) if set(arguments) - {*WITHOUT_TRYTON} else (0,)
    command = [PYTHON, "-m", "pytest", "--numprocesses", PROCESSES, "--quiet", *arguments]
    report.run(f"tests on {where}", command, environment, fine)
    report.ran_on.append(where)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
