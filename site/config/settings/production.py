"""The settings for production: from the environment; a missing variable stops the start."""

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import MIDDLEWARE, PREPARED_STATEMENTS

DEBUG = False
# Without the second factor, a password alone gives access to signers' data (staff.second_factor).
SECOND_FACTOR = env.flag("SECOND_FACTOR", True)
SECRET_KEY = env.text("SECRET_KEY")
SIGNATURE_KEY = env.text("SIGNATURE_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
BASE_URL = env.text("BASE_URL").rstrip("/")
WAGTAILADMIN_BASE_URL = BASE_URL

DATABASES = {
    "default": env.database(
        "DATABASE_URL", prepares=PREPARED_STATEMENTS, conn_max_age=600, conn_health_checks=True
    )
}

MIDDLEWARE.insert(1, "whitenoise.middleware.WhiteNoiseMiddleware")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
