"""Production settings, except for the folder of static files and a page that says what arrived.

TEST_PATIENCE is for how many seconds the site waits for a database that is away.
"""

from config import env
from config.settings.production import *  # noqa: F403
from config.settings.production import DATABASES, MIDDLEWARE

STATIC_ROOT = env.text("TEST_STATIC_ROOT")
MIDDLEWARE = ["tests.deploy.arrived.ArrivedMiddleware", *MIDDLEWARE]
# The previous test had another petition at the same URL.
CACHE_SECONDS = 0
patience = DATABASES["default"]["PATIENCE"]
DATABASES["default"]["PATIENCE"] = env.number("TEST_PATIENCE", patience)
