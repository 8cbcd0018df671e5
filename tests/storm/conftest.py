"""The site as real processes with a database of its own, which tests may kill."""

import contextlib
import functools
import http.client
import itertools
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from servers import databases, gunicorn, postgres, smtp
from servers.ports import free_port
from servers.processes import ROOT, Process
from tests import database, in_memory
from tests.forks import Loaded

FOLDER = ROOT / "var" / f"storm-postgres{os.environ.get('PYTEST_XDIST_WORKER', '')}"
CLIENTS = 16
MAKE_PETITION = """
from tests.factories import make_petition
petition = make_petition(title="Storm", slug="storm", country_field="off")
print(petition.version.pk)
"""


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.storm)


class Ground:
    """A petition in a database of its own, with methods to query and to use both."""

    def __init__(self, url: str, smtp_port: int, **changes: str) -> None:
        self.url, self.port = url, free_port()
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "DATABASE_URL": url,
            "SECRET_KEY": "a secret of fifty characters and more for the storm",
            "SIGNATURE_KEY": "a key of fifty characters and more for the signatures",
            "ALLOWED_HOSTS": "127.0.0.1",
            "BASE_URL": "http://127.0.0.1",
            "SECURE_SSL_REDIRECT": "off",
            "TRUSTED_PROXIES": "1",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(smtp_port),
            "LOG_LEVEL": "WARNING",
            **changes,
        }
        self.loaded = Loaded(self.environment)

    def plant(self) -> None:
        said = self.loaded.python("manage.py", "shell", "-v0", "-c", MAKE_PETITION)
        self.version = int(said.split()[-1])

    def ask(self, statement: str) -> list[tuple]:
        kept = connected(self.url)
        try:
            cursor = kept.execute(statement)
        except psycopg.OperationalError:
            if not kept.closed:
                raise
            connected.cache_clear()  # a test has killed the server, or ended the connection
            cursor = connected(self.url).execute(statement)
        return cursor.fetchall() if cursor.description else []

    def emails(self) -> Counter[str]:
        return Counter(email for (email,) in self.ask("SELECT email FROM campaigns_signature"))

    def sign(self, email: str, network: int = 1) -> int:
        fields = {"name": "Storm", "email": email, "consent": "on", "version": self.version}
        return self.post("/petitions/storm/sign/", fields, network)

    def post(self, path: str, fields: dict[str, Any], network: int = 1) -> int:
        """Return the status of one POST, or 0 if no answer came. Nothing is retried."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"10.{network >> 16 & 255}.{network >> 8 & 255}.{network & 255}",
        }
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        with contextlib.closing(client):
            try:
                client.request("POST", path, urlencode(fields), headers)
                return client.getresponse().status
            except (OSError, http.client.HTTPException):
                return 0

    def storm(
        self, count: int, disaster: Callable[[], None] = lambda: None, *, times: int = 0
    ) -> dict[str, int]:
        """Let `count` people sign, and more until the disaster has happened `times` times.

        It happens once a second. Return the ledger: each email address with the status.
        """
        numbers, happened = itertools.count(), 0
        ledger: dict[str, int] = {}

        def sign() -> None:
            while (number := next(numbers)) < count or happened < times:
                email = f"{number}@{count}.example.org"
                ledger[email] = self.sign(email, number)
                # Real people would not meet errors as fast as these threads do.
                time.sleep(0 if ledger[email] == 303 else 0.2)

        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(sign) for _ in range(CLIENTS)]
            while wait(clients, timeout=1).not_done:
                if happened < times:
                    disaster()
                    happened += 1
        for client in clients:
            client.result()
        return ledger


@functools.cache
def connected(url: str) -> psycopg.Connection:
    """A connection that is kept: each one that is opened takes PostgreSQL a process."""
    return psycopg.connect(url, autocommit=True)


@pytest.fixture(scope="session")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[smtp.Server]:
    sink = smtp.Server(tmp_path_factory.mktemp("mail"))
    yield sink
    sink.kill()


@pytest.fixture
def sink(mail_server: smtp.Server) -> smtp.Server:
    """The mail server, which runs, accepts every email at once and has not received any yet."""
    (mail_server.folder / "received").open("w").close()
    mail_server.be()
    if not mail_server.process:
        mail_server.start()
    return mail_server


@pytest.fixture(scope="session")
def prepared(
    mail_server: smtp.Server, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Ground]:
    """A server that may be killed, but whose machine runs on: nothing need be on the disk.

    Whatever is committed must have left its processes, so only this is as in production.
    """
    with postgres.running(in_memory.kept(FOLDER), durable=False) as server:
        url = databases.beside(server, "storm")
        databases.create(url)
        with django_db_blocker.unblock():
            database.copy_to(url)
        ground = Ground(url, mail_server.port)
        ground.ask("ALTER ROLE postgres SET synchronous_commit = on")
        connected.cache_clear()
        with ground.loaded:
            ground.plant()
            yield ground
            connected.cache_clear()


@pytest.fixture
def ground(prepared: Ground) -> Ground:
    """The ground, before anybody has signed."""
    tables = ("outgoingmail", "signature", "signingtry")
    prepared.ask("; ".join(f"DELETE FROM campaigns_{table}" for table in tables))
    prepared.ask("UPDATE campaigns_tally SET pending = 0")
    return prepared


@pytest.fixture(scope="session")
def web(prepared: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """gunicorn, whose master process survives what tests do to its workers."""
    with gunicorn.start(
        f"127.0.0.1:{prepared.port}",
        environment=prepared.environment,
        log=tmp_path_factory.mktemp("web") / "gunicorn.log",
        workers=3,
        begin=prepared.loaded.start,
    ) as process:
        yield process


@pytest.fixture
def worker(ground: Ground, tmp_path: Path) -> Iterator[Callable[[], Process]]:
    """Starts a worker each time it is called."""
    started = []

    def start() -> Process:
        log = tmp_path / "worker.log"
        started.append(ground.loaded.start("manage.py", "worker", log=log))
        return started[-1]

    yield start
    for process in started:
        process.signal(signal.SIGKILL)
        process.process.wait()
