"""The settings that dev, test and production share."""

from pathlib import Path

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

from config import env, logs
from config.settings.accounts import *  # noqa: F403
from config.settings.mail import *  # noqa: F403
from config.settings.media import *  # noqa: F403
from config.settings.media import MEDIA_STORAGE
from config.settings.sso import *  # noqa: F403
from config.settings.watching import *  # noqa: F403
from config.settings.watching import METRICS_FOLDER

ROOT = Path(__file__).resolve().parents[3]
VAR = ROOT / "var"

INSTALLED_APPS = [
    "home",
    "search",
    "campaigns",
    "staff",
    "procrastinate.contrib.django",
    "operations",
    "wagtail.contrib.redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.locales",
    "wagtail.sites",
    "staff.apps.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtail_localize",
    "wagtail_modeladmin",
    "taggit",
    "modelcluster",
    "django_countries",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_otp_webauthn",
    "staff.sso.apps.AccountConfig",
    "allauth.socialaccount",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "operations.probes.AliveMiddleware",
    "config.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.security_policy.SecurityPolicyMiddleware",
    "config.middleware.CacheMiddleware",
    "config.middleware.ZeroMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "staff.middleware.SecondFactorMiddleware",
    "config.middleware.MessagesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "config.middleware.BrokenFormMiddleware",
    "config.middleware.DatabaseDownMiddleware",
    "axes.middleware.AxesMiddleware",
]

if METRICS_FOLDER:
    MIDDLEWARE.insert(1, "operations.metrics.measuring.MeasuringMiddleware")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.i18n",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASE_ROUTERS = ["operations.postgresql.replica.Router"]

# Previous keys, by which mailboxes that were hashed with them are still found.
SIGNATURE_KEY_FALLBACKS = env.keys("SIGNATURE_KEY_FALLBACKS")

# Languages. The default language has no prefix in URLs.
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("en", _("English")),
    ("fr", _("French")),
    ("es", _("Spanish")),
    ("de", _("German")),
    ("ru", _("Russian")),
    ("ar", _("Arabic")),
]
LOCALE_PATHS = [ROOT / "locale"]
WAGTAIL_I18N_ENABLED = True
# A translation stays a draft until somebody has translated it; no service does so automatically.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# The editor of wagtail-localize uses only JSON.
REST_FRAMEWORK = {"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]}
# Our formats put the day before the month in English, for readers all over the world, and group the
# digits of numbers in Arabic.
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = env.zone("TIME_ZONE", "UTC")

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
# The guides that staff read in the CMS, and their pictures.
GUIDES = ROOT / "docs"
STATICFILES_DIRS = [ROOT / "site" / "static", ("guide", GUIDES / "images")]
STATICFILES_FINDERS = [
    "home.built_assets.Finder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.folder("MEDIA_ROOT", VAR / "media")
STORAGES = {
    "default": MEDIA_STORAGE,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# How long a process caches petitions, texts and lists, in seconds (campaigns.caching).
CACHE_SECONDS = 2

# Screening: the number of our own proxies before the application, and the number of signatures
# from one network within ten minutes and within a day after which a petition quarantines the rest.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, most=10)
SIGNING_BURST = env.number("SIGNING_BURST", 20, least=1, most=1_000)
SIGNING_SUSTAINED = env.number("SIGNING_SUSTAINED", 100, least=1, most=5_000)
env.agree(
    SIGNING_BURST <= SIGNING_SUSTAINED,
    "SIGNING_BURST must not be more than SIGNING_SUSTAINED.",
)
MESSAGES_A_DAY = env.number("MESSAGES_A_DAY", 20, least=1, most=5_000)
LIMITS_LOOPBACK = True

SECRET_FILES = env.FILES  # The doctor checks who may read these files.
# The public age keys, at least one, for which backups are encrypted.
BACKUP_RECIPIENTS = env.recipients("BACKUP_RECIPIENTS")
BACKUP_FOLDER = env.folder("BACKUP_FOLDER", VAR / "backups")
HEARTBEAT_FILE = env.text("HEARTBEAT_FILE", "")  # The worker touches this file while it is well.
env.agree(
    HEARTBEAT_FILE.startswith("/") or not HEARTBEAT_FILE,
    "HEARTBEAT_FILE must be the whole path of a file.",
)

EXPORT_STREAMED_ROWS = env.number("EXPORT_STREAMED_ROWS", 20_000)  # Larger exports are jobs.
# Allow receivers of events (campaigns.sync) on this machine without TLS: for development and tests.
RECEIVERS_ON_LOOPBACK = env.flag("RECEIVERS_ON_LOOPBACK", False)
EXPORT_ROWS_A_DAY = env.number("EXPORT_ROWS_A_DAY", 2_000_000)
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["operations.jobs.running", "staff.security_mails"]

CACHES = {"default": {"BACKEND": "config.process_cache.Cache"}}

# Only for proxies that cache pages for longer than their headers say (docs/operators.md).
if PURGED_PROXIES := env.urls("PURGED_PROXY", "", schemes=("http", "https")):
    INSTALLED_APPS.append("wagtail.contrib.frontend_cache")
    WAGTAILFRONTENDCACHE = {
        proxy.geturl(): {"BACKEND": "config.purging.Backend", "LOCATION": proxy.geturl()}
        for proxy in PURGED_PROXIES
    }

# Public pages contain the sign form. Its POST must have a referrer, which distinguishes it from a
# POST that comes from another site.
SECURE_REFERRER_POLICY = "same-origin"
# Like the setting above, these two are Django's defaults, stated because the site depends on them.
X_FRAME_OPTIONS = "DENY"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
PERMISSIONS_POLICY = (
    "browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "microphone=(), midi=(), payment=(), usb=()"
)
# The hosts whose players a video may open after the reader's click. PEERTUBE_HOSTS adds others.
VIDEO_HOSTS = ["www.youtube-nocookie.com", "player.vimeo.com", *env.hosts("PEERTUBE_HOSTS", "")]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Safari before 15.5 allows the worker of a proof of work by this alone.
        "child-src": [SELF],
        "frame-src": [f"https://{host}" for host in VIDEO_HOSTS],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Wagtail's page editor and its lists contain inline styles, and frame the previews. Their inline
# scripts are allowed one by one (config.inline_scripts).
ADMIN_CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "frame-src": [SELF, *CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-src"]],
        "form-action": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    }
}

# Wagtail
WAGTAIL_SITE_NAME = "Lastdrop"
WAGTAIL_USER_TIME_ZONES = sorted(env.ZONES)
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "campaigns.cms.pasting.RichTextArea"}}
WAGTAILIMAGES_IMAGE_MODEL = "campaigns.CustomImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "campaigns.cms.pages.images.ImageForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
# For photographs, which campaigns/cms/pages/images.py scales down; other images have a lower limit.
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 30 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "rtf", "txt", "xlsx"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 5 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_FORM_BASE = "campaigns.cms.pages.documents.DocumentForm"
# Documents are never linked to directly: this view checks who may read them.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# Documents are always downloaded, and never shown by the browser.
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
# PostgreSQL searches each language with its own configuration. This one is for images and
# documents, which have no language.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "search.stemming", "SEARCH_CONFIG": "english"}}
WAGTAIL_FINISH_WORKFLOW_ACTION = "campaigns.workflow.finishing.publish_approved"
# Neither the browsers of staff nor the server send requests to other servers.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Videos are a block of this site, which connects to the player only after a click.
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []

LOGGING = logs.configuration(
    env.choice("LOG_LEVEL", "INFO", among=logs.LEVELS),
    env.choice("LOG_FORMAT", "LINES", among=logs.FORMATS),
)
