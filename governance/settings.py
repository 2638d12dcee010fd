"""Every setting, read top to bottom. Differences between places come from the environment."""

import json
import os
import sys
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from governance.schedule import SCHEDULE
from governance.tiles import tile_hosts

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))

# demo: `make run`, everything local. test: the tests. production: refuses to start on defaults.
PORTAL_MODE = os.environ.get("PORTAL_MODE", "demo")
PRODUCTION = PORTAL_MODE == "production"
if PORTAL_MODE not in {"demo", "test", "production"}:
    raise ImproperlyConfigured("PORTAL_MODE is demo, test or production.")


def required(name: str, default: str) -> str:
    """The environment's value; in production there is no default."""
    value = os.environ.get(name, "")
    if value:
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"{name} must be set in production.")
    return default


# --- Secrets and hosts -------------------------------------------------------------------

SECRET_KEY = required("SECRET_KEY", "demo-only: production refuses to start with this, 0123456789")
if PRODUCTION and (len(SECRET_KEY) < 50 or SECRET_KEY.startswith("demo-only")):
    raise ImproperlyConfigured("SECRET_KEY is too short or is the demo's: make a random one.")
# Keys used before: they still open what they sealed and prove what they signed.
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("SECRET_KEY_BEFORE", "").split(",") if key]
DEBUG = False
ALLOWED_HOSTS = required("ALLOWED_HOSTS", "*").split(",")
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the portal's own hosts in production.")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("TRUSTED_ORIGINS", "").split(",") if o]
# How many of our own proxies append to X-Forwarded-For; limits count by what they saw.
PROXIES_IN_FRONT = int(os.environ.get("PROXIES_IN_FRONT", "1" if PRODUCTION else "0"))
PUBLIC_URL = required("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

# --- The house ---------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "django_htmx",
    "axes",
    "csp",
    "accounts",
    "notifications",
    "communities",
    "complaints",
    "ratings",
    "governance",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionAgeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.http.DomainErrors",
    "accounts.once.OnceMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "governance.urls"
WSGI_APPLICATION = "governance.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["governance.templatetags.house", "django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "governance.context.frame",
            ],
        },
    },
]

# --- Database ----------------------------------------------------------------------------

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        required("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}"),
        # Without persistent connections filing costs several times as much.
        conn_max_age=600,
        conn_health_checks=True,
    )
}
ON_POSTGRESQL = "postgresql" in DATABASES["default"]["ENGINE"]
if not ON_POSTGRESQL:
    if PRODUCTION:
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database in production.")
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    # IMMEDIATE: a transaction that reads and then writes must not fail half way for the lock.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis carries Celery and nothing else: the cache is this process's own memory.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- People ------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.PhoneOrName",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "front"
LOGOUT_REDIRECT_URL = "front"

SESSION_COOKIE_AGE = 14 * 24 * 3600  # the absolute limit, seconds
SESSION_IDLE_SECONDS = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = "accounts.backends.lockout_time"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.backends.locked_out"
AXES_CLIENT_IP_CALLABLE = "accounts.address.address_of"
# Stars in the log instead of who tried and from where: the audit log has what is needed.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "password"]

# --- Words and time ----------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Files -------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS: list[Any] = [
    BASE_DIR / "static",
    ("vendor/bootstrap", BASE_DIR / "node_modules" / "bootstrap" / "dist"),
    ("vendor/leaflet", BASE_DIR / "node_modules" / "leaflet" / "dist"),
]
STATICFILES_DIRS = [d for d in STATICFILES_DIRS if isinstance(d, Path) or d[1].exists()]
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR_DIR / "media"))
# Hashes of what was published, written down outside the database; keep it on another disk.
WITNESS_FILE = Path(os.environ.get("WITNESS_FILE", VAR_DIR / "witness.txt"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 12

# --- The map -----------------------------------------------------------------------------

# Where pictures of the map come from, for example https://tiles.example/{z}/{x}/{y}.png, and whom
# the map names for them. Empty: estates stand over lines of latitude and longitude.
MAP_TILES = os.environ.get("MAP_TILES", "")
MAP_CREDIT = os.environ.get("MAP_CREDIT", "")

# --- Walls -------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *tile_hosts(MAP_TILES)],
        "style-src": [SELF],
        "script-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
CSRF_FAILURE_VIEW = "governance.views.form_expired"

# --- The API -----------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.http.exception_handler",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_TTL": None if PORTAL_MODE == "test" else timedelta(days=30)}
SPECTACULAR_SETTINGS = {
    "TITLE": "红管家 Hongguanjia",
    "DESCRIPTION": "Report, follow and handle problems of residential estates.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # The page must work without the internet: its files come from the sidecar package.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Names for sets of values that several fields share, or that share a field's name.
    "ENUM_NAME_OVERRIDES": {
        "Kind": "complaints.workflow.Kind",
        "Status": "complaints.workflow.Status",
        "Stage": "complaints.workflow.Stage",
        "RuleStage": "complaints.models.RuleStage",
        "Urgency": "complaints.workflow.Urgency",
        "Verb": "complaints.workflow.Verb",
        "SupervisionState": "complaints.supervision.State",
        "SupervisionVerb": "complaints.supervision.SupervisionVerb",
        "ReturnReason": "complaints.workflow.ReturnReason",
        "CannotReason": "complaints.workflow.CannotReason",
        "RefusalGround": "complaints.workflow.RefusalGround",
        "PauseGround": "complaints.models.PauseGround",
        "Unit": "complaints.models.Unit",
        "Channel": "notifications.models.Channel",
        "EstateKind": "communities.models.EstateKind",
        "ServiceMode": "communities.models.ServiceMode",
        "DivisionKind": "communities.serializers.register.DIVISION_KINDS",
        "CommitteeState": "communities.models.CommitteeState",
        "GroupKind": "communities.models.GroupKind",
        "GridKind": "communities.models.GridKind",
        "InterestKind": "communities.models.InterestKind",
        "ServiceKind": "communities.models.ServiceKind",
        "AssessedSubject": "ratings.terms.Subject",
        "PeriodState": "ratings.models.PeriodState",
        "CreditKind": "ratings.credit.CreditKind",
        "CreditState": "ratings.credit.CreditState",
        "CreditVerb": "ratings.credit.CreditVerb",
        "PollState": "ratings.models.PollState",
        "BulletinState": "ratings.models.BulletinState",
        "PublicationKind": "ratings.models.PublicationKind",
        "AwardedKind": "ratings.models.AwardedKind",
        "ListKind": "ratings.workflow.ListKind",
        "ListedAbout": "ratings.workflow.About",
        "ListingState": "ratings.workflow.ListingState",
        "ListingVerb": "ratings.workflow.ListingVerb",
        "ListingGround": "ratings.models.listings.GROUNDS",
        "SeatKind": "communities.serializers.offices.SEAT_KINDS",
        "LoudChannel": "notifications.api.CHANNELS",
        "OutboxChannel": "governance.outbox_api.WAYS",
    },
}

# --- Sweeps ------------------------------------------------------------------------------

CELERY_BROKER_URL = required("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker may be away for a day: the worker waits for it, trying every half minute at last.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# The next call comes in seconds anyhow; trying again would keep beat at a dead line for a minute.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Seconds. Without them a broker that stands still would hold beat and worker for ever.
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
    "health_check_interval": 10,
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# No `expires`: the worker would judge it by its own clock. Beat keeps the queue short instead.
CELERY_BEAT_SCHEDULER = "governance.beat:Beat"
CELERY_BEAT_SCHEDULE = SCHEDULE

# What a place's own rules say instead of the figures in communities/data/formation.json and
# register.json, by name: REGISTER_RULES='{"list_days": 10, "visits_a_month": 6}'.
REGISTER_RULES: dict[str, int] = json.loads(os.environ.get("REGISTER_RULES") or "{}")

# Days after its end that a workbook sent in and its rows are kept; the counts stay.
IMPORTS_KEPT_DAYS = int(os.environ.get("IMPORTS_KEPT_DAYS", "30"))

# Days after a listing has ended that the name and phone of whoever objected are kept: six months,
# as long as its end may be brought before a court (Administrative Procedure Law, article 46).
OBJECTORS_KEPT_DAYS = int(os.environ.get("OBJECTORS_KEPT_DAYS", "183"))

# --- Figures for Prometheus --------------------------------------------------------------

# Nobody gets /metrics without this token, or from one of these networks.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
if PRODUCTION and 0 < len(METRICS_TOKEN) < 32:
    raise ImproperlyConfigured("METRICS_TOKEN is too short: make a random one.")
METRICS_FROM = [ip_network(n.strip()) for n in os.environ.get("METRICS_FROM", "").split(",") if n]

# --- Mail and logs -----------------------------------------------------------------------

# Which function sends by which way, by dotted path (docs/CHANNELS.md). Without a provider a
# channel is not offered in production; elsewhere its messages go to the log.
TO_THE_LOG = "" if PRODUCTION else "notifications.channels.console.send"
SMS_URL = os.environ.get("SMS_URL", "")
SMS_KEY_ID = os.environ.get("SMS_KEY_ID", "")
SMS_KEY = os.environ.get("SMS_KEY", "")
SMS_SIGNATURE = os.environ.get("SMS_SIGNATURE", "红管家")
SMS_CODE_TEMPLATE = os.environ.get("SMS_CODE_TEMPLATE", "")
SMS_NOTICE_TEMPLATE = os.environ.get("SMS_NOTICE_TEMPLATE", "")
if PRODUCTION and SMS_URL and not SMS_KEY:
    raise ImproperlyConfigured("SMS_KEY must be set where SMS_URL is: messages are signed with it.")
WECHAT_APP_ID = os.environ.get("WECHAT_APP_ID", "")
WECHAT_APP_SECRET = os.environ.get("WECHAT_APP_SECRET", "")
WECHAT_TEMPLATE = os.environ.get("WECHAT_TEMPLATE", "")
WECHAT_FIELDS = os.environ.get(
    "WECHAT_FIELDS", "character_string1=reference,thing2=about,thing3=text,time4=at"
)
# Other hosts that a chat group's robot may live at: a city's own WeCom, for one.
ROBOT_HOSTS = [host for host in os.environ.get("ROBOT_HOSTS", "").split(",") if host]
CHANNELS = {
    "email": "notifications.channels.email.send",
    "sms": os.environ.get(
        "SMS_CHANNEL", "notifications.channels.sms.send" if SMS_URL else TO_THE_LOG
    ),
    "wechat": os.environ.get(
        "WECHAT_CHANNEL", "notifications.channels.wechat.send" if WECHAT_APP_ID else TO_THE_LOG
    ),
    "wecom": os.environ.get("WECOM_CHANNEL", TO_THE_LOG or "notifications.channels.wecom.send"),
    "dingtalk": os.environ.get(
        "DINGTALK_CHANNEL", TO_THE_LOG or "notifications.channels.dingtalk.send"
    ),
    "feishu": os.environ.get("FEISHU_CHANNEL", TO_THE_LOG or "notifications.channels.feishu.send"),
}
# Takes (phone, text): one-time codes. The portal's own only writes to the log, and refuses in
# production.
SMS_SENDER = os.environ.get(
    "SMS_SENDER", f"notifications.channels.{'sms' if SMS_URL else 'console'}.text"
)
DEFAULT_FROM_EMAIL = required("MAIL_FROM", "红管家 <portal@localhost>")
# Without a mail server notices would end in the log, and count as sent.
EMAIL_HOST = required("MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("MAIL_TLS", "") == "1"
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.console.EmailBackend"
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "stream": sys.stderr}
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "axes": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        # Names every character that a PDF takes of its faces.
        "fontTools": {"level": "WARNING"},
    },
}
