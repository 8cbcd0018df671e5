"""The database server, with a database for our site and for each yardstick."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from servers import databases

BUSY = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend' AND state <> 'idle'
"""
TABLES = """
    SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'
      AND relnamespace IN ('public'::regnamespace, 'pg_catalog'::regnamespace)
"""
# A quarter of the memory of a small server, as docs/operators.md advises.
BUFFERS = "1GB"
NAMES = ("ours", "million", "few", "bare", "stock")


@dataclass
class Server:
    url: str
    version: str
    postmaster: int | None

    def named(self, name: str) -> str:
        """Return the URL of one of the bench's databases."""
        return databases.beside(self.url, f"bench_{name}")

    def make(self, name: str, *, template: str = "template1") -> str:
        """Create a database, empty or as a copy of another one of the bench; return its URL."""
        url = self.named(name)
        if template != "template1":
            template = self.named(template).rpartition("/")[2]
        databases.create(url, template=template)
        return url


def settle(*urls: str) -> None:
    """Vacuum and analyse new databases, as PostgreSQL does by itself in the first minutes.

    Otherwise PostgreSQL would do this to hundreds of new tables while the first rows are measured.
    Like PostgreSQL, this leaves out empty tables: after a table was vacuumed while empty, the plans
    for the first signers would read every row, until it is vacuumed again.
    """
    for url in urls:
        with psycopg.connect(url, autocommit=True) as connection:
            for (table,) in connection.execute(TABLES).fetchall():
                name = sql.SQL(table)
                found = connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(name))
                if found.rowcount:
                    connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(name))
            connection.execute("CHECKPOINT")


def empty(url: str, table: str) -> None:
    """Empty a table and all tables that refer to it, once the last request of a run is done.

    When wrk stops, some of its requests are still running. Emptying earlier could deadlock: such a
    request locks the table of emails and waits for that of signatures, which TRUNCATE has locked
    while it waits for the table of emails.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(BUSY).fetchone() != (0,):
            time.sleep(0.05)
        connection.execute(f"TRUNCATE {table} CASCADE")


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """Yield the server in DATABASE_URL, or a fresh one that is deleted after the bench."""
    with databases.server("bench", buffers=BUFFERS) as url:
        with psycopg.connect(url) as connection:
            [(pid,)] = connection.execute("SELECT pg_backend_pid()")
            [(version,)] = connection.execute("SHOW server_version")
        found = Server(url, version.split()[0], _postmaster(pid))
        try:
            yield found
        finally:
            for name in NAMES:
                databases.drop(found.named(name))


def _postmaster(backend: int) -> int | None:
    """Return the postmaster if it runs on this machine; its child processes do the work."""
    try:
        if Path(f"/proc/{backend}/comm").read_text().strip() != "postgres":
            return None
        return int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None
