"""`make run`: prepare the database, then web, worker and beat together until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import django
from django.core.management import CommandError, call_command
from django.db import connections
from honcho.environ import parse_procfile
from honcho.manager import Manager

from ordinus.environment import ROOT, flag, load_env_file, number

PATIENCE = 120
COMPANION = "--companion"


def main() -> int:
    load_env_file()
    port = number("PORT", 8000)
    os.environ["PORT"] = str(port)
    os.environ.setdefault("DEBUG", "on")
    # What is said appears at once, in a file as on a terminal.
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    # The demo's passwords are known to everybody, so nobody but this machine gets to the log-in.
    os.environ.setdefault("BIND", f"127.0.0.1:{port}")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    if is_taken(port):
        print(f"Port {port} is taken by another program. Choose another one: PORT={port + 1} make run")
        return 1
    try:
        prepare()
    except CommandError as error:
        print(error)
        return 1
    return serve()


def prepare() -> None:
    """The database is up to date and holds the demo; nothing of what it holds already is changed."""
    set_up_django()
    call_command("migrate", verbosity=0)
    if not flag("DEBUG", default=False):
        call_command("collectstatic", interactive=False, verbosity=0)
    call_command("demo")
    # The services are forked from here and must not share a connection.
    connections.close_all()


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ordinus.settings")
    django.setup()


def serve() -> int:
    """Run the Procfile, with a companion that greets and fills in the demo, until a signal or a failure."""
    # A worker asked to stop here stops at once; what it had begun comes back when its lease has run out.
    os.environ["REMAP_SIGTERM"] = "SIGQUIT"
    manager = Manager()
    procfile = parse_procfile((ROOT / "Procfile").read_text())
    for name, command in procfile.processes.items():
        manager.add_process(name, f"exec {command}", env=dict(os.environ), cwd=str(ROOT))
    companion = subprocess.Popen(
        [sys.executable, "-m", "scripts.run", COMPANION], cwd=ROOT, start_new_session=True
    )
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        manager.loop()
    finally:
        stop(companion)
    asked_to_stop = manager.returncode in (128 + signal.SIGINT, 128 + signal.SIGTERM)
    return 0 if asked_to_stop else int(manager.returncode or 0)


def stop(companion: subprocess.Popen[bytes]) -> None:
    if companion.poll() is None:
        os.killpg(companion.pid, signal.SIGTERM)
        companion.wait()


def accompany() -> int:
    """Once everything is ready say where it is; then give the demo a history, which may take a minute."""
    wait_until_ready(f"http://127.0.0.1:{os.environ['PORT']}/readyz")
    set_up_django()
    call_command("welcome")
    try:
        call_command("demo", history=True)
    except CommandError as error:
        print(f"The demo has no history: {error}")
        return 1
    return 0


def wait_until_ready(url: str) -> None:
    """Returns when `url` answers 200, or after PATIENCE seconds: then the page itself says what is wrong."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=5):
                return
        except (HTTPError, URLError, OSError):
            time.sleep(0.3)


if __name__ == "__main__":
    sys.exit(accompany() if COMPANION in sys.argv else main())
