"""Production settings, except for the folder of static files and a page that says what arrived."""

from config import env
from config.settings.production import *  # noqa: F403
from config.settings.production import MIDDLEWARE

STATIC_ROOT = env.text("TEST_STATIC_ROOT")
MIDDLEWARE = ["tests.deploy.arrived.ArrivedMiddleware", *MIDDLEWARE]
# The previous test had another petition at the same URL.
CACHE_SECONDS = 0
