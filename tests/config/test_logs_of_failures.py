"""In production, the log says where and how a page failed, and nothing that somebody typed."""

import json
import re

import pytest

from tests.config.test_settings import REQUIRED, production

TYPED = {
    "name": "Canary Lovelace",
    "email": "canary@example.org",
    "postcode": "C4N 4RY",
    "comment": "a canary sings",
}
# One error leads to the next, and each quotes typed text. The second page fails with an OSError.
FAILING = """
import django; django.setup()
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
statuses = [
    client.post("/sign/", TYPED, secure=True).status_code,
    client.get("/read/", secure=True).status_code,
]
print(statuses)
"""


@pytest.mark.parametrize("form", ["LINES", "JSON"])
def test_a_traceback_has_kind_file_and_line_and_no_words_that_may_quote_a_signer(form):
    script = FAILING.replace("TYPED", repr(TYPED))

    done = production("-c", script, **REQUIRED, LOG_FORMAT=form)

    assert done.stdout == "[500, 500]\n", done.stderr
    for word in (*TYPED.values(), "anary"):
        assert word not in done.stderr
    log = done.stderr
    if form == "JSON":
        lines = [line for line in log.splitlines() if line.startswith("{")]
        log = "\n".join(json.loads(line)["traceback"] for line in lines)
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
