"""The site as it is served: nginx in front, gunicorn behind, the tests' database below."""

import contextlib
import copy
import fcntl
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from campaigns.models import Petition
from servers import nginx
from servers.gunicorn import Application
from servers.nginx import HOST, Answer, Site
from servers.ports import HOST as LOOPBACK
from servers.ports import free_ports
from tests.conftest import needed
from tests.forks import Loaded

FOLDER = Path(__file__).parent
# nginx counts what is sent there as it does for a petition, and the answer takes no time.
LIGHT = "/petitions/arrived/sign/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a test of this folder that fails a second chance (docs/adr/0079-second-chance.md)."""
    for item in items:
        if item.path.parent == FOLDER:
            item.add_marker(pytest.mark.flaky(reruns=1))


def database_url() -> str:
    """The URL of the tests' own database, for another process."""
    known = connection.settings_dict
    user, password, host = (quote(known[key], safe="") for key in ("USER", "PASSWORD", "HOST"))
    login = f"{user}:{password}" if password else user
    return f"postgres://{login}@{host}:{known['PORT'] or 5432}/{known['NAME']}"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needed("openssl")
    folder = tmp_path_factory.mktemp("certificate")
    nginx.certify(folder)
    return folder


@pytest.fixture(scope="session")
def static(session_folder: Path) -> Path:
    """What collectstatic makes for production: the first process makes it for all."""
    folder, unfinished = session_folder / "static", session_folder / "static.new"
    backend = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    with (session_folder / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with override_settings(STATIC_ROOT=unfinished, STORAGES={"staticfiles": backend}):
                call_command("collectstatic", interactive=False, verbosity=0)
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="package")
def purged() -> list[int]:
    """The ports of the proxies that the site notifies of changes."""
    return free_ports(2)


@pytest.fixture(scope="package")
def loaded(
    django_db_setup: None,
    static: Path,
    purged: list[int],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Loaded]:
    """The site without second factors, which sends each of its rows of an export at once."""
    folder = tmp_path_factory.mktemp("site")
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.deploy.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "SIGNATURE_KEY": settings.SIGNATURE_KEY,
        "DATABASE_URL": database_url(),
        "ALLOWED_HOSTS": HOST,
        "BASE_URL": f"https://{HOST}",
        "TRUSTED_PROXIES": "1",
        "TEST_STATIC_ROOT": str(static),
        "MEDIA_ROOT": str(folder / "media"),
        "METRICS_FOLDER": str(folder / "metrics"),
        "SECOND_FACTOR": "off",
        "EXPORT_STREAMED_ROWS": "30000",
        "PURGED_PROXY": ", ".join(f"http://{LOOPBACK}:{port}" for port in purged),
    }
    with Loaded(environment) as loaded:
        yield loaded


@pytest.fixture(scope="package")
def application(loaded: Loaded, static: Path) -> Iterator[Application]:
    """The application, stopped until a test starts it. Its media files are in its ``media``."""
    media = Path(loaded.environment["MEDIA_ROOT"])
    with tempfile.TemporaryDirectory(prefix="lastdrop-") as sockets:  # sockets need a short path
        application = Application(
            Path(sockets) / "web.sock",
            host=HOST,
            static=static,
            media=media,
            log=media.with_name("gunicorn.log"),
            environment=loaded.environment,
            begin=loaded.start,
        )
        yield application
        application.stop()


@pytest.fixture(scope="package")
def newer(application: Application) -> Iterator[Loaded]:
    """A newer release, on the same database, as deploy/update runs its commands.

    Its log is of the lowest level and in both formats.
    """
    locks = {"PGOPTIONS": "-c lock_timeout=2s"}
    newer = {
        "DJANGO_SETTINGS_MODULE": "tests.deploy.late.settings",
        "TEST_PATIENCE": "1",
        "LOG_LEVEL": "DEBUG",
    }
    with Loaded(application.environment | locks | newer) as loaded:
        yield loaded


@pytest.fixture
def later(newer: Loaded, transactional_db: None) -> Iterator[Loaded]:
    """The newer release, whose migrations are undone at the end."""
    yield newer
    with psycopg.connect(database_url()) as undoing:
        undoing.execute("ALTER TABLE campaigns_signature DROP COLUMN IF EXISTS late")
        undoing.execute("DROP TABLE IF EXISTS late_note")
        undoing.execute("DELETE FROM django_migrations WHERE app = 'late'")


@pytest.fixture
def front(application: Application, certificate: Path, tmp_path: Path) -> Iterator[Site]:
    """nginx alone, with an empty cache and unused limits."""
    needed("nginx")
    front = Site(tmp_path, app=application, certificate=certificate)
    yield front
    front.process.end()
    print(front.logs())  # pytest shows it if the test has failed


@pytest.fixture(scope="package")
def nobody(application: Application) -> Application:
    """An application that never runs, for nginx before it."""
    nobody = copy.copy(application)
    nobody.socket_path = nobody.sign_path = nobody.staff_path = application.socket_path.with_name(
        "nobody.sock"
    )
    return nobody


@pytest.fixture(scope="module")
def alone(
    nobody: Application, certificate: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """nginx for all tests of a file, before an application that does not run."""
    needed("nginx")
    alone = Site(tmp_path_factory.mktemp("alone"), app=nobody, certificate=certificate)
    yield alone
    alone.process.end()
    print(alone.logs())


@pytest.fixture
def app(application: Application, transactional_db: None) -> Application:
    """The application, running, even if the previous test stopped it."""
    needed("nginx")
    if not application.process:
        application.start()
    return application


@pytest.fixture
def site(front: Site, app: Application) -> Site:
    """The whole site: nginx, gunicorn and the database."""
    return front


def fields(petition: Petition, **changes: object) -> dict[str, object]:
    data = {
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "country": "RU",
        "consent": "on",
        "version": petition.version.pk,
    }
    return data | changes


def arrived(answer: Answer) -> dict:
    return json.loads(answer.text)


def flood(
    site: Site, *asked: dict[str, object], source: str = LOOPBACK, at_once: int = 4
) -> list[Answer]:
    """The answers to many requests of one network.

    Its connections stay open, since a handshake takes longer than most of these answers.
    """

    def go(share: Sequence[dict[str, object]]) -> list[Answer]:
        with contextlib.closing(site.open(source=source)) as opened:
            return [nginx.answered(opened, **each) for each in share]

    with ThreadPoolExecutor(at_once) as network:
        shares = [asked[number::at_once] for number in range(at_once)]
        return [answer for answers in network.map(go, shares) for answer in answers]


@contextlib.contextmanager
def people_wait(site: Site) -> Iterator[None]:
    """Let more readers wait for pages, from many networks, than nginx lets wait."""
    with contextlib.ExitStack() as stack:
        for number in range(80):
            source = f"127.0.2.{number % 20 + 1}"
            waiting = stack.enter_context(contextlib.closing(site.connect(source=source)))
            page = f"/arrived/?page={number + 1}"
            waiting.sendall(f"GET {page} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        time.sleep(0.5)
        yield


@contextlib.contextmanager
def people_sign(site: Site, path: str, typed: dict[str, object]) -> Iterator[list[int]]:
    """Let people sign, two at a time, until the block ends; then the list has all statuses."""
    numbers, ending, statuses = iter(range(10_000)), [], []

    def sign() -> None:
        while not ending:
            number = next(numbers)
            # Each from a network of its own, since nginx limits the requests of each network.
            source = f"127.1.{number // 250}.{number % 250 + 1}"
            sent = typed | {"email": f"s{number}@example.org"}
            statuses.append(site.post(path, sent, source=source).status)
            time.sleep(0.25)

    with ThreadPoolExecutor(2) as signers:
        signing = [signers.submit(sign) for _ in range(2)]
        try:
            yield statuses
        finally:
            ending.append(True)
        for each in signing:
            each.result()
