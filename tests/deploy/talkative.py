"""The settings of the tests, with a log in both formats at once."""

from config import env, logs
from tests.deploy.settings import *  # noqa: F403
from tests.deploy.settings import LOGGING

also = logs.configuration(env.text("LOG_LEVEL"), "JSON")
LOGGING["formatters"]["object"] = also["formatters"]["line"]
LOGGING["handlers"]["objects"] = also["handlers"]["console"] | {"formatter": "object"}
for each in (LOGGING["root"], LOGGING["loggers"]["gunicorn.error"]):
    each["handlers"].append("objects")
