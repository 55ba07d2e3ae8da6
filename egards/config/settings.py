"""Settings: defaults that suit one machine; what differs comes from a few variables (docs/exploitation/reglages.md)."""

import os
from pathlib import Path

from egards.core.crypto import read_or_make_secret
from egards.core.database import database_from_url

BASE = Path(__file__).resolve().parent.parent

#: The house's state folder: keys, blobs, the embedded database, logs.
EGARDS_HOME = Path(os.environ.get("EGARDS_HOME", "var")).resolve()
#: The one address customers and members reach us at; links are built from it, never from a request's Host.
EGARDS_URL = os.environ.get("EGARDS_URL", "http://localhost:8000").rstrip("/")
EGARDS_HOSTS = [h for h in os.environ.get("EGARDS_HOSTS", "").split(",") if h]
DEBUG = os.environ.get("EGARDS_DEBUG", "") == "1"
#: Webhooks may go to this house's own network only when somebody who runs the house says so.
EGARDS_ALLOW_PRIVATE_WEBHOOKS = os.environ.get("EGARDS_ALLOW_PRIVATE_WEBHOOKS", "") == "1"
IS_HTTPS = EGARDS_URL.startswith("https://")

SECRET_KEY = read_or_make_secret(EGARDS_HOME / "keys" / "django", length=64).hex()
EGARDS_HOUSE_KEY = read_or_make_secret(EGARDS_HOME / "keys" / "house", length=32)
ALLOWED_HOSTS = [EGARDS_URL.split("//", 1)[1].rsplit(":", 1)[0], "localhost", "127.0.0.1", "[::1]", *EGARDS_HOSTS]

DATABASES = {"default": database_from_url(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "egards.demo",
    "egards.workspace",
    "egards.dashboards",
    "egards.public",
    "egards.api",
    "egards.intake",
    "egards.measures",
    "egards.conversations",
    "egards.consent",
    "egards.understanding",
    "egards.customers",
    "egards.interactions",
    "egards.touchpoints",
    "egards.catalogue",
    "egards.notifications",
    "egards.accounts",
    "egards.core",
    "egards.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "template_partials",
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
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "egards.accounts.middleware.PolicyMiddleware",
]

ROOT_URLCONF = "egards.config.urls"
WSGI_APPLICATION = "egards.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "egards.workspace.navigation.navigation",
            ],
        },
    }
]

# Language and time: French first; the customer's zone governs contact hours, this one the house's pages.
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["egards.config.formats"]

# Accounts: e-mail and password, second factor by TOTP or passkey; nobody signs up alone.
AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "egards.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # RFC 6238 §5.2: a code that changes while it is typed still serves
MFA_FORMS = {"authenticate": "egards.accounts.forms.SecondProofForm", "add_webauthn": "egards.accounts.forms.KeyForm"}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS

# Nothing leaves by Django's own mail until an administrator has proved a sending address.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = EGARDS_HOME / "unsent"
DEFAULT_FROM_EMAIL = "maison@localhost"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
# Under « no-referrer » a browser posts our own forms with « Origin: null », which the CSRF check must refuse; this
# policy tells other sites nothing all the same. Pages whose path holds a token set « no-referrer » themselves.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [EGARDS_URL]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = EGARDS_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": EGARDS_HOME}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG or os.environ.get("EGARDS_TESTING") == "1":
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"egards": {"level": "INFO"}, "procrastinate": {"level": "WARNING"}},
}
