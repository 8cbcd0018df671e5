"""What is sent to Sentry when a real request fails: a real server receives it, without canaries.

The process in which it fails is the one of which Django's checks say first that it may be deployed.
"""

import gzip
import http.server
import threading
from collections.abc import Iterator

import pytest

from tests.config.test_settings import REQUIRED, SETTINGS_OF_MAIL, production
from tests.deploy.conftest import database_url

# A signer's form reaches the view, which fails in three ways: with the form in a variable and in
# the words of the error, in SQL, and with what they typed in a line of the log.
FAILING = """
import logging, sys
import psycopg
import sentry_sdk
from django.core.management import call_command
from django.core.handlers.wsgi import WSGIHandler
from django.db import IntegrityError
from django.test import RequestFactory
from campaigns.public import requests
call_command("check", deploy=True, fail_level="WARNING")
print("CHECKED", file=sys.stderr)
handler = WSGIHandler()
def fail(*args, **kwargs):
    held = "canary-variable Ada Canary canary@example.org"
    logging.getLogger("canary").warning("before it: %s", held)
    try:
        raise psycopg.errors.UniqueViolation("DETAIL: Key (email)=(canary@example.org) exists.")
    except psycopg.Error as cause:
        error = IntegrityError("INSERT INTO a VALUES ('Ada Canary')")
        logging.getLogger("django.db.backends").error("(0.1) INSERT 'Ada Canary'")
        raise error from cause
requests.published_petition = fail
form = {"name": "Ada Canary", "email": "canary@example.org", "comment": "canary-comment"}
request = RequestFactory(headers={"Host": "example.org", "Referer": "https://example.org/canary"})
sent = request.post("/petitions/canary-slug/sign/?q=canary-query", form, secure=True,
    REMOTE_ADDR="192.0.2.77", HTTP_COOKIE="sessionid=canary-session",
    HTTP_X_FORWARDED_PROTO="https")
statuses = []
list(handler(sent.environ, lambda status, headers: statuses.append(status)))
try:
    raise ValueError("canary-words of Ada Canary")
except ValueError:
    logging.getLogger("config").exception("It failed for %s.", "Ada Canary")
sentry_sdk.flush(20)
print(statuses)
"""


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.got.append(f"{self.path} {self.headers} {body.decode()}")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.django_db  # Checks of packages query the database's version, and would wait for it.
def test_production_may_be_deployed_and_a_report_says_where_it_failed_and_nothing_that_was_typed(
    receiver,
):
    dsn = f"http://key@127.0.0.1:{receiver.server_address[1]}/1"
    variables = {**REQUIRED, "DATABASE_URL": database_url(), "SENTRY_DSN": dsn}
    warnings = f"default,{SETTINGS_OF_MAIL}"

    done = production(
        *("manage.py", "shell", "-v0", "-c", FAILING), **variables, PYTHONWARNINGS=warnings
    )

    assert done.stderr.startswith("CHECKED\n"), done.stderr
    assert (done.returncode, "500" in done.stdout) == (0, True), done.stderr
    got = " ".join(receiver.got)
    assert "IntegrityError" in got
    assert "ValueError" in got
    assert "It failed for %s." in got
    assert "campaigns.public" in got
    for word in ("anary", "192.0.2.77", "sessionid", "Referer"):
        assert word not in got
