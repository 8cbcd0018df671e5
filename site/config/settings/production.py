"""The settings for production: from the environment; a missing variable stops the start."""

from django.http.request import validate_host

from config import databases, env
from config.settings.accounts import SECRET_KEY_FALLBACKS, SILENCED_SYSTEM_CHECKS
from config.settings.base import *  # noqa: F403
from config.settings.base import MEDIA_STORAGE, MIDDLEWARE, SIGNATURE_KEY_FALLBACKS

DEBUG = False
# Without the second factor, a password alone gives access to signers' data (staff.second_factor).
SECOND_FACTOR = env.flag("SECOND_FACTOR", True)
SECRET_KEY = env.key("SECRET_KEY")
SIGNATURE_KEY = env.key("SIGNATURE_KEY")
OLD_KEYS = [
    *(("a key of SECRET_KEY_FALLBACKS", old) for old in SECRET_KEY_FALLBACKS),
    *(("a key of SIGNATURE_KEY_FALLBACKS", old) for old in SIGNATURE_KEY_FALLBACKS),
]
env.differ(("SECRET_KEY", SECRET_KEY), ("SIGNATURE_KEY", SIGNATURE_KEY), *OLD_KEYS)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS")
# Links in emails must have the scheme of the site; otherwise nginx would redirect them.
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", True)
SCHEMES = ("https",) if SECURE_SSL_REDIRECT else ("https", "http")
ORIGIN = env.url("BASE_URL", schemes=SCHEMES)
BASE_URL = WAGTAILADMIN_BASE_URL = ORIGIN.geturl() if ORIGIN else ""
env.agree(
    bool(ORIGIN and validate_host(ORIGIN.hostname or "", ALLOWED_HOSTS)),
    "The host of BASE_URL must be one of ALLOWED_HOSTS.",
)

DATABASES = {
    "default": databases.database(
        "DATABASE_URL",
        patience=25,  # seconds; nginx waits for 30
        conn_max_age=600,
        conn_health_checks=True,
    )
}
# For large reads: exports, statistics, backups (docs/scaling.md).
if env.given("REPLICA_URL"):
    DATABASES["replica"] = databases.database(
        "REPLICA_URL",
        target="standby",
        conn_max_age=600,
        conn_health_checks=True,
    )

MIDDLEWARE.insert(2, "whitenoise.middleware.WhiteNoiseMiddleware")
STORAGES = {
    "default": MEDIA_STORAGE,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31_536_000)
# Both settings affect hosts that do not belong to this site, and are hard to undo.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("SECURE_HSTS_INCLUDE_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.flag("SECURE_HSTS_PRELOAD", False)
env.agree(
    SECURE_HSTS_INCLUDE_SUBDOMAINS or not SECURE_HSTS_PRELOAD,
    "SECURE_HSTS_PRELOAD needs SECURE_HSTS_INCLUDE_SUBDOMAINS.",
)
SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]  # warnings that these are off
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
