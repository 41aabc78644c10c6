"""How long a visitor waits while sinks fail: `make bench-sinks`.

The demo organisation on a database of its own, whose sinks are three servers on this machine: one answers 500, one
takes a request and never answers, one answers 429. A worker process sweeps all the time. Leads come in rounds, by
turns with all sinks on and with none; what is measured is the form (POST) and the press on a start (POST) as a
browser would wait for them. Printed are medians, 95th percentiles and the ratio of the medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SINKS = {"broken": 500, "mute": None, "busy": 429}
SWEEPING = """
import django
from django.core.management import call_command

django.setup()
with open("/dev/null", "w") as nowhere:
    while True:
        call_command("tick", stdout=nowhere)
"""


class Trouble(BaseHTTPRequestHandler):
    """Answers by the path: a status, or nothing at all."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status = SINKS[self.path.strip("/")]
        if status is None:
            time.sleep(60)
            return
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "30")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *about: Any) -> None:
        """Silent: what is measured is elsewhere."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=6)
    arguments.add_argument("--leads", type=int, default=8, help="in each round")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), chosen.rounds, chosen.leads)


def measure(folder: Path, rounds: int, leads: int) -> None:
    """Set up, let leads come by turns, and print."""
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'bench.sqlite3'}")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "ordinus.settings",
        "DEBUG": "on",
        "ORDINUS_PRIVATE_HOSTS": "127.0.0.1",
        "ORDINUS_RATE_LIMITS": "off",
        "ALLOWED_HOSTS": "testserver",
        "LOG_LEVEL": "CRITICAL",
        "ENV_FILE": "",
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), Trouble)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    _set_up(server.server_port)
    worker = subprocess.Popen([sys.executable, "-c", SWEEPING], cwd=ROOT)
    try:
        waits = _by_turns(rounds, leads)
    finally:
        worker.terminate()
        worker.wait()
    _report(waits)


def _set_up(port: int) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    from workflows.models import Sink

    with open(os.devnull, "w") as nowhere:
        call_command("migrate", stdout=nowhere)
        call_command("apply", str(ROOT / "demo.yaml"), stdout=nowhere)
    Sink.objects.all().update(is_enabled=False)
    for slug in SINKS:
        url = f"http://127.0.0.1:{port}/{slug}"
        Sink.objects.create(slug=slug, kind="webhook", config={"url": url}, events=["*"], is_enabled=False)


def _by_turns(rounds: int, leads: int) -> dict[tuple[str, bool], list[float]]:
    from workflows.models import Sink

    waits: dict[tuple[str, bool], list[float]] = defaultdict(list)
    number = 0
    for turn in range(2 * rounds + 2):
        failing = turn % 2 == 1
        Sink.objects.filter(slug__in=SINKS).update(is_enabled=failing)
        for _ in range(leads):
            number += 1
            form, press = _one_lead(number)
            if turn >= 2:  # the first two warm up
                waits["form", failing].append(form)
                waits["press", failing].append(press)
    Sink.objects.filter(slug__in=SINKS).update(is_enabled=True)
    return waits


def _one_lead(number: int) -> tuple[float, float]:
    """Seconds that the form and the press on a start took."""
    from rest_framework.test import APIClient

    client = APIClient()
    answers = {"name": "A Guest", "email": f"guest-{number}@bench.example", "employees": 40, "country": "DE"}
    began = time.perf_counter()
    response = client.post(
        "/api/v1/forms/demo-request/leads/", {"answers": answers, "time_zone": "Europe/Berlin"}, format="json"
    )
    form = time.perf_counter() - began
    assert response.status_code == 201, response.content
    token = response.json()["token"]
    first = datetime.now(UTC).date()
    shown = client.get(f"/api/v1/leads/{token}/slots/?from={first}&to={first + timedelta(days=30)}").json()
    start = shown["slots"][number % len(shown["slots"])]["start"]
    began = time.perf_counter()
    response = client.post(f"/api/v1/leads/{token}/bookings/", {"start": start}, format="json")
    press = time.perf_counter() - began
    assert response.status_code == 201, response.content
    return form, press


def _report(waits: dict[tuple[str, bool], list[float]]) -> None:
    from django.db import connection

    from workflows.models import Delivery, DeliveryAttempt, Sink

    print(f"{connection.vendor}, {len(waits['press', True])} leads with failing sinks and as many without")
    for what in ("form", "press"):
        without, failing = waits[what, False], waits[what, True]
        medians = [statistics.median(each) * 1000 for each in (without, failing)]
        slow = [sorted(each)[int(len(each) * 0.95)] * 1000 for each in (without, failing)]
        print(
            f"{what:6} median {medians[0]:6.1f} ms without, {medians[1]:6.1f} ms with; ratio "
            f"{medians[1] / medians[0]:.2f}; 95% within {slow[0]:6.1f} and {slow[1]:6.1f} ms"
        )
    circuits = dict(Sink.objects.filter(slug__in=SINKS).values_list("slug", "circuit"))
    print(
        f"{Delivery.objects.count()} deliveries written, {DeliveryAttempt.objects.count()} attempts made; "
        f"circuits: {json.dumps(circuits)}"
    )


if __name__ == "__main__":
    main()
