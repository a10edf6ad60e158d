"""One settings file for every place; what differs comes from the environment (docs/operations.md)."""

from pathlib import Path

import dj_database_url
import django.conf.locale
from celery.schedules import crontab
from csp.constants import NONE, SELF

from imbudget import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
FONT_DIR = VAR_DIR / "assets" / "fonts"

SECRET_KEY = env.text("SECRET_KEY")
WRAPPING_KEYS = env.key_ring("WRAPPING_KEYS") if env.text("WRAPPING_KEYS", "") else {}  # the first wraps data keys
KEY_PROVIDER = env.text("KEY_PROVIDER", "")  # class of a certified module that wraps data keys; else WRAPPING_KEYS do
FIELD_KEYS = env.key_ring("FIELD_KEYS") if env.text("FIELD_KEYS", "") or not (WRAPPING_KEYS or KEY_PROVIDER) else {}
FIELD_CIPHER = env.choice("FIELD_CIPHER", "sm4", {"sm4", "aes256"})  # of data keys that are made from now on
KEY_REFRESH_SECONDS = 5  # so old may be what a process knows of data keys; a new one is in use after twice that time
INDEX_KEY = env.key("INDEX_KEY")
# Of the proofs over posts, users and chained rows; without a ring of its own it is derived from that of personal data.
INTEGRITY_KEYS = env.key_ring("INTEGRITY_KEYS") if env.text("INTEGRITY_KEYS", "") else FIELD_KEYS
BACKUP_KEYS = env.key_ring("BACKUP_KEYS") if env.text("BACKUP_KEYS", "") else {}  # the first wraps, all of them open
BACKUP_CIPHER = env.choice("BACKUP_CIPHER", "SM4-GCM", {"SM4-GCM", "AES-256-GCM"})
PG_BIN = env.text("PG_BIN", "")  # folder of pg_dump and pg_restore where PATH has none that fit the server
SIGNING_KEY = env.key("SIGNING_KEY") if env.text("SIGNING_KEY", "") else None  # stamps of vouchers, checkpoints
EVIDENCE_HASH = env.choice("EVIDENCE_HASH", "sm3", {"sm3", "sha256"})  # of the log of key operations; stays for ever
EVIDENCE_ORIGIN = env.text("EVIDENCE_ORIGIN", "imbudget")  # the name of that log in its checkpoints
EVIDENCE_FORMER_KEYS = env.public_keys("EVIDENCE_FORMER_KEYS")  # that signed checkpoints before today's key did
EVIDENCE_CHECKPOINT_SECONDS = int(env.text("EVIDENCE_CHECKPOINT_SECONDS", "300"))
EVIDENCE_CHAIN = env.choice("EVIDENCE_CHAIN", "none", {"none", "evm"})  # where checkpoints are anchored besides
EVIDENCE_CHAIN_NODES = env.addresses("EVIDENCE_CHAIN_NODES")  # JSON-RPC of its nodes, tried in this order
EVIDENCE_CHAIN_ID = env.number("EVIDENCE_CHAIN_ID", 0, 0, 2**63 - 1)  # a node of another chain is not used
EVIDENCE_CHAIN_CONTRACT = env.account("EVIDENCE_CHAIN_CONTRACT")  # made by manage.py deploy_anchor
EVIDENCE_CHAIN_KEY = env.key("EVIDENCE_CHAIN_KEY") if env.text("EVIDENCE_CHAIN_KEY", "") else None  # worker alone
EVIDENCE_CHAIN_CONFIRMATIONS = env.number("EVIDENCE_CHAIN_CONFIRMATIONS", 1, 1, 1000)  # blocks, its own counted
EVIDENCE_CHAIN_AUTHORITY = env.text("EVIDENCE_CHAIN_AUTHORITY", "")  # file of the certificates that nodes' chain to
EVIDENCE_WITNESS_FOLDER = env.text("EVIDENCE_WITNESS_FOLDER", "")  # each checkpoint becomes a file in it
EVIDENCE_PEER_NETWORKS = env.networks("EVIDENCE_PEER_NETWORKS")  # private networks in which peers may be
EVIDENCE_PEER_FOLDERS = env.text("EVIDENCE_PEER_FOLDERS", "")  # folder in which those of peers lie
EVIDENCE_PEER_AUTHORITY = env.text("EVIDENCE_PEER_AUTHORITY", "")  # file of the certificates that peers' chain to
EVIDENCE_PEER_SECONDS = env.number("EVIDENCE_PEER_SECONDS", 300, 30, 86_400)  # between two looks at a peer
AUDIT_KEEP_MONTHS = int(env.text("AUDIT_KEEP_MONTHS", "36"))  # whole months in the database; the law asks for six
AUDIT_ARCHIVE = Path(env.text("AUDIT_ARCHIVE", str(VAR_DIR / "audit")))  # where months go before they leave it
AUDIT_EXPORT_ROWS = int(env.text("AUDIT_EXPORT_ROWS", "50000"))  # at most in one file from the audit desk
AUDIT_REFUSALS_PER_MINUTE = int(env.text("AUDIT_REFUSALS_PER_MINUTE", "300"))  # records; what is beyond is counted
AUDIT_SYSLOG = env.text("AUDIT_SYSLOG", "")  # udp://, tcp:// or tls://host:port, unix:///dev/log: a log server outside
AUDIT_SYSLOG_AUTHORITY = env.text("AUDIT_SYSLOG_AUTHORITY", "")  # file of the certificate that its one must chain to
TREASURY_PLACES = env.places("TREASURY_PLACES")
TREASURY_ASK_MINUTES = int(env.text("TREASURY_ASK_MINUTES", "30"))  # a voucher unanswered for so long is asked about
DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")  # allows users with a password that everybody knows
SECURE = env.flag("SECURE", default=not DEBUG)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
STRANGERS_PER_MINUTE = int(env.text("STRANGERS_PER_MINUTE", "300"))  # open pages for one address; 0: no limit here
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES")  # addresses of web servers in front whose X-Real-IP is believed

# --- applications -----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "modeltranslation",
    "imbudget.admin.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "mptt",
    "guardian",
    "simple_history",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "import_export",
    "imbudget.kit",
    "apps.evidence",
    "apps.audit",
    "apps.vault",
    "apps.regions",
    "apps.codes",
    "apps.accounts",
    "apps.desk",
    "apps.files",
    "apps.notices",
    "apps.persons",
    "apps.lowcode",
    "apps.projects",
    "apps.review",
    "apps.ledger",
    "apps.disbursement",
    "apps.budget",
    "apps.subsidy",
    "apps.monitoring",
    "apps.performance",
    "apps.dashboard",
    "apps.reports",
]

MIDDLEWARE = [
    "imbudget.kit.tracing.TraceMiddleware",
    "imbudget.kit.middleware.HeadsMiddleware",
    "apps.accounts.middleware.ClientAddressMiddleware",
    "apps.audit.middleware.AuditMiddleware",
    "imbudget.kit.rates.RateMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "apps.accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "apps.accounts.middleware.SessionGuardMiddleware",
    "apps.accounts.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "imbudget.kit.middleware.RequestContextMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "imbudget.urls"
WSGI_APPLICATION = "imbudget.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

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
                "imbudget.kit.context.page",
                "imbudget.navigation.menu",
            ],
            "builtins": ["imbudget.kit.templatetags.kit", "django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# --- data -------------------------------------------------------------------------------------------------

DATABASES = {"default": dj_database_url.parse(env.text("DATABASE_URL"), conn_max_age=60, conn_health_checks=True)}
# The progress of a job is told outside the job's transaction, over a connection of its own.
DATABASES["progress"] = {**DATABASES["default"], "TEST": {"MIRROR": "default"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = VAR_DIR / "files"
CLEAR_DIR = Path(env.text("CLEAR_DIR", str(VAR_DIR / "open")))  # uploads in clear while a job works with them
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a budget sheet of 1,000 lines is one form
PROOF_OF_WORK = 200_000  # numbers a browser tries at most before an objection is filed: a second or two
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
IMPORT_MAX_BYTES = 30 * 1024 * 1024
FILE_MAX_BYTES = 50 * 1024 * 1024  # of one attached file …
FILE_MAX_BYTES_OF = dict.fromkeys(("jpg", "jpeg", "png", "txt"), 20 * 1024 * 1024)  # … and of those with these endings
FILE_MAX_UNPACKED = 400 * 1024 * 1024  # all parts of an attached office document
OPEN_LICENCE = env.text(
    "OPEN_LICENCE", "CC-BY-4.0"
)  # of open data; apps/reports/open/files.py knows those that may be chosen
FILE_SCAN_COMMAND = env.text("FILE_SCAN_COMMAND", "")  # gets the path of a file; exit code 0 clean, 1 infected
FILE_SCAN_SECONDS = 60
PERSONS_SHOWN_A_DAY = int(env.text("PERSONS_SHOWN_A_DAY", "50"))  # rows of personal data one user sees in clear
PERSONS_AFFECTED_ROWS = env.number(
    "PERSONS_AFFECTED_ROWS", 100_000, 1, 1_000_000
)  # of a list of whom an incident concerns
PERSONS_FILE_ROWS = int(env.text("PERSONS_FILE_ROWS", "5000"))  # rows of a file with personal data
NOTICES_KEEP_DAYS = 365  # after they were read

# History is written by statement triggers (imbudget.kit.history), so that COPY and update() leave none out.
SIMPLE_HISTORY_ENABLED = False

# --- people -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "apps.accounts.backends.PostBackend",
    "guardian.backends.ObjectPermissionBackend",
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "dashboard:home"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "apps.accounts.passwords.ClassesValidator"},
    {"NAME": "apps.accounts.passwords.ContentValidator"},
    {"NAME": "apps.accounts.passwords.WeakValidator"},
    {"NAME": "apps.accounts.passwords.HistoryValidator"},
]
PASSWORD_MAX_AGE_DAYS = env.number("PASSWORD_MAX_AGE_DAYS", 90, 1, 90)
HASH_OF_PASSWORDS = env.choice("PASSWORD_HASH", "sha256", {"sha256", "sm3"})  # of PBKDF2; old ones change at sign-in
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "apps.accounts.hashers.PBKDF2SM3PasswordHasher",
][:: -1 if HASH_OF_PASSWORDS == "sm3" else 1]
SECOND_FACTOR = env.choice(
    "SECOND_FACTOR", "optional" if DEBUG or DEMO else "required", {"required", "optional", "off"}
)
SIGN_AGAIN_MINUTES = env.number(
    "SIGN_AGAIN_MINUTES", 10, 1, 30
)  # after a proof, before a signature asks for another one
CLIENT_CERTIFICATE_HEADER = env.text(
    "CLIENT_CERTIFICATE_HEADER", ""
)  # the web server's word on a UKey; X-SSL-Client-Cert
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username", ["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "apps.accounts.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # 15 minutes are 15 minutes, whoever keeps on trying
AXES_USERNAME_CALLABLE = "apps.accounts.names.name_of_attempt"
AXES_ENABLE_ADMIN = False
ADDRESS_NAMES = env.number("ADDRESS_NAMES", 10, 3, 1000)  # names that may fail from one address before it is slowed
DORMANT_DAYS = env.number("DORMANT_DAYS", 90, 30, 365)  # without a sign-in, before an account is reported
DORMANT_OFF_DAYS = env.number("DORMANT_OFF_DAYS", 0, 0, 730)  # … and before it is switched off; 0: never by itself
AXES_VERBOSE = False

SESSION_ENGINE = "apps.accounts.sessions"
SESSION_IDLE_SECONDS = env.number("SESSION_IDLE_MINUTES", 30, 5, 30) * 60
SESSION_ABSOLUTE_SECONDS = env.number("SESSION_HOURS", 8, 1, 12) * 60 * 60
ONE_SESSION = env.flag("ONE_SESSION", default=not (DEBUG or DEMO))  # a sign-in ends the person's other sessions
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "imbudget.kit.errorpages.csrf_failure"

# --- browser security -------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- languages --------------------------------------------------------------------------------------------

# `mvf` (ISO 639-3, Peripheral Mongolian): with `mn-mong` Django's own Cyrillic texts would leak in.
django.conf.locale.LANG_INFO["mvf"] = {
    "bidi": False,
    "code": "mvf",
    "name": "Mongolian (traditional script)",
    "name_local": "ᠮᠣᠩᠭᠣᠯ",
}
for _tag in ("mn-mong-cn", "mn-mong", "mn-cn", "mn"):  # what browsers send in Accept-Language
    django.conf.locale.LANG_INFO.setdefault(_tag, {})["fallback"] = ["mvf"]
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("mvf", "ᠮᠣᠩᠭᠣᠯ")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["imbudget.formats"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_AGE = 31_536_000
MODELTRANSLATION_DEFAULT_LANGUAGE = "zh-hans"
MODELTRANSLATION_FALLBACK_LANGUAGES = {"default": ("zh-hans",), "zh-hans": ("mvf",)}
USE_I18N = True
USE_THOUSAND_SEPARATOR = False  # amounts are formatted by the kit; codes and years must never be grouped
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- static files: ours, and what tools/assets.py built from locked packages --------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", VAR_DIR / "assets" / "static"]
WHITENOISE_USE_FINDERS = env.flag("SERVE_ASSETS")  # the demo serves without collectstatic
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- background work --------------------------------------------------------------------------------------

# Without a broker of its own the queue lives in the database (plain SQL of pgmq, installed by a migration).
CELERY_BROKER_URL = env.text("BROKER_URL", "pgmq://")
if CELERY_BROKER_URL.startswith("pgmq:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "conn_string": env.conninfo(dict(DATABASES["default"])),
        "init_extension": False,
        "wait_time_seconds": 0,
        "visibility_timeout": 1800,
    }
CELERY_TASK_ALWAYS_EAGER = env.flag("CELERY_EAGER")
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "seal-evidence": {"task": "evidence.seal", "schedule": 5.0},
    "sign-the-log": {"task": "evidence.checkpoint", "schedule": 30.0},
    "sign-the-day": {"task": "evidence.end_of_day", "schedule": crontab(hour=23, minute=59)},
    "verify-the-day": {"task": "evidence.verify", "schedule": crontab(hour=1, minute=20)},
    "verify-all": {
        "task": "evidence.verify",
        "schedule": crontab(hour=1, minute=40, day_of_week="sun"),
        "kwargs": {"whole": True},
    },
    "anchor-checkpoints": {"task": "evidence.anchor", "schedule": 20.0},
    "witness-checkpoints": {"task": "evidence.witness", "schedule": 30.0},
    "compare-witnesses": {"task": "evidence.compare", "schedule": crontab(hour=2, minute=10)},
    "fold-refusals": {"task": "audit.fold_refusals", "schedule": 60.0},
    "seal-the-audit-log": {"task": "audit.seal", "schedule": 300.0},
    "forward-the-logs": {"task": "audit.forward", "schedule": 15.0},
    "keep-the-audit-log": {"task": "audit.keep", "schedule": crontab(hour=1, minute=30)},
    "fold-summary": {"task": "budget.fold_summary", "schedule": 30.0},
    "enforce-head-counts": {"task": "budget.enforce_due", "schedule": crontab(hour=0, minute=10)},
    "exchange-with-treasuries": {"task": "disbursement.exchange", "schedule": 15.0},
    "reconcile-days": {"task": "disbursement.reconcile", "schedule": 60.0},
    "fold-flows": {"task": "disbursement.fold_flows", "schedule": 30.0},
    "refresh-figures": {"task": "dashboard.refresh_figures", "schedule": 30.0},
    "run-timed-rules": {"task": "monitoring.run_timed", "schedule": crontab(hour=2, minute=30)},
    "fold-project-money": {"task": "performance.fold_money", "schedule": 25.0},
    "fold-year-totals": {
        "task": "performance.fold_totals",
        "schedule": 20.0,
    },  # behind the money: in a minute both are done
    "close-surveys": {"task": "performance.close_surveys", "schedule": crontab(minute=5)},
    "collect-values": {"task": "performance.collect", "schedule": crontab(hour=4, minute=10)},
    "escalate-alarms": {"task": "monitoring.escalate", "schedule": crontab(hour=8, minute=30)},
    "light-budgets": {"task": "performance.light_budgets", "schedule": crontab(hour=2, minute=50)},
    "escalate-rectifications": {"task": "performance.escalate", "schedule": crontab(hour=8, minute=35)},
    "fold-ledger-totals": {"task": "ledger.fold_totals", "schedule": 30.0},
    "resend-jobs": {"task": "desk.resend_jobs", "schedule": 30.0},
    "clear-job-files": {"task": "desk.clear_files", "schedule": crontab(hour=3, minute=30)},
    "clear-counts": {"task": "accounts.clear_counts", "schedule": 300.0},
    "clear-sessions": {"task": "accounts.clear_sessions", "schedule": crontab(hour=3, minute=0)},
    "write-digests": {"task": "notices.digest", "schedule": crontab(hour=8, minute=0)},
    "clear-orphan-files": {"task": "files.clear_orphans", "schedule": crontab(hour=3, minute=15)},
    "clear-old-notices": {"task": "notices.clear_old", "schedule": crontab(hour=3, minute=45)},
    "keep-periods": {"task": "persons.keep_periods", "schedule": crontab(hour=3, minute=50)},
    "watch-deadlines": {"task": "lowcode.watch_deadlines", "schedule": crontab(minute=10)},
    "renew-holders": {"task": "lowcode.renew_holders", "schedule": crontab(hour=0, minute=20)},
    "end-publicities": {"task": "review.end_publicities", "schedule": crontab(minute=20)},
    "refresh-kpis": {"task": "dashboard.refresh_kpis", "schedule": crontab(minute=40)},
    "refresh-all-kpis": {
        "task": "dashboard.refresh_kpis",
        "schedule": crontab(hour=3, minute=5),
        "kwargs": {"whole": True},
    },
    "switch-off-dormant": {"task": "accounts.switch_off_dormant", "schedule": crontab(hour=0, minute=15)},
    "withdraw-expired": {"task": "accounts.withdraw_expired", "schedule": crontab(hour=0, minute=5)},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"trace": {"()": "imbudget.kit.tracing.TraceFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s [%(trace)s] %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["trace"]}},
    "root": {"handlers": ["console"], "level": "INFO" if not DEBUG else "WARNING"},
}
