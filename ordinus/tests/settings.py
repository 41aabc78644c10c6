"""Settings of the test suite: an environment of its own, whatever `.env` and the machine say.

DATABASE_URL and REDIS_URL are taken from the environment, so that one suite runs on both databases.
"""

import os
import tempfile
from pathlib import Path

os.environ.update(
    ENV_FILE="",
    DEBUG="off",
    SECRET_KEY="only-for-tests-0123456789abcdefghijklmnopqrstuvwxyz",
    BASE_URL="https://ordinus.test",
    ALLOWED_HOSTS="ordinus.test,testserver,localhost,127.0.0.1",
    EMAIL_URL="",
    METRICS_TOKEN="",
    ORDINUS_SINKS="",
    ORDINUS_RATE_LIMITS="off",
    ORDINUS_PRIVATE_HOSTS="",
)

from ordinus.settings import *  # noqa: E402, F403
from ordinus.settings import DATABASES, REDIS_URL, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: a database in memory has other locks, and no second process sees it.
    DATABASES["default"]["TEST"] = {"NAME": Path(tempfile.gettempdir()) / f"ordinus-test-{os.getpid()}.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if not REDIS_URL:
    CELERY_BROKER_URL = "memory://"
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
