"""All settings of the process, from the environment, each with a safe default.

What a firm decides (hours, texts, tariffs, accounts, limits) is not here but in
the product itself.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

DATA = Path(os.environ.get("FERNKLADDE_DATA", "var")).absolute()


def _secret_key() -> str:
    """Return the key from the environment, else the one made once for this folder."""
    if given := os.environ.get("FERNKLADDE_SECRET_KEY"):
        return given
    DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = DATA / "secret-key"
    try:
        with os.fdopen(
            os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w"
        ) as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()


def _sqlite(path: str) -> dict[str, object]:
    """Durable and patient: an issued invoice must survive a power cut.

    IMMEDIATE takes the write lock at BEGIN, so that writers queue instead of
    failing; recursive triggers make INSERT OR REPLACE fire the delete guards;
    secure_delete wipes what was erased from free pages too. The log of what is not
    yet in the file may grow to 16 MB: a month's end waits half as long for the disk.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA recursive_triggers=ON; PRAGMA secure_delete=ON; "
                "PRAGMA cache_size=-32000; PRAGMA wal_autocheckpoint=4000;"
            ),
        },
    }


def _postgres(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", "") or parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3},
    }


def _database() -> dict[str, object]:
    url = os.environ.get("FERNKLADDE_DATABASE_URL", "")
    if url.startswith(("postgres://", "postgresql://")):
        return _postgres(url)
    if url and not url.startswith("sqlite:///"):
        message = (
            "FERNKLADDE_DATABASE_URL must begin with sqlite:/// or postgresql://, "
            f"not {url.split(':', 1)[0]}:"
        )
        raise SystemExit(message)
    DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _sqlite(url.removeprefix("sqlite:///") or str(DATA / "fernkladde.sqlite3"))


PUBLIC_URL = os.environ.get("FERNKLADDE_URL", "")
SECURE = PUBLIC_URL.startswith("https://")

SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = [
    host
    for host in os.environ.get(
        "FERNKLADDE_HOSTS",
        f"localhost,127.0.0.1,[::1],{urlsplit(PUBLIC_URL).hostname or ''}",
    ).split(",")
    if host
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "fernkladde.search",
    "fernkladde.journal",
    "fernkladde.accounts",
    "fernkladde.customers",
    "fernkladde.plants",
    "fernkladde.contracts",
    "fernkladde.cases",
    "fernkladde.connections",
    "fernkladde.billing",
    "fernkladde.imports",
    "fernkladde.exports",
    "fernkladde.integrity",
    "fernkladde.desk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "fernkladde.desk.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "fernkladde.config.urls"
WSGI_APPLICATION = "fernkladde.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fernkladde.desk.context.frame",
            ],
        },
    },
]

FORM_RENDERER = "fernkladde.desk.forms.renderer.DeskRenderer"

DATABASES = {"default": _database()}
# Nothing is issued on a database that may lose it at a power cut. No environment
# changes this: only the tests have settings of their own, for speed.
DATABASE_MAY_FORGET = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "login"

# A working day at the desk; a running timer survives the end of a login session.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent.parent / "desk" / "locale"]
FORMAT_MODULE_PATH = ["fernkladde.desk.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Assets are served straight from their packages, found anew at each start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

DOCUMENTS = DATA / "documents"

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
