"""The settings of the newer release."""

from tests.deploy.settings import *  # noqa: F403
from tests.deploy.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.deploy.late"]
