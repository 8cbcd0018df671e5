"""The settings for tests: a real PostgreSQL, a fast hash of passwords, and indexes in time."""

from config import databases
from config.settings.base import *  # noqa: F403
from config.settings.base import INSTALLED_APPS, VAR
from servers import postgres

INSTALLED_APPS.append("demo")
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
BASE_URL = "http://testserver"
WAGTAILADMIN_BASE_URL = BASE_URL
SECRET_KEY = "only for tests: the secret of signed links and of sessions"
SIGNATURE_KEY = "only for tests: the key of signatures and of their emails"

DATABASES = {
    "default": databases.database(
        "DATABASE_URL",
        postgres.url(VAR / "test-postgres"),
        conn_max_age=0,
    )
}

TASKS = {"default": {"BACKEND": "tests.indexing.WhenRead"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = VAR / "test-media"
LIMITS_LOOPBACK = False
CACHE_SECONDS = 0
SECOND_FACTOR = False
