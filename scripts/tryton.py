"""A real Tryton for the tests: an environment of its own, and a database that is built once and copied.

Nothing of it is used by Ordinus itself; the two speak over HTTP only.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv-tryton"
REQUIREMENTS = ROOT / "requirements-tryton.txt"
SEED = Path(__file__).with_name("tryton_database.py")
PYTHON = HOME / "bin" / "python"
DATABASE = "crm"
PASSWORD = "only-for-tests"

CONFIGURATION = """\
[database]
uri = sqlite://
path = {folder}
[session]
authentications = password
[web]
listen = 127.0.0.1:{port}
"""


def ready() -> Path:
    """The built database's file. The first call installs and builds, which takes a minute or two.

    Raises RuntimeError with what was said when it cannot be had.
    """
    HOME.mkdir(exist_ok=True)
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + SEED.read_bytes()).hexdigest()[:16]
    built = HOME / f"built-{wanted}" / f"{DATABASE}.sqlite"
    with open(HOME / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            _install()
            _build(built)
    return built


def configured(folder: Path, port: int) -> Path:
    """A configuration file for a server on `port` whose database lies in `folder`."""
    file = folder / "trytond.conf"
    file.write_text(CONFIGURATION.format(folder=folder, port=port))
    return file


def _install() -> None:
    venv.create(HOME, with_pip=True)
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "install", "--quiet", "--python", str(PYTHON)]
    if not uv.exists() or _failed([*command, "--requirement", str(REQUIREMENTS)]):
        _run([str(PYTHON), "-m", "pip", "install", "--quiet", "--requirement", str(REQUIREMENTS)])


def _build(built: Path) -> None:
    """Whole or not at all: a build that was broken off leaves nothing that looks like a database."""
    folder = built.parent.with_suffix(".part")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    file = configured(folder, 0)
    (folder / f"{DATABASE}.sqlite").touch()
    (folder / "password").write_text(PASSWORD)
    environment = os.environ | {"TRYTONPASSFILE": str(folder / "password")}
    admin = [str(HOME / "bin" / "trytond-admin"), "-c", str(file), "-d", DATABASE]
    modules = ["ir", "res", "party", "company", "currency", "sale_opportunity"]
    _run([*admin, "--activate-dependencies", "--email", "admin@acme.example", "-u", *modules], environment)
    _run([str(PYTHON), str(SEED), str(file), DATABASE], environment)
    folder.rename(built.parent)


def _failed(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True).returncode != 0


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"Tryton could not be made ready: {done.stderr[-2000:]}")


if __name__ == "__main__":
    print(ready())
