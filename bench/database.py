"""The database server, with a database for our site and for each yardstick."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from servers import databases

NAMES = ("ours", "million", "bare", "stock")


@dataclass
class Server:
    url: str
    version: str
    postmaster: int | None

    def named(self, name: str) -> str:
        """The url of one of the bench's databases."""
        return databases.beside(self.url, f"bench_{name}")

    def make(self, name: str, *, template: str = "template1") -> str:
        """Create a database, empty or as a copy of another one of the bench; return its URL."""
        url = self.named(name)
        if template != "template1":
            template = self.named(template).rpartition("/")[2]
        databases.create(url, template=template)
        return url


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """The server in DATABASE_URL, or a fresh one that is deleted after the bench."""
    with databases.server("bench") as url:
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
    """The first process of the server, if it runs on this machine; its children do the work."""
    try:
        if Path(f"/proc/{backend}/comm").read_text().strip() != "postgres":
            return None
        return int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None
