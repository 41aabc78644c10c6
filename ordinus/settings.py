"""Django's settings. Everything that differs between machines comes from the environment (`.env.example`)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

from ordinus import admin_site, environment

environment.load_env_file()

BASE_DIR = environment.ROOT
VAR_DIR = environment.VAR
DEBUG = environment.flag("DEBUG", default=False)
PORT = int(environment.text("PORT", "8000"))
SECRET_KEY = environment.secret_key(DEBUG)

# Where it is reached

BASE_URL = environment.base_url(DEBUG, PORT)
HOSTNAME = urlsplit(BASE_URL).hostname or "localhost"
IS_HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS") or sorted({HOSTNAME, "localhost", "127.0.0.1", "[::1]"})

# Ordinus itself

ORDINUS_BRAND_NAME = environment.text("ORDINUS_BRAND_NAME", "Ordinus")
ORDINUS_BRAND_COLOUR = environment.text("ORDINUS_BRAND_COLOUR", "#2f5bd7")
ORDINUS_ORGANIZER_EMAIL = environment.text("ORDINUS_ORGANIZER_EMAIL", f"bookings@{HOSTNAME}")
ORDINUS_SINKS = environment.words("ORDINUS_SINKS")
ORDINUS_RATE_LIMITS = environment.flag("ORDINUS_RATE_LIMITS", default=True)
ORDINUS_PRIVATE_HOSTS = environment.words("ORDINUS_PRIVATE_HOSTS")
METRICS_TOKEN = environment.text("METRICS_TOKEN")

# Applications: each may import only those above it (pyproject.toml, import-linter)

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_celery_beat",
    "django_htmx",
    "csp",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "workflows",
    "routing",
    "bookings",
    "ordinus",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "ordinus.urls"
WSGI_APPLICATION = "ordinus.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

UNFOLD = admin_site.UNFOLD

# Data

DATABASES: dict[str, dict[str, Any]] = {
    "default": environment.database(
        environment.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'ordinus.sqlite3'}")
    ),
}
REDIS_URL = environment.text("REDIS_URL")
BROKER_DIR = VAR_DIR / "broker"

# Language and time

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "bookings.api.errors.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
