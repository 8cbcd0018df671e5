"""Three database machines, two web machines and nginx in front, simulated by local processes."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg import sql
from pytest_django import DjangoDbBlocker

from bench import machine
from servers import machines, nginx, postgres, smtp
from servers.gunicorn import Application
from servers.machines import Databases, Front, Network, WebMachine
from servers.nginx import HOST
from servers.processes import ROOT, Problem, python
from tests import database
from tests.cluster.storm import RATE, READ_EVERY, SECONDS, Storm
from tests.conftest import needed

FOLDER = ROOT / "var" / "cluster"
FIGURES = ROOT / "var" / "cluster-figures.md"
HEADING = """# What the disasters of a cluster did

{began:%Y-%m-%d %H:%M} UTC, commit {commit}.
{versions}. Load before {load}.
{rate} signers a second for {seconds} seconds, and a reader each {read_every} s (docs/scaling.md).

| in the eighth second | signed | other answers | nobody signed for | readers | mailed twice |
| --- | --- | --- | --- | --- | --- |
"""
MAKE_PETITION = """
from tests.factories import make_petition
petition = make_petition(title="Storm", slug="storm", country_field="off", confirms_by_email=False)
print(petition.version.pk)
"""


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.cluster)


class Cluster:
    """The whole cluster, with methods to query it and to change it."""

    def __init__(self, network: Network, sink: smtp.Server) -> None:
        self.sink = sink
        self.network, self.databases = network, Databases(network)
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.cluster.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SIGNATURE_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": HOST,
            "BASE_URL": f"https://{HOST}",
            "TRUSTED_PROXIES": "1",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(sink.port),
            "LOG_LEVEL": "WARNING",
            "MEDIA_ROOT": str(network.folder / "media"),
        }
        self.webs = [
            WebMachine(network, 1, environment, is_pooled=False),
            WebMachine(network, 2, environment, is_pooled=True),
        ]

    def start(self) -> None:
        self.databases.start()
        for web in self.webs:
            web.start_proxies()
        self.wait_until(self.databases.is_whole)
        self.wait_until(self.takes_writes)
        self.make_database()
        environment = self.webs[0].environment
        database.copy_to(self.webs[0].url)
        said = python("manage.py", "shell", "-v0", "-c", MAKE_PETITION, environment=environment)
        self.version = int(said.split()[-1])
        for web in self.webs:
            web.start(host=HOST)

    def takes_writes(self) -> bool:
        try:
            self.administrate(sql.SQL("SELECT 1"))
        except psycopg.Error:
            return False
        return True

    def make_database(self) -> None:
        name = sql.Identifier(machines.DATABASE)
        password = sql.Literal(self.network.password)
        role = "CREATE ROLE {} LOGIN CREATEDB PASSWORD {}"
        self.administrate(sql.SQL(role).format(name, password))
        self.administrate(sql.SQL("GRANT pg_monitor TO {}").format(name))
        self.administrate(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))

    def administrate(self, statement: sql.Composable) -> None:
        with psycopg.connect(
            host=self.webs[0].address,
            port=machines.PROXY,
            user="postgres",
            password=self.network.superuser,
            dbname="postgres",
            connect_timeout=3,
            autocommit=True,
        ) as connection:
            connection.execute(statement)

    def ask(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.webs[0].url, connect_timeout=3, autocommit=True) as connection:
            return connection.execute(statement).fetchall()

    def do(self, statement: str) -> None:
        with psycopg.connect(self.webs[0].url, connect_timeout=3, autocommit=True) as connection:
            connection.execute(statement)

    def doctor(self, part: str) -> list[str]:
        """What `lastdrop doctor` finds in one part."""
        done = subprocess.run(
            [sys.executable, "manage.py", "doctor", "--json"],
            env=os.environ | self.webs[0].environment,
            capture_output=True,
            text=True,
        )
        return [each["what"] for each in json.loads(done.stdout) if each["part"] == part]

    def wait_until(self, is_so: Callable[[], bool], seconds: float = 90) -> float:
        """Return the seconds that it took. Raise TimeoutError if it takes longer than `seconds`."""
        began = time.monotonic()
        while not is_so():
            if time.monotonic() > began + seconds:
                raise TimeoutError(f"{is_so} is not so after {seconds} seconds.")
            time.sleep(0.25)
        return time.monotonic() - began

    def kill(self) -> None:
        for each in (*self.webs, self.databases):
            each.kill()


@pytest.fixture(scope="session")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[smtp.Server]:
    server = smtp.Server(tmp_path_factory.mktemp("mail"))
    server.be()
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def running(
    sink: smtp.Server, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Cluster]:
    for name in ("patroni", "patronictl", "etcd", "haproxy", "pgbouncer", "nginx", "openssl"):
        needed(name)
    try:
        postgres.programs(machines.MAJOR)
    except Problem as problem:
        pytest.skip(str(problem))
    cluster = Cluster(Network(FOLDER), sink)
    heading = HEADING.format(
        began=datetime.now(UTC),
        commit=machine.commit(),
        versions=machine.versions(str(machines.MAJOR)),
        load=machine.load(),
        rate=RATE,
        seconds=SECONDS,
        read_every=READ_EVERY,
    )
    FIGURES.write_text(heading)
    try:
        with django_db_blocker.unblock():
            cluster.start()
        yield cluster
    finally:
        cluster.kill()


@pytest.fixture
def cluster(running: Cluster) -> Cluster:
    """The cluster, once its databases have recovered from the disaster of the previous test."""
    running.wait_until(running.databases.is_whole)
    return running


@pytest.fixture(scope="session")
def site(running: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    certificate, folder = tmp_path_factory.mktemp("certificate"), tmp_path_factory.mktemp("nginx")
    nginx.certify(certificate)
    nowhere = folder / "no.sock"
    app = Application(
        nowhere,
        host=HOST,
        static=folder / "static",
        media=running.network.folder / "media",
        log=folder / "no.log",
        environment={},
    )
    front = Front(running.network, folder, app=app, certificate=certificate)
    yield front
    front.process.end()


@pytest.fixture
def storm(request: pytest.FixtureRequest, cluster: Cluster, site: Front) -> Iterator[Storm]:
    """A storm for this test alone. Its figures become a row of a table."""
    name = request.node.name.removeprefix("test_").replace("_", "-")[:40].strip("-")
    storm = Storm(site, cluster.version, name=name)
    yield storm
    with FIGURES.open("a") as figures:
        twice = len(storm.mailed_twice(cluster.sink.received))
        figures.write(f"{storm.row()} {twice} |\n")
