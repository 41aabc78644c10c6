"""PostgreSQL, Redis and Chromium for the tests: what runs is used, what is installed is started, what can be
installed is installed. None is left running that was not running before."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

POSTGRES_URL = "postgres://postgres@127.0.0.1:5432/test"
REDIS_URL = "redis://127.0.0.1:6379/9"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_TIMEOUT = 20


@contextmanager
def postgres() -> Iterator[str | None]:
    """The URL of a PostgreSQL that lets us make databases, or None."""
    url = os.environ.get("TEST_DATABASE_URL") or POSTGRES_URL
    if answers_postgres(url):
        yield url
        return
    if not (programs := postgres_programs()) and install("postgresql"):
        programs = postgres_programs()
    if not programs:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="ordinus-postgres-") as folder:
        yield from _own_postgres(programs, Path(folder))


@contextmanager
def redis() -> Iterator[str | None]:
    """The URL of a Redis database that tests may write into, or None."""
    url = os.environ.get("TEST_REDIS_URL") or REDIS_URL
    if answers(url, 6379):
        yield url
        return
    program = shutil.which("redis-server") or (install("redis-server") and shutil.which("redis-server"))
    if not program:
        yield None
        return
    port = free_port()
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        url = f"redis://127.0.0.1:{port}/9"
        yield url if wait_for(url, port) else None
    finally:
        server.terminate()
        server.wait()


def chromium() -> str | None:
    """The path of a Chromium or Chrome, installed if need be and possible."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found or not install("chromium"):
        return found
    return shutil.which("chromium")


def install(package: str) -> bool:
    """True when apt has installed the package; only tried as root, where there is apt."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {package} …", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update"], env=environment, **quiet)  # type: ignore[call-overload]
    command = ["apt-get", "install", "--yes", "--no-install-recommends", package]
    return bool(subprocess.run(command, env=environment, **quiet).returncode == 0)  # type: ignore[call-overload]


def answers_postgres(url: str) -> bool:
    import psycopg

    parts = urlsplit(url)
    try:
        with psycopg.connect(parts._replace(path="/postgres").geturl(), connect_timeout=3):
            return True
    except psycopg.Error:
        return False


def answers(url: str, default_port: int) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or default_port), timeout=2):
            return True
    except OSError:
        return False


def wait_for(url: str, default_port: int) -> bool:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if answers(url, default_port):
            return True
        time.sleep(0.1)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_programs() -> Path | None:
    """The folder of initdb and pg_ctl; Debian keeps them out of the path, one folder a version."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


def _own_postgres(programs: Path, folder: Path) -> Iterator[str | None]:
    data, port = folder / "data", free_port()
    as_user: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root; its package brings this user.
        shutil.chown(folder, user="postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    start = [*as_user, str(programs / "pg_ctl"), "--pgdata", str(data), "--wait"]
    subprocess.run(
        [
            *as_user,
            str(programs / "initdb"),
            "--pgdata",
            str(data),
            "--username",
            "postgres",
            "--auth",
            "trust",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    subprocess.run(
        [*start, "--log", str(folder / "log"), "--options", options, "start"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"postgres://postgres@127.0.0.1:{port}/test"
    finally:
        subprocess.run([*start, "--mode", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL)
