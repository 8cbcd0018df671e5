"""The database of each release, upgraded by this code while people sign with that release."""

import gzip
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from servers import databases, gunicorn, postgres
from servers.gunicorn import Application
from servers.nginx import HOST
from servers.processes import ROOT, Process
from tests import database
from tests.deploy.conftest import database_url, people_sign
from tests.deploy.keep import KEYS, RELEASES, VERSION
from tests.forks import Loaded

# A petition of the demo that is open without an end, and counts each signature at once.
PETITION = "/petitions/bring-back-the-night-bus/"
# As deploy/update does, whose PGOPTIONS the site reads when it is loaded.
MIGRATE = """
from django.core.management import call_command
from django.db import connection
connection.close()
connection.settings_dict["OPTIONS"]["options"] += " -c lock_timeout=2s"
call_command("migrate", interactive=False)
"""


@pytest.fixture(
    params=sorted(RELEASES.glob("*.sql.gz")), ids=lambda path: path.name.removesuffix(".sql.gz")
)
def dump(request) -> Path:
    return request.param


@pytest.fixture
def code(dump, tmp_path) -> Path:
    """The code of the release, by its tag. Without a tag yet, it is this code."""
    version = dump.name.removesuffix(".sql.gz")
    command = ["git", "-C", ROOT, "archive", f"refs/tags/v{version}"]
    done = subprocess.run(command, capture_output=True, check=version != VERSION)
    if done.returncode:
        return ROOT
    folder = tmp_path / "code"
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", folder], input=done.stdout, check=True)
    return folder


@pytest.fixture
def url(dump, db) -> Iterator[str]:
    """The URL of a database restored from the dump of the release."""
    url = databases.beside(database_url(), "release")
    databases.create(url)
    programs = postgres.programs(connection.pg_version // 10_000)
    database.fill(url, gzip.decompress(dump.read_bytes()), programs)
    yield url
    databases.drop(url)


@pytest.fixture
def ours(application: Application, url: str, tmp_path: Path) -> Iterator[Loaded]:
    """This code, in the environment that it shares with that of the release."""
    known = {"DATABASE_URL": url, "MEDIA_ROOT": str(tmp_path)}
    with Loaded(application.environment | KEYS | known) as loaded:
        yield loaded


def serve(code: Path, application: Application, ours: Loaded) -> Process:
    return gunicorn.start(
        f"unix:{application.socket_path}",
        "--chdir",
        str(code),
        environment=ours.environment,
        log=application.log,
        workers=2,
        pythonpath=str(code / "site"),
        host=HOST,
        begin=ours.start if code == ROOT else None,
    )


def test_people_sign_while_the_database_of_a_release_is_upgraded(
    application, front, code, ours, url
):
    application.stop()  # The two processes below take its place.
    typed = {"name": "Ada Lovelace", "consent": "on"}

    with serve(code, application, ours):
        page = front.ask(PETITION).text
        typed["version"] = re.search('name="version" value="([0-9]+)"', page)[1]
        before = signatures(url)
        with people_sign(front, f"{PETITION}sign/", typed) as statuses:
            ours.python("manage.py", "shell", "-v0", "-c", MIGRATE)
            time.sleep(1)
    with serve(ROOT, application, ours):
        last = front.post(f"{PETITION}sign/", typed | {"email": "last@example.org"})
        pages = [front.ask(path).status for path in ("/", PETITION, "/admin/login/")]

    assert set(statuses) == {last.status} == {303}
    assert signatures(url) == before + len(statuses) + 1
    assert pages == [200] * 3


def signatures(url: str) -> int:
    with psycopg.connect(url) as connection:
        [(number,)] = connection.execute("SELECT count(*) FROM campaigns_signature").fetchall()
    return number
