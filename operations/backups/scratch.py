"""Databases beside that of the site: made, dropped, or put in its place."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from operations.backups import programs
from operations.backups.failures import InUse, NotAllowed

MOMENT = 3  # seconds
SERVER = "postgres"  # the database from which others are made
LIKE = "SELECT to_jsonb(d) FROM pg_database d WHERE datname = %s"
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def name() -> str:
    return str(connection.settings_dict["NAME"])


def create(scratch: str) -> None:
    """Make an empty database like that of the site. Raises NotAllowed."""
    with programs.connect(SERVER) as server:
        row = server.execute(LIKE, [name()]).fetchone()
        known = row[0] if row else {}
        try:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' {}").format(
                    sql.Identifier(scratch), locale(known)
                )
            )
        except psycopg.errors.InsufficientPrivilege:
            user = connection.settings_dict["USER"] or "lastdrop"
            raise NotAllowed(
                "The user of the database may not make another one to try the backup in: "
                f"runuser -u postgres -- psql -c 'ALTER ROLE {user} CREATEDB'"
            ) from None


def locale(known: dict[str, Any]) -> sql.Composable:
    """The options by which a database sorts and compares like another."""
    parts: list[sql.Composable] = [
        sql.SQL("LC_COLLATE {} LC_CTYPE {}").format(
            sql.Literal(known["datcollate"]), sql.Literal(known["datctype"])
        )
    ]
    named = known.get("datlocale") or known.get("daticulocale")
    match known.get("datlocprovider"):
        case "b":
            parts.append(
                sql.SQL("LOCALE_PROVIDER builtin BUILTIN_LOCALE {}").format(sql.Literal(named))
            )
        case "i":
            parts.append(sql.SQL("LOCALE_PROVIDER icu ICU_LOCALE {}").format(sql.Literal(named)))
        case "c":
            parts.append(sql.SQL("LOCALE_PROVIDER libc"))
    return sql.SQL(" ").join(parts)


def drop(scratch: str) -> None:
    with programs.connect(SERVER) as server:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        server.execute(statement.format(sql.Identifier(scratch)))


@contextmanager
def made(scratch: str) -> Iterator[str]:
    """A database that is dropped in the end, unless it has another name by then."""
    create(scratch)
    try:
        yield scratch
    finally:
        drop(scratch)


def require_unused() -> None:
    """Raise InUse while somebody else is connected to the site's database.

    PostgreSQL ends the process of a closed connection a moment later, so this waits for that.
    """
    connection.close()
    until = time.monotonic() + MOMENT
    with programs.connect(SERVER) as server:
        while others := count_of_others(server):
            if time.monotonic() > until:
                raise InUse(
                    f"{others} connections to the database are open. Stop the site first "
                    "(systemctl stop lastdrop-backup.timer lastdrop-erasures.timer lastdrop-worker "
                    "lastdrop@staff lastdrop@web lastdrop@sign)."
                )
            time.sleep(0.1)


def count_of_others(server: psycopg.Connection) -> int:
    row = server.execute(OTHERS, [name()]).fetchone()
    return row[0] if row else 0


def put_in_place(scratch: str, *, aside: str) -> None:
    """Give the scratch database the name of the site's, which is called `aside` from then on."""
    require_unused()
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    live = name()
    with programs.connect(SERVER) as server, server.transaction():
        server.execute(rename.format(sql.Identifier(live), sql.Identifier(aside)))
        server.execute(rename.format(sql.Identifier(scratch), sql.Identifier(live)))


@contextmanager
def instead(scratch: str) -> Iterator[None]:
    """Have Django use the scratch database for a while."""
    live = name()
    connection.close()
    connection.settings_dict["NAME"] = scratch
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = live
