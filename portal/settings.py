"""Settings of the portal: environment in, safe defaults, one file.

Every setting that an operator may give is read by `env()` below and listed in docs/guides/operator.md;
an unknown `PORTAL_*` variable stops the start, so that a misspelt one is never silently ignored.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
KNOWN = {"PORTAL_DATABASE_ROLE", "PORTAL_DATA", "PORTAL_DEMO", "PORTAL_SUPERVISED"}


def env(name: str, default: Any, kind: type = str) -> Any:
    """One value of the environment, as `kind` (str, int, bool or a comma-separated list)."""
    KNOWN.add(name)
    raw = os.environ.get(name)
    if raw is None:
        return default
    if kind is bool:
        return raw.lower() in {"1", "true", "yes", "on"}
    if kind is list:
        return [part.strip() for part in raw.split(",") if part.strip()]
    return kind(raw)


def database(url: str) -> dict[str, Any]:
    """A Django database entry from an address such as postgresql://user:pass@host:5432/name?host=/socket."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 12, "timeout": 10}} if POOLED else {},
    }


def installation_secret() -> str:
    """The secret of a demonstration, made once and kept in its data folder with mode 0600."""
    path = embedded.data_folder() / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


# ── What kind of installation this is ────────────────────────────────────────────────
DEMONSTRATION = env("PORTAL_DEMONSTRATION", default=True, kind=bool)
DEBUG = False
SECRET_KEY = env("PORTAL_SECRET_KEY", default="") or (installation_secret() if DEMONSTRATION else "")
SECRET_KEY_FALLBACKS = env("PORTAL_SECRET_KEY_FALLBACKS", default=[], kind=list)
ALLOWED_HOSTS = env("PORTAL_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"], kind=list)
CSRF_TRUSTED_ORIGINS = env("PORTAL_ORIGINS", default=[], kind=list)
PUBLIC_ADDRESS = env("PORTAL_ADDRESS", default="http://127.0.0.1:8000")
HANDLING = _("SENSITIVE – customs use only")
POOLED = env("PORTAL_DATABASE_POOL", default=False, kind=bool)

# ── Applications ─────────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "portal",
    "apps.kernel",
    "apps.audit",
    "apps.workflow",
    "apps.reference",
    "apps.organisations",
    "apps.accounts",
    "apps.notifications",
    "apps.search",
    "apps.documents",
    "apps.rifs",
    "apps.inquiries",
    "apps.exchange",
    "apps.desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.Acting",
    "apps.accounts.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "apps.audit.middleware.Access",
]
ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.frame",
            ],
            "builtins": ["template_partials.templatetags.partials"],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
        },
    }
]

#: Whether this installation is accredited for RESTREINT UE/EU RESTRICTED (Council Decision 2013/488/EU).
ACCREDITED_FOR_RESTRICTED = env("PORTAL_ACCREDITED_FOR_RESTRICTED", default=False, kind=bool)
#: For how long the issuer may recall a RIF that went to a wrong addressee.
RECALL_MINUTES = env("PORTAL_RECALL_MINUTES", default=30, kind=int)
#: For how long a person may take back an acknowledgement given by mistake.
TAKE_BACK_MINUTES = env("PORTAL_TAKE_BACK_MINUTES", default=10, kind=int)
#: Working days within which a profile made from a cancelled RIF is to be withdrawn.
WITHDRAWAL_DAYS = env("PORTAL_WITHDRAWAL_DAYS", default=2, kind=int)

#: Channels to other networks for which even TLP:RED may be put into a draft text; none until the operator says so.
CHANNELS_FOR_RED = env("PORTAL_CHANNELS_FOR_RED", default=[], kind=list)
#: Rules of the legal-basis guide that this installation does not follow; the guide then refuses with that reason.
GUIDE_WITHHELD = env("PORTAL_GUIDE_WITHHELD", default=[], kind=list)

# ── Data ─────────────────────────────────────────────────────────────────────────────
DATABASES = {"default": database(embedded.database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}}
REDIS_URL = embedded.redis_url()
CELERY = {
    "broker_url": REDIS_URL,
    "broker_connection_retry_on_startup": True,
    "broker_transport_options": {
        "visibility_timeout": 120,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        # Nobody's click waits for a broker that is away; the sweep delivers what could not be queued.
        "max_retries": 1,
        "interval_start": 0,
    },
    "task_publish_retry": False,
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "task_serializer": "json",
    "accept_content": ["json"],
    "timezone": "UTC",
    "beat_schedule": {
        "deliver what a crash left": {"task": "notifications.sweep", "schedule": 30.0},
        "send waiting mail": {"task": "notifications.send_waiting", "schedule": 30.0},
        "note what has expired": {"task": "rifs.expire", "schedule": 3_600.0},
        "ring national systems": {"task": "exchange.sweep", "schedule": 30.0},
        "check stored audiences": {"task": "kernel.check_audiences", "schedule": 86_400.0},
        "worker is alive": {"task": "portal.heartbeat", "schedule": 10.0},
    },
}
EMAIL_BACKEND = env("PORTAL_MAIL_BACKEND", default="django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = str(embedded.data_folder() / "mail")
EMAIL_HOST = env("PORTAL_MAIL_HOST", default="127.0.0.1")
EMAIL_PORT = env("PORTAL_MAIL_PORT", default=25, kind=int)
DEFAULT_FROM_EMAIL = env("PORTAL_MAIL_FROM", default="no-reply@vedette.example")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["apps.documents.uploads.Kept"]

# ── Attachments ──────────────────────────────────────────────────────────────────────
DOCUMENT_KEYS = embedded.data_folder() / "document-keys"
DOCUMENT_LIMIT = env("PORTAL_FILE_MEGABYTES", default=25, kind=int) * 2**20
CLAMD = env("PORTAL_CLAMD", default="")
# What is posted waits for its view in memory, up to one full load of files, and not on the disk.
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * DOCUMENT_LIMIT + 2**20

# ── Language, time, files ────────────────────────────────────────────────────────────
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = embedded.data_folder() / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 86_400

# ── Sign-in ──────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
ACCOUNT_ADAPTER = "apps.accounts.adapter.Adapter"
SOCIALACCOUNT_ADAPTER = "apps.accounts.adapter.SocialAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Vedette"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMONSTRATION
USERSESSIONS_TRACK_ACTIVITY = False  # a write for every page; the access log says more
SOCIALACCOUNT_ONLY = False
OIDC_SERVER = env("PORTAL_OIDC_SERVER", default="")
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "eu-login",
                    "name": env("PORTAL_OIDC_NAME", default="EU Login"),
                    "client_id": env("PORTAL_OIDC_CLIENT", default=""),
                    "secret": env("PORTAL_OIDC_SECRET", default=""),
                    "settings": {"server_url": OIDC_SERVER},
                }
            ],
        }
    }
    if OIDC_SERVER
    else {}
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
SESSION_COOKIE_AGE = env("PORTAL_SESSION_SECONDS", default=8 * 3600, kind=int)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.health.csrf_failure"

# ── Transport: a demonstration speaks http on loopback, everything else https only ──
SECURE_SSL_REDIRECT = not DEMONSTRATION
SESSION_COOKIE_SECURE = not DEMONSTRATION
CSRF_COOKIE_SECURE = not DEMONSTRATION
SECURE_HSTS_SECONDS = 0 if DEMONSTRATION else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMONSTRATION
SECURE_HSTS_PRELOAD = not DEMONSTRATION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if not DEMONSTRATION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# ── API ──────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.exchange.authentication.KeyAuthentication",
        "apps.exchange.authentication.PageSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["apps.exchange.authentication.Acts"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.kernel.api.problem",
    "DEFAULT_THROTTLE_CLASSES": ["apps.exchange.authentication.KeyThrottle"],
    "DEFAULT_THROTTLE_RATES": {"key": env("PORTAL_API_RATE", default="1200/min")},
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Vedette",
    "DESCRIPTION": "Risk information exchange between customs administrations.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "StatusEnum": "apps.rifs.models.Status",
        "InquiryStatusEnum": "apps.inquiries.models.Status",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("PORTAL_LOG", default="WARNING")},
}

if unknown := {name for name in os.environ if name.startswith("PORTAL_")} - KNOWN:
    raise ImproperlyConfigured(f"Unknown setting in the environment: {', '.join(sorted(unknown))}.")
