"""In production, the log says where and how a page failed, and nothing that somebody typed."""

import json
import re

from tests.config.test_settings import REQUIRED, production

TYPED = {
    "name": "Canary Lovelace",
    "email": "canary@example.org",
    "postcode": "C4N 4RY",
    "comment": "a canary sings",
}
# One error leads to the next, and each quotes typed text. The second page fails with an OSError.
# All this is logged in lines of text first, and then as JSON.
FAILING = """
import os, runpy, sys
import django; django.setup()
from logging.config import dictConfig
from django.conf import settings
from django.test import Client
from django.urls import path
def sign(request):
    typed = request.POST
    try:
        try:
            return {}[typed["name"]]
        except KeyError:
            return int(typed["postcode"])
    except ValueError as error:
        raise LookupError(typed["comment"], typed["email"]) from error
def read(request):
    open("/nowhere/at/all")
urlpatterns = [path("sign/", sign), path("read/", read)]
settings.ROOT_URLCONF = "__main__"
client = Client(raise_request_exception=False, headers={"Host": "example.org"})
def fail():
    posted, got = client.post("/sign/", TYPED, secure=True), client.get("/read/", secure=True)
    print(posted.status_code, got.status_code)
fail()
print("JSON", file=sys.stderr)
os.environ["LOG_FORMAT"] = "JSON"
dictConfig(runpy.run_module("config.settings.base")["LOGGING"])
fail()
print("sentry_sdk" in sys.modules)
"""


def test_a_traceback_has_kind_file_and_line_and_no_words_that_may_quote_a_signer():
    script = FAILING.replace("TYPED", repr(TYPED))

    done = production("-c", script, **REQUIRED)

    *statuses, is_reported = done.stdout.splitlines()
    assert statuses == ["500 500"] * 2, done.stderr
    for word in (*TYPED.values(), "anary"):
        assert word not in done.stderr
    in_lines, _, as_json = done.stderr.partition("\nJSON\n")
    lines = [line for line in as_json.splitlines() if line.startswith("{")]
    for log in (in_lines, "\n".join(json.loads(line)["traceback"] for line in lines)):
        assert re.search(r'File "<string>", line \d+, in sign\n', log)
        for line in (
            "KeyError: *",
            "ValueError: *",
            "LookupError: *",
            "During handling of the above exception, another exception occurred:",
            "The above exception was the direct cause of the following exception:",
            "FileNotFoundError: [Errno 2] No such file or directory: '/nowhere/at/all'",
        ):
            assert line in log, line
    assert is_reported == "False", "Without SENTRY_DSN, sentry_sdk is not even loaded."
