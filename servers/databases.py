"""Temporary databases: on the server in DATABASE_URL, or on a fresh server of our own."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from servers import postgres
from servers.processes import ROOT, Problem


@contextlib.contextmanager
def server(purpose: str, *, durable: bool = True, buffers: str = "128MB") -> Iterator[str]:
    """Yield the URL of a running server: DATABASE_URL, or a fresh one in var/, deleted afterwards.

    Raise Problem if the server of DATABASE_URL does not answer.
    """
    with contextlib.ExitStack() as stack:
        url = os.environ.get("DATABASE_URL")
        url = url or stack.enter_context(_fresh(purpose, durable=durable, buffers=buffers))
        check(url)
        yield url


def check(url: str) -> None:
    """Raise Problem if the database cannot be reached."""
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise Problem(f"The database in DATABASE_URL cannot be reached: {reason}") from None


@contextlib.contextmanager
def temporary(purpose: str) -> Iterator[str]:
    """Yield the URL of an empty database, dropped at the end, which need not survive a crash."""
    with server(purpose, durable=False) as given:
        url = beside(given, purpose)
        create(url)
        try:
            yield url
        finally:
            drop(url)


def beside(url: str, name: str) -> str:
    """Return the URL of another database on the same server: this one's name with a suffix."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path}_{name}"))


def create(url: str, *, template: str = "template1") -> None:
    """Create the database of the URL, empty or as a copy of `template`.

    An existing one is dropped first. The user must have access to the database `postgres`.
    """
    drop(url)
    _run(url, "CREATE DATABASE {} TEMPLATE {}", _name(url), template)


def drop(url: str) -> None:
    """Drop the database of the URL, if it exists, and end all connections to it."""
    _run(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", _name(url))


def _run(url: str, statement: str, *names: str) -> None:
    with psycopg.connect(url, dbname="postgres", autocommit=True, connect_timeout=10) as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _name(url: str) -> str:
    return urlsplit(url).path.strip("/")


@contextlib.contextmanager
def _fresh(purpose: str, *, durable: bool, buffers: str) -> Iterator[str]:
    folder = ROOT / "var" / f"{purpose}-postgres"
    try:
        # A process that was killed may have left a server behind.
        if (folder / "data").exists():
            postgres.stop(folder)
            shutil.rmtree(folder)
        with postgres.running(folder, durable=durable, buffers=buffers) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)
