"""Databases that come and go: on the server in DATABASE_URL, or on a fresh one of ours."""

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
def server(purpose: str, *, durable: bool = True) -> Iterator[str]:
    """The url of one that answers: DATABASE_URL, or a server in var/ that goes when this ends."""
    with contextlib.ExitStack() as stack:
        url = os.environ.get("DATABASE_URL") or stack.enter_context(_fresh(purpose, durable))
        check(url)
        yield url


def check(url: str) -> None:
    """Raises Problem where it cannot be reached."""
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise Problem(f"The database in DATABASE_URL cannot be reached: {reason}") from None


@contextlib.contextmanager
def temporary(purpose: str) -> Iterator[str]:
    """The url of an empty database that is dropped when this ends; a crash may spoil it."""
    with server(purpose, durable=False) as given:
        url = beside(given, purpose)
        create(url)
        try:
            yield url
        finally:
            drop(url)


def beside(url: str, name: str) -> str:
    """The url of another database on the same server, called by this one's name and that."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path}_{name}"))


def create(url: str, *, template: str = "template1") -> None:
    """Make the database that the url names, in the place of one that is there: empty, or as a copy
    of another. The server's own database `postgres` must be open to the user."""
    drop(url)
    _run(url, "CREATE DATABASE {} TEMPLATE {}", _name(url), template)


def drop(url: str) -> None:
    """With whoever is connected to it."""
    _run(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", _name(url))


def _run(url: str, statement: str, *names: str) -> None:
    with psycopg.connect(url, dbname="postgres", autocommit=True, connect_timeout=10) as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _name(url: str) -> str:
    return urlsplit(url).path.strip("/")


@contextlib.contextmanager
def _fresh(purpose: str, durable: bool) -> Iterator[str]:
    folder = ROOT / "var" / f"{purpose}-postgres"
    try:
        # Somebody who was killed may have left a server: only then is there one to stop.
        if (folder / "data").exists():
            postgres.stop(folder)
            shutil.rmtree(folder)
        with postgres.running(folder, durable=durable) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)
