"""In production, the log says where and how a page failed, and nothing that somebody typed."""

import contextlib
import json
import logging
import re
from collections.abc import Iterator
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

from servers.ports import HOST
from tests.config.test_settings import REQUIRED, production

TYPED = {
    "name": "Canary Lovelace",
    "email": "canary@example.org",
    "postcode": "C4N 4RY",
    "comment": "a canary sings",
}
# One error leads to the next, and each quotes typed text. The second page fails with an OSError.
# All this is logged in lines of text first, and then as JSON. Then comes what a mailing list and a
# web hook are sent, and what any library may log: each with a canary.
FAILING = """
import logging, os, runpy, sys
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
os.environ["LOG_FORMAT"] = "LINES"
dictConfig(runpy.run_module("config.settings.base")["LOGGING"])
print("SENDING", file=sys.stderr)

import PIL.TiffImagePlugin, allauth.socialaccount.adapter, botocore.auth, oauthlib.oauth2
import procrastinate.worker
from campaigns.models import Receiver
from campaigns.sync import posting
from campaigns.sync.services.listmonk import Listmonk
from config.logs import TALKATIVE
url = sys.argv[1]
receiver = Receiver(kind="listmonk", url=url, audience="3", user="lastdrop")
print(Listmonk(receiver, "canary-key").find("canary@example.org"))
print(posting.send(f"{url}/hook/canary-secret", body="{}").status)
logging.getLogger("campaigns.sync").debug("a message of the site")
logging.getLogger("new.library").debug("canary")
names = [name for name in logging.root.manager.loggerDict if "." not in name]
names += ["django.db.backends", "urllib3.connection", "botocore.auth"]
told = [name for name in names if logging.getLogger(name).isEnabledFor(logging.DEBUG)]
own_level = {"pyasn1"}  # It logs only what code has asked it for, which none does.
print(sorted(set(told) - set(TALKATIVE) - own_level), logging.getLogger("urllib3").level)
"""


@contextlib.contextmanager
def odd_list() -> Iterator[str]:
    """A mailing list without people, each answer of which has a line that is no header."""
    body = b'{"data": {"results": []}}'
    said = b"HTTP/1.1 200 OK\r\nthis is no header\r\nContent-Length: %d\r\n\r\n%s"

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            self.wfile.write(said % (len(body), body))

    with ThreadingTCPServer((HOST, 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://{HOST}:{server.server_address[1]}"
        server.shutdown()


def test_at_the_lowest_level_a_traceback_has_kind_file_and_line_and_nothing_quotes_a_signer():
    """No library writes whom a list is asked for, nor the URL of a web hook."""
    script = FAILING.replace("TYPED", repr(TYPED))

    with odd_list() as url:
        done = production(
            *("-c", script, url), **REQUIRED, LOG_LEVEL="DEBUG", RECEIVERS_ON_LOOPBACK="on"
        )

    *statuses, is_reported, found, sent, told = done.stdout.splitlines()
    assert statuses == ["500 500"] * 2, done.stderr
    for word in (*TYPED.values(), "anary"):
        assert word not in done.stderr
    in_lines, _, rest = done.stderr.partition("\nJSON\n")
    as_json, _, sending = rest.partition("\nSENDING\n")
    lines = [line for line in as_json.splitlines() if line.startswith("{")]
    for log in (in_lines, "\n".join(json.loads(line).get("traceback", "") for line in lines)):
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
    assert (found, sent, told) == ("None", "200", f"[] {logging.ERROR}")
    assert "DEBUG campaigns.sync: a message of the site" in sending
