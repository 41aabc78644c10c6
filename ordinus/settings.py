"""Django's settings. Everything that differs between machines comes from the environment (`.env.example`)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

from ordinus import admin_site, environment, logs

environment.load_env_file()

BASE_DIR = environment.ROOT
VAR_DIR = environment.VAR
DEBUG = environment.flag("DEBUG", default=False)
PORT = environment.number("PORT", 8000)
SECRET_KEY = environment.secret_key(DEBUG)
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")

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
ORDINUS_STAGE_KINDS = environment.words("ORDINUS_STAGE_KINDS")
ORDINUS_RATE_LIMITS = environment.flag("ORDINUS_RATE_LIMITS", default=True)
ORDINUS_PRIVATE_HOSTS = environment.words("ORDINUS_PRIVATE_HOSTS")
METRICS_TOKEN = environment.text("METRICS_TOKEN")

# Applications: each may import only those above it (pyproject.toml, import-linter)

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "ordinus.apps.OrdinusAdminConfig",
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
    "ordinus.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ordinus.middleware.BodyLimitMiddleware",
    "ordinus.middleware.PlainAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ordinus.middleware.ContentPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ordinus.viewer_zone.ViewerZoneMiddleware",
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
BROKER_DIR = environment.folder("broker")

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Mail: without EMAIL_URL nothing leaves, and every message stays readable in the message log

ORDINUS_MAIL_TRANSPORT = "smtp" if environment.text("EMAIL_URL") else "log"
globals().update(environment.mail(environment.text("EMAIL_URL")))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ORDINUS_ORGANIZER_EMAIL

# Celery: a task says what to look at, the database says what is due; hence no results and no ETA

CELERY_BROKER_URL = REDIS_URL or "folder://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 300, "unacked_restore_interval": 1}
    if REDIS_URL
    else {"folder": str(BROKER_DIR), "polling_interval": 0.5}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5

# Language and time

LANGUAGE_CODE = "en-gb"
LANGUAGES = [(LANGUAGE_CODE, "English")]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "ordinus.formats"

# Logs: one line an event on stderr, personal data and tokens masked

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logs.configuration(environment.text("LOG_LEVEL", "INFO"))

# Security

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
# Only behind a proxy that sets these headers itself: else anybody could claim to have come by https, or from
# another address.
TRUST_PROXY_HEADERS = environment.flag("TRUST_PROXY_HEADERS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY_HEADERS else None
LOGIN_URL = "/rep/login/"
LOGIN_REDIRECT_URL = "/rep/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# The largest bodies: of an admin page (imports), and of every other one
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
ORDINUS_PUBLIC_BODY_LIMIT = 256 * 1024

STRICT_POLICY: dict[str, Any] = {
    "default-src": [NONE],
    "script-src": [SELF, NONCE],
    "style-src": [SELF, NONCE],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "manifest-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": STRICT_POLICY}
# unfold's Alpine evaluates the expressions in its markup; both it and Swagger set style attributes.
CONTENT_POLICIES = {
    "/admin/": STRICT_POLICY | {"script-src": [SELF, NONCE, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]},
    "/api/docs/": STRICT_POLICY | {"style-src": [SELF, UNSAFE_INLINE]},
}

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = environment.folder("static")
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

SPECTACULAR_SETTINGS = {
    "TITLE": "Ordinus",
    "DESCRIPTION": "Booking automation: from a form to a meeting and what follows it, as one workflow.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {"BookingStatus": "bookings.models.Booking.Status"},
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
