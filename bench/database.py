"""Databases to measure in: on a server of the bench's own, or on the one that is named."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench.machine import ROOT
from servers import postgres

NAMES = ("ours", "million", "bare", "stock")


@dataclass
class Server:
    url: str
    version: str
    postmaster: int | None
    shared: bool

    def named(self, name: str) -> str:
        """The address of one of the bench's databases."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=f"{parts.path}_bench_{name}"))

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def make(self, name: str, *, template: str = "template1") -> str:
        prefix = f"{urlsplit(self.url).path[1:]}_bench_"
        template = template if template == "template1" else prefix + template
        self.run(
            f'DROP DATABASE IF EXISTS "{prefix}{name}" (FORCE)',
            f'CREATE DATABASE "{prefix}{name}" TEMPLATE "{template}"',
        )
        return self.named(name)

    def drop_all(self) -> None:
        prefix = f"{urlsplit(self.url).path[1:]}_bench_"
        self.run(*(f'DROP DATABASE IF EXISTS "{prefix}{name}" (FORCE)' for name in NAMES))


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """The server in DATABASE_URL, or a fresh one in var/bench-postgres that goes with the bench."""
    with contextlib.ExitStack() as stack:
        given = os.environ.get("DATABASE_URL", "")
        url = given or stack.enter_context(_fresh())
        try:
            with psycopg.connect(url) as connection:
                pid = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
                version = connection.execute("SHOW server_version").fetchone()[0]
                found = Server(url, version.split()[0], _postmaster(pid), bool(given))
        except psycopg.OperationalError as trouble:
            reason = " ".join(str(trouble).split())
            raise SystemExit(f"The database cannot be reached: {reason}") from None
        stack.callback(found.drop_all)
        yield found


@contextlib.contextmanager
def _fresh() -> Iterator[str]:
    folder = ROOT / "var" / "bench-postgres"
    try:
        # A bench that was killed may have left its server: only then is there one to stop.
        if (folder / "data").exists():
            postgres.stop(folder)
            shutil.rmtree(folder)
        with postgres.running(folder) as url:
            yield url
    except postgres.DatabaseProblem as problem:
        raise SystemExit(str(problem)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postmaster(backend: int) -> int | None:
    """The server's first process, if it is on this machine; its children do the work."""
    try:
        if Path(f"/proc/{backend}/comm").read_text().strip() != "postgres":
            return None
        return int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None
