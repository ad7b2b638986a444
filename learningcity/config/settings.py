"""Settings, read from the environment. Documented in docs/reference/settings.md."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from learningcity.config import environment
from learningcity.config.keys import secret_key
from learningcity.core import logs

DATA = environment.folder("LEARNINGCITY_DATA", Path("var"))
# Read by numba when engines are first imported; beside the package it would write outside the data directory.
os.environ.setdefault("NUMBA_CACHE_DIR", str(DATA / "compiled"))
DEBUG = environment.flag("LEARNINGCITY_DEBUG")
SECRET_KEY = secret_key(DATA)
ALLOWED_HOSTS = environment.names("LEARNINGCITY_HOSTS", "localhost,127.0.0.1,[::1]")
HTTPS = environment.flag("LEARNINGCITY_HTTPS")
PUBLIC_ADDRESS = environment.text("LEARNINGCITY_ADDRESS", "http://127.0.0.1:8000")
TILE_ADDRESS = environment.text("LEARNINGCITY_TILES")
TILE_ATTRIBUTION = environment.text("LEARNINGCITY_TILES_ATTRIBUTION")
HOLIDAY_REGION = environment.text("LEARNINGCITY_HOLIDAY_REGION")

INSTALLED_APPS = [
    "learningcity.config",
    "learningcity.demo",
    "learningcity.enrolment",
    "learningcity.catalogue",
    "learningcity.people",
    "learningcity.city",
    "learningcity.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "ninja",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "learningcity.core.logs.AccessLogMiddleware",
    "learningcity.core.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "learningcity.core.middleware.MainLanguageMiddleware",
    "learningcity.city.middleware.CityClockMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "learningcity.people.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
    "learningcity.core.middleware.AnswerMiddleware",
]

APPEND_SLASH = False
ROOT_URLCONF = "learningcity.config.urls"
WSGI_APPLICATION = "learningcity.config.wsgi.application"

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
            ],
        },
    }
]

FORM_RENDERER = "learningcity.core.forms.PageRenderer"

DATABASES = {"default": environment.database("DATABASE_URL", f"sqlite:///{DATA / 'learningcity.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728; "
            "PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY;"
        ),
    }

AUTH_USER_MODEL = "people.Login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "learningcity.people.adapters.backends.LoginBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "people/locked_out.html"
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "learningcity.people.adapters.attempts.address_tried"
AXES_CLIENT_IP_CALLABLE = "learningcity.people.adapters.attempts.sender_of"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "email", "code", "csrfmiddlewaretoken"]
AXES_RESET_ON_SUCCESS = True
# Who signed in when is nobody's business but the person's own, who sees it in the list of their sessions.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ALLAUTH_TRUSTED_PROXY_COUNT = int(environment.flag("LEARNINGCITY_BEHIND_PROXY"))
ACCOUNT_ADAPTER = "learningcity.people.adapters.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "learningcity.people.forms.sign_in.SignInForm",
    "signup": "learningcity.people.forms.sign_in.SignUpForm",
    "request_login_code": "learningcity.people.forms.sign_in.AskForCodeForm",
    "confirm_login_code": "learningcity.people.forms.sign_in.CodeForm",
    "reauthenticate": "learningcity.people.forms.passwords.PasswordAgainForm",
    "add_email": "learningcity.people.forms.sign_in.NewAddressForm",
    "change_password": "learningcity.people.forms.passwords.ChangePasswordForm",
    "set_password": "learningcity.people.forms.passwords.FirstPasswordForm",
    "reset_password": "learningcity.people.forms.passwords.ForgottenPasswordForm",
    "reset_password_from_key": "learningcity.people.forms.passwords.ReplacePasswordForm",
}
ACCOUNT_USER_DISPLAY = "learningcity.people.adapters.accounts.shown_name"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
# A second code would be sent to known addresses only, and so tell which are known: ask anew instead.
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = False
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8}
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    # The lock-out of django-axes looks at an address from one machine; this one at an address from anywhere.
    "login_failed": "60/m/ip,10/15m/key",
    "request_login_code": "20/m/ip,10/h/key",
    "reset_password": "20/m/ip,10/h/key",
    "feedback": "20/h/ip",
    "guest_place": "20/h/ip",
}
MFA_ADAPTER = "learningcity.people.adapters.second_factors.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "learningcity.people.forms.second_factors.EnterCodeForm",
    "reauthenticate": "learningcity.people.forms.second_factors.EnterCodeAgainForm",
    "activate_totp": "learningcity.people.forms.second_factors.SetUpAppForm",
    "add_webauthn": "learningcity.people.forms.second_factors.AddPasskeyForm",
    "edit_webauthn": "learningcity.people.forms.second_factors.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# An app on a telephone whose clock is half a minute wrong still works.
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
SOCIALACCOUNT_ADAPTER = "learningcity.people.adapters.outside_identities.OutsideIdentityAdapter"
SOCIALACCOUNT_FORMS = {"signup": "learningcity.people.forms.sign_in.OutsideSignUpForm"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": environment.identity_providers("LEARNINGCITY_OIDC"),
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("cy", "Cymraeg"), ("es", "Español"), ("ar", "العربية")]
LOCALE_PATHS: list[Path] = []
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
# Only the files of django-leaflet are used: as an app it would ask for GDAL.
STATICFILES_DIRS = [environment.package_folder("leaflet") / "static"]
MEDIA_ROOT = DATA / "files"
STORAGES = {
    # Letters and scans say much about people: only the owner of the process reads them.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "learningcity.config.static.CollectedStaticFiles"},
}

# Pictures and archives are compressed already; nobody but a developer asks for source maps.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["jpg", "png", "webp", "gif", "woff2", "gz", "br", "zip", "map"]

SEARCH_INDEX = DATA / "search-index"
FEED_REMOVALS_DAYS = environment.number("LEARNINGCITY_FEED_REMOVALS_DAYS", 90)

CACHES = {
    # Counters of attempts to sign in must be the same for all processes.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_attempt",
        "TIMEOUT": 900,
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 60},
}

EMAIL_HOST = environment.text("LEARNINGCITY_EMAIL_HOST")
EMAIL_PORT = environment.number("LEARNINGCITY_EMAIL_PORT", 587)
EMAIL_HOST_USER = environment.text("LEARNINGCITY_EMAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("LEARNINGCITY_EMAIL_PASSWORD")
EMAIL_SECURITY = environment.choice("LEARNINGCITY_EMAIL_SECURITY", "starttls", {"starttls", "tls", "none"})
EMAIL_USE_TLS = EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"
DEFAULT_FROM_EMAIL = environment.text("LEARNINGCITY_EMAIL_FROM", "learningcity@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

SMS = environment.choice("LEARNINGCITY_SMS", "file", {"file", "http"})
SMS_URL = environment.text("LEARNINGCITY_SMS_URL")
SMS_TOKEN = environment.text("LEARNINGCITY_SMS_TOKEN")
SMS_FROM = environment.text("LEARNINGCITY_SMS_FROM", "LearningCity")
SMS_FILE_PATH = DATA / "sms"
if SMS == "http" and not (SMS_URL and SMS_TOKEN):
    raise ImproperlyConfigured(
        "LEARNINGCITY_SMS is http: give the address in LEARNINGCITY_SMS_URL and a LEARNINGCITY_SMS_TOKEN."
    )
FETCH_ALLOW = environment.names("LEARNINGCITY_FETCH_ALLOW")

LOGGING = logs.configuration(
    level=environment.choice("LEARNINGCITY_LOG_LEVEL", "info", {"debug", "info", "warning", "error"}).upper()
)

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, *environment.origins(TILE_ADDRESS)],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
# "no-referrer" would make browsers send `Origin: null`, and every form would fail its check.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_SSL_REDIRECT = HTTPS
# Whoever watches over the machine asks the process itself, not the proxy before it.
SECURE_REDIRECT_EXEMPT = [r"^-/(live|ready)$"]
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
if environment.flag("LEARNINGCITY_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

environment.refuse_unknown()
