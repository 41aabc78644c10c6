"""What the environment says: the only place that reads environment variables, `.env` and the var folder.

A variable in the environment wins over the same one in `.env`. Every variable is described in `.env.example`.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"

env = environ.Env()


class MissingSetting(SystemExit):
    """Stops whatever is starting (a command, gunicorn, celery) with this one line and exit status 1."""


def load_env_file() -> None:
    """Add what `.env` (or the file that ENV_FILE names; empty: none) says and the environment does not."""
    name = os.environ.get("ENV_FILE", ".env")
    if name and (ROOT / name).is_file():
        environ.Env.read_env(ROOT / name)


def flag(name: str, default: bool) -> bool:
    """True for on, yes, true, y, ok and 1, false for anything else; `default` when unset or empty."""
    return env.bool(name, default=default) if os.environ.get(name) else default


def text(name: str, default: str = "") -> str:
    """The variable without surrounding blanks; `default` when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def number(name: str, default: int) -> int:
    """The variable as a whole number; raises MissingSetting for anything else."""
    given = text(name, str(default))
    if not given.isdecimal():
        raise MissingSetting(f"{name} must be a whole number, not {given!r}.")
    return int(given)


def words(name: str) -> list[str]:
    """The comma-separated parts of the variable, without blanks and empty parts."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def folder(name: str) -> Path:
    """The folder of that name in the var folder; it exists afterwards."""
    path = VAR / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def secret_key(debug: bool) -> str:
    """SECRET_KEY; with DEBUG on and none given, one that is made once and kept in the var folder."""
    given = text("SECRET_KEY")
    if given:
        return given
    if not debug:
        raise MissingSetting(
            "SECRET_KEY is not set: give it 50 random characters in the environment or in .env, "
            "or set DEBUG=1 to try Ordinus out."
        )
    return _kept_key(VAR / "secret_key")


def base_url(debug: bool, port: int) -> str:
    """BASE_URL without a trailing slash; with DEBUG on and none given, this machine at `port`."""
    given = text("BASE_URL").rstrip("/")
    if not given and debug:
        return f"http://localhost:{port}"
    if not given:
        raise MissingSetting(
            "BASE_URL is not set: give the origin of every mailed link (https://book.example.com) in the "
            "environment or in .env, or set DEBUG=1 to try Ordinus out."
        )
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise MissingSetting(f"BASE_URL must be an origin such as https://book.example.com, not {given!r}.")
    return given


def database(url: str) -> dict[str, Any]:
    """Django's settings for the database at `url`, tuned for many processes writing at once."""
    config: dict[str, Any] = env.db_url_config(url)
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"] == "django.db.backends.sqlite3":
        if config["NAME"] != ":memory:":
            config["NAME"] = str(ROOT / config["NAME"])
            Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        # A transaction that only turns into a writing one later fails at once, whatever the timeout; one that
        # takes the write lock at its start waits its turn.
        options.setdefault("transaction_mode", "IMMEDIATE")
        options.setdefault("timeout", 20)
        options.setdefault("init_command", "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
    return config


def mail(url: str) -> dict[str, Any]:
    """Django's EMAIL_* settings for `url` (smtp+tls://user:password@host:587); without one nothing leaves."""
    config: dict[str, Any] = env.email_url_config(url or "dummymail://")
    return {
        "EMAIL_BACKEND": config["EMAIL_BACKEND"],
        "EMAIL_HOST": config["EMAIL_HOST"] or "localhost",
        "EMAIL_PORT": config["EMAIL_PORT"] or 25,
        "EMAIL_HOST_USER": config["EMAIL_HOST_USER"] or "",
        "EMAIL_HOST_PASSWORD": config["EMAIL_HOST_PASSWORD"] or "",
        "EMAIL_USE_TLS": config.get("EMAIL_USE_TLS", False),
        "EMAIL_USE_SSL": config.get("EMAIL_USE_SSL", False),
        "EMAIL_TIMEOUT": 10,
    }


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key
