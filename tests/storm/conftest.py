"""The site with a database of its own that may be killed: real processes, and a ledger outside."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from aiosmtpd.controller import Controller

from config import postgres
from tests.deploy.servers import Process, answers, free_port

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "storm-postgres"
CLIENTS = 16
MAKE_PETITION = """
from tests.factories import make_petition
petition = make_petition(title="Storm", slug="storm", country_field="off")
print(petition.wording.pk)
"""


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.storm)


@pytest.fixture(scope="session")
def size(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """A number in full where the storm is asked for by its marker, else a fifth of it."""
    part = 1 if request.config.option.markexpr == "storm" else 5
    return lambda number: number // part


class Ground:
    """A petition in a database of its own, and what is asked of both."""

    def __init__(self, url: str, smtp_port: int) -> None:
        self.url, self.port = url, free_port()
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "DATABASE_URL": url,
            "SECRET_KEY": "a secret of fifty characters and more, for the storm",
            "SIGNATURE_KEY": "a key for the storm",
            "ALLOWED_HOSTS": "127.0.0.1",
            "BASE_URL": "http://127.0.0.1",
            "SECURE_SSL_REDIRECT": "off",
            "TRUSTED_PROXIES": "1",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(smtp_port),
            "LOG_LEVEL": "WARNING",
        }

    def manage(self, *command: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def ask(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True) as database:
            cursor = database.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def emails(self) -> Counter[str]:
        return Counter(email for (email,) in self.ask("SELECT email FROM campaigns_signature"))

    def sign(self, email: str, network: int = 1) -> int:
        """The status of one POST; 0 where no answer came. Nothing is tried again."""
        fields = {"name": "Storm", "email": email, "consent": "on", "wording": self.wording}
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        with contextlib.closing(client):
            try:
                client.request(
                    "POST",
                    "/petitions/storm/sign/",
                    urlencode(fields),
                    {
                        "Content-Type": "application/x-www-form-urlencoded",
                        "X-Forwarded-For": f"10.{network >> 16 & 255}.{network >> 8 & 255}."
                        f"{network & 255}",
                    },
                )
                return client.getresponse().status
            except (OSError, http.client.HTTPException):
                return 0

    def storm(self, count: int, meanwhile: Callable[[threading.Event], None]) -> dict[str, int]:
        """So many signers, and something going wrong until they are done: the ledger."""
        done = threading.Event()
        trouble = threading.Thread(target=meanwhile, args=(done,))
        trouble.start()
        emails = [f"{number}@{count}.example.org" for number in range(count)]
        with ThreadPoolExecutor(CLIENTS) as clients:
            ledger = dict(zip(emails, clients.map(self.sign, emails, range(count)), strict=True))
        done.set()
        trouble.join()
        return ledger


@pytest.fixture(scope="module")
def sink() -> Iterator["Sink"]:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    sink.port = controller.port
    yield sink
    controller.stop()


class Sink:
    """A mail server that takes everything, as slowly as it is told."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.pause = 0.0

    async def handle_DATA(self, server, session, envelope) -> str:
        time.sleep(self.pause)
        self.received.update(envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture(scope="module")
def prepared(sink: Sink) -> Iterator[Ground]:
    with postgres.running(FOLDER) as url:
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        ground = Ground(url, sink.port)
        ground.manage("migrate", "--verbosity=0")
        ground.wording = int(ground.manage("shell", "-v0", "-c", MAKE_PETITION).split()[-1])
        yield ground


@pytest.fixture
def ground(prepared: Ground, sink: Sink) -> Ground:
    """Nobody has signed yet."""
    prepared.ask("DELETE FROM campaigns_outgoingmail; DELETE FROM campaigns_signature")
    sink.received.clear()
    sink.pause = 0.0
    return prepared


@pytest.fixture
def web(ground: Ground, tmp_path: Path) -> Iterator[Process]:
    process = Process(
        *(sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"),
        *("--bind", f"127.0.0.1:{ground.port}", "--workers", "3"),
        log=tmp_path / "gunicorn.log",
        environment=ground.environment,
    )
    process.wait_until(lambda: answers(ground.port))
    yield process
    process.end()


@pytest.fixture
def worker(ground: Ground, tmp_path: Path) -> Iterator[Callable[[], Process]]:
    """Starts a worker each time it is called."""
    started = []

    def start() -> Process:
        started.append(
            Process(
                *(sys.executable, "manage.py", "worker"),
                log=tmp_path / "worker.log",
                environment=ground.environment,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.signal(signal.SIGKILL)
        process.process.wait()
