"""The settings of the newer release, which logs in both formats at once."""

from tests.deploy.talkative import *  # noqa: F403
from tests.deploy.talkative import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.deploy.late"]
