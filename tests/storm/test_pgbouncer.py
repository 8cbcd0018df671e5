"""The site behind PgBouncer, with fewer connections to PostgreSQL than processes and threads."""

import copy
import json
import time
from collections.abc import Iterator

import psycopg
import pytest

from servers import gunicorn, pgbouncer, postgres
from servers.ports import HOST, free_port
from servers.processes import Process
from tests.conftest import needed
from tests.deploy.test_exports_at_once import sowing
from tests.forks import Loaded
from tests.storm.conftest import FOLDER, Ground
from tests.storm.ledger import check

PROCESSES, CONNECTIONS = 4, 2
CHUNK, ROWS = 50, 110  # more than two chunks of a cursor
END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
      AND pid <> pg_backend_pid()
"""
CONNECTED = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
      AND pid <> pg_backend_pid()
"""
PREPARED = """
    SELECT sum(generic_plans)::int, sum(custom_plans)::int FROM pg_prepared_statements
    WHERE statement LIKE '%INSERT INTO campaigns_signature%'
"""
# Each thread reads all signatures in three ways, while the others do the same.
THREADS = 4
READ = '''
import collections, csv, io, json, sys, threading
import openpyxl
from django.db import connection, connections, transaction
from campaigns.exports import rows
from campaigns.exports.csv import csv_file
from campaigns.exports.xlsx import xlsx_file
from campaigns.models import Petition, Signature
from tests.factories import make_signature

rows.CHUNK = SIZE
connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = "staff"
make_signature(Petition.objects.get())
with connection.cursor() as cursor:
    cursor.execute("""SOWING""")

names, found = rows.headings(), collections.defaultdict(list)
signed_at = rows.columns().index("signed_at")
ready = threading.Barrier(THREADS, timeout=300)

def export(file):
    with transaction.atomic():
        return b"".join(piece.content for piece in file(Signature.objects.all(), names))

def read():
    lines = list(csv.reader(io.StringIO(export(csv_file).decode("utf-8-sig"))))[1:]
    found["csv"].append(len({line[0] for line in lines}))
    found["offset"].append(lines[0][signed_at][-6:])
    book = openpyxl.load_workbook(io.BytesIO(export(xlsx_file)), read_only=True)
    lines = book.worksheets[0].iter_rows(min_row=2, values_only=True)
    found["xlsx"].append(len({line[0] for line in lines}))
    numbers = Signature.objects.values_list("pk").iterator(chunk_size=SIZE)
    first = next(numbers)
    ready.wait()  # so that they go on at the same moment, each on any connection
    found["rows"].append(len({first, *numbers}))
    with connection.cursor() as cursor:
        cursor.execute("SHOW TimeZone")
        found["zone"] += cursor.fetchone()
    connection.close()

threads = [threading.Thread(target=read) for _ in range(THREADS)]
for each in threads:
    each.start()
for each in threads:
    each.join()
print(json.dumps(found))
'''


@pytest.fixture(scope="module")
def site(prepared: Ground) -> Iterator[Ground]:
    """The same ground, whose processes connect to PostgreSQL through PgBouncer.

    The database's default time zone is not the site's.
    """
    needed("pgbouncer")
    (name,) = prepared.ask("SELECT current_database()")[0]
    prepared.ask(f"ALTER DATABASE {name} SET timezone = 'Asia/Tokyo'")
    port = free_port()
    with pgbouncer.start(
        FOLDER / "pgbouncer",
        user="postgres",
        password="secret",
        address=HOST,
        port=port,
        places={
            "host=127.0.0.1 port=5000": f"host={postgres.sockets(FOLDER)} port=5432",
            "dbname=lastdrop": f"dbname={name}",
            "default_pool_size = 12": f"default_pool_size = {CONNECTIONS}",
        },
    ):
        site = copy.copy(prepared)
        site.port, site.through = free_port(), f"postgres://postgres:secret@{HOST}:{port}"
        site.environment = prepared.environment | {
            "DATABASE_URL": f"{site.through}/sign",
            "TIME_ZONE": "Europe/Berlin",
        }
        with Loaded(site.environment) as site.loaded:
            yield site
    prepared.ask(f"ALTER DATABASE {name} RESET timezone")


@pytest.fixture(scope="module")
def web(site: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with gunicorn.start(
        f"{HOST}:{site.port}",
        environment=site.environment,
        log=tmp_path_factory.mktemp("pooled") / "gunicorn.log",
        workers=PROCESSES,
        seconds=300,
        begin=site.loaded.start,
    ) as process:
        yield process


@pytest.fixture
def pooled(site: Ground, ground: Ground) -> Ground:
    """The ground before anybody has signed, without connections of another test's pool."""
    site.ask(END_OTHERS)
    return site


def test_many_processes_sign_through_few_connections(pooled, web, size):
    ledger = pooled.storm(size(3000, 10))
    (connected,) = pooled.ask(CONNECTED)
    with psycopg.connect(f"{pooled.through}/sign", autocommit=True) as connection:
        ((generic, custom),) = connection.execute(PREPARED).fetchall()

    check(pooled, ledger)
    assert set(ledger.values()) == {303}
    assert connected == (CONNECTIONS,)
    # Each connection to PostgreSQL plans the statement once, for all processes.
    assert (generic > len(ledger) / 10, custom) == (True, 0)


def test_postgresql_ends_all_connections_and_takes_none_for_a_while(pooled, web, size):
    (name,) = pooled.ask("SELECT current_database()")[0]

    def refuse() -> None:
        with psycopg.connect(pooled.url, dbname="postgres", autocommit=True) as server:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            server.execute(END_ALL, [name])
            time.sleep(3)
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    ledger = pooled.storm(size(3000, 10), refuse, times=1)

    check(pooled, ledger)
    assert set(ledger.values()) == {303}


def test_many_threads_read_through_few_connections(pooled):
    sowing_all = sowing().replace("%s", str(ROWS))

    read = READ.replace("THREADS", str(THREADS)).replace("SIZE", str(CHUNK))
    read = read.replace("SOWING", sowing_all)
    said = pooled.loaded.python("manage.py", "shell", "-v0", "-c", read)

    assert json.loads(said) == {
        "csv": [ROWS] * THREADS,
        "offset": ["+01:00"] * THREADS,
        "xlsx": [ROWS] * THREADS,
        "rows": [ROWS] * THREADS,
        "zone": ["UTC"] * THREADS,
    }
