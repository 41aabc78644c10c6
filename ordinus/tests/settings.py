"""Settings of the test suite: an environment of its own, whatever `.env` and the machine say.

DATABASE_URL and REDIS_URL are taken from the environment, so that one suite runs on both databases. Whatever
a test run leaves outside the database is named after it, so that runs beside each other never meet.
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
    # No test writes to a mail server but one of its own.
    EMAIL_URL=os.environ.get("ORDINUS_TEST_EMAIL_URL", ""),
    LOG_LEVEL="WARNING",
    METRICS_TOKEN="",
    ORDINUS_SINKS="",
    ORDINUS_STAGE_KINDS="",
    ORDINUS_RATE_LIMITS="off",
    ORDINUS_PRIVATE_HOSTS="",
)

from ordinus.settings import *  # noqa: F403
from ordinus.settings import DATABASES, REDIS_URL, STORAGES

# Processes that a test starts inherit the run's name, pytest-xdist's workers add their own.
TEST_RUN = "-".join(
    filter(
        None,
        (
            "ordinus-test",
            os.environ.setdefault("ORDINUS_TEST_RUN", str(os.getpid())),
            os.environ.get("PYTEST_XDIST_WORKER"),
        ),
    )
)
TEST_DIR = Path(tempfile.gettempdir()) / TEST_RUN

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: a database in memory has other locks, and no second process sees it.
    DATABASES["default"]["TEST"] = {"NAME": f"{TEST_DIR}.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
else:
    # No test pulls the plug of the database's own machine.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"

BROKER_DIR = TEST_DIR / "broker"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 300, "unacked_restore_interval": 1, "global_keyprefix": TEST_RUN}
    if REDIS_URL
    else {"folder": str(BROKER_DIR), "polling_interval": 0.05}
)
# Never Redis: emptying it between tests would empty the other workers' queues too.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Each test client would list every static file when it makes its first call.
WHITENOISE_AUTOREFRESH = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
