"""Production as it is, but for where static files are, and with a page that says what arrived."""

from config import env
from config.settings.production import *  # noqa: F403
from config.settings.production import MIDDLEWARE

STATIC_ROOT = env.text("TEST_STATIC_ROOT")
MIDDLEWARE = ["tests.deploy.arrived.ArrivedMiddleware", *MIDDLEWARE]
# The test before had another petition at the same address.
CACHE_SECONDS = 0
