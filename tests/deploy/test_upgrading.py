"""The database of each release, upgraded by this code while people sign with that release."""

import gzip
import re
import subprocess
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from servers import databases, gunicorn, postgres
from servers.gunicorn import Application
from servers.nginx import HOST, Site
from servers.processes import ROOT, Process, python
from tests.deploy.conftest import database_url
from tests.deploy.keep import KEYS, RELEASES

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
# Of the demo: open without an end, and its signatures count at once.
PETITION = "/petitions/bring-back-the-night-bus/"


@pytest.fixture(
    params=sorted(RELEASES.glob("*.sql.gz")), ids=lambda path: path.name.removesuffix(".sql.gz")
)
def dump(request) -> Path:
    return request.param


@pytest.fixture
def code(dump, tmp_path) -> Path:
    """That of the release, by its tag; before it has one, it is this."""
    version = dump.name.removesuffix(".sql.gz")
    if version == VERSION:
        return ROOT
    command = ["git", "-C", ROOT, "archive", f"v{version}"]
    archive = subprocess.run(command, capture_output=True, check=True).stdout
    folder = tmp_path / "code"
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
    return folder


@pytest.fixture
def url(dump, db) -> Iterator[str]:
    """The database of the release as it was kept."""
    url = databases.beside(database_url(), "release")
    databases.create(url)
    psql = postgres.programs(connection.pg_version // 10_000) / "psql"
    fill = [psql, "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", url]
    text = gzip.decompress(dump.read_bytes())
    subprocess.run(fill, input=text, stdout=subprocess.DEVNULL, check=True)
    yield url
    databases.drop(url)


@pytest.fixture
def environment(application: Application, url: str, tmp_path: Path) -> dict[str, str]:
    """What this code and that of the release run with."""
    return application.environment | KEYS | {"DATABASE_URL": url, "MEDIA_ROOT": str(tmp_path)}


@pytest.fixture
def front(application: Application, certificate: Path, tmp_path: Path) -> Iterator[Site]:
    application.stop()
    front = Site(tmp_path, app=application, certificate=certificate)
    yield front
    front.process.end()


def serve(code: Path, application: Application, environment: dict[str, str]) -> Process:
    return gunicorn.start(
        *(f"unix:{application.socket_path}", "--chdir", str(code)),
        environment=environment,
        log=application.log,
        workers=2,
        pythonpath=str(code / "site"),
        host=HOST,
    )


def test_people_sign_while_the_database_of_a_release_is_upgraded(
    application, front, code, environment, url
):
    numbers, ending = iter(range(10_000)), []

    def sign() -> int:
        number = next(numbers)
        typed = {"name": "Ada Lovelace", "email": f"s{number}@example.org", "consent": "on"}
        # Each from a network of its own, since nginx counts them.
        source = f"127.1.{number // 250}.{number % 250 + 1}"
        return front.post(f"{PETITION}sign/", typed | {"version": version}, source=source).status

    def keep_signing() -> list[int]:
        statuses = []
        while not ending:
            statuses.append(sign())
            time.sleep(0.1)
        return statuses

    with serve(code, application, environment), ThreadPoolExecutor(2) as signers:
        [version] = re.findall('name="version" value="([0-9]+)"', front.ask(PETITION).text)[:1]
        before = signatures(url)
        signing = [signers.submit(keep_signing) for _ in range(2)]
        try:
            # As deploy/update does.
            locks = {"PGOPTIONS": "-c lock_timeout=5s"}
            python("manage.py", "migrate", "--noinput", environment=environment | locks)
            time.sleep(1)
        finally:
            ending.append(True)
        statuses = [status for each in signing for status in each.result()]
    with serve(ROOT, application, environment):
        statuses.append(sign())
        pages = [front.ask(path).status for path in ("/", PETITION, "/admin/login/")]

    assert set(statuses) == {303}
    assert signatures(url) == before + len(statuses)
    assert pages == [200] * 3


def signatures(url: str) -> int:
    with psycopg.connect(url) as connection:
        [(number,)] = connection.execute("SELECT count(*) FROM campaigns_signature").fetchall()
    return number
