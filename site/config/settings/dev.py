"""The settings for development: nothing is set up by hand, and nothing leaves the machine."""

from config import databases, env
from config.settings.base import *  # noqa: F403
from config.settings.base import INSTALLED_APPS, MIDDLEWARE, VAR
from servers import postgres

DEBUG = True
INSTALLED_APPS.append("demo")
MIDDLEWARE.append("config.middleware.NotFoundMiddleware")  # the innermost
LIMITS_LOOPBACK = False
ALLOWED_HOSTS = ["*"]
PORT = env.number("PORT", 8000, least=1, most=65_535)
BASE_URL = env.text("BASE_URL", f"http://localhost:{PORT}").rstrip("/")
WAGTAILADMIN_BASE_URL = BASE_URL

# Generated once and stored under var/, so that links in emails still work after a restart.
SECRET_KEY = env.persistent("SECRET_KEY", VAR / "keys" / "secret")
SIGNATURE_KEY = env.persistent("SIGNATURE_KEY", VAR / "keys" / "signature")

DATABASES = {
    "default": databases.database(
        "DATABASE_URL",
        postgres.url(VAR / "postgres"),
        conn_max_age=0,
    )
}

# Without a mail server, each email becomes a file under var/mail/.
if not env.text("EMAIL_HOST", ""):
    EMAIL_BACKEND = "config.devmail.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"

SECOND_FACTOR = env.flag("SECOND_FACTOR", False)
RECEIVERS_ON_LOOPBACK = env.flag("RECEIVERS_ON_LOOPBACK", True)
