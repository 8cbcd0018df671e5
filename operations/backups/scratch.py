"""Scratch databases beside that of the site: created, dropped, or put in its place."""

import contextlib
import glob
import logging
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg import sql

from operations.backups import programs, stopping
from operations.backups.failures import InUse, NoRoom, NotAllowed
from operations.database_errors import reason

log = logging.getLogger(__name__)

MOMENT = 3  # seconds
TRIAL, NEW = "try", "new"  # what a scratch database is for
MARK, MARKED = "%Y%m%d%H%M%S%f", 20  # two restores may begin in the same second
ANY_MARK = "[0-9]" * MARKED
SERVER = "postgres"  # the database to connect to for creating others
# PostgreSQL's data folder on this machine, and the bytes that it needs for a while beyond the copy.
DATA, MARGIN = Path("/var/lib/postgresql"), 2 * 1024**3
# Processes with a scratch database share this lock; a process that drops leftovers takes it alone.
ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('scratch of ' || %s, 0))"
SHARED = "SELECT pg_advisory_lock_shared(hashtextextended('scratch of ' || %s, 0))"
LEFT = """
    SELECT datname FROM pg_database d
    WHERE starts_with(datname, %s) AND right(datname, -length(%s)) ~ '^_(try|new)_[0-9a-f]{8}$'
      AND datdba = (SELECT oid FROM pg_roles WHERE rolname = current_user)
      AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE datid = d.oid)
"""
LIKE = "SELECT to_jsonb(d) FROM pg_database d WHERE datname = %s"
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def name() -> str:
    return str(connection.settings_dict["NAME"])


def mark() -> str:
    """Return the moment at which a restore begins, for the names of what it makes."""
    return f"{timezone.now():{MARK}}"


def new_media(media: str, mark: str) -> str:
    """Return the name of the folder into which a restore unpacks the media, beside their folder."""
    return f"{media}-{NEW}-{mark}"


def aside(mark: str) -> tuple[str, Path]:
    """Return the names that the database and the folder of media of before a restore get."""
    media = Path(settings.MEDIA_ROOT)
    return f"{name()}_before_{mark}", media.with_name(f"{media.name}-before-{mark}")


def set_aside() -> Iterator[tuple[str, datetime]]:
    """Yield the databases and folders of before a restore that still exist, and since when."""
    database, media = aside("")
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [database])
        found = [str(each) for (each,) in cursor.fetchall()]
    for each in (*found, *map(str, media.parent.glob(f"{glob.escape(media.name)}{ANY_MARK}"))):
        with contextlib.suppress(ValueError):  # a name that somebody else has given
            yield each, datetime.strptime(each[-MARKED:], MARK).replace(tzinfo=UTC)


def create(scratch: str) -> None:
    """Create an empty database like that of the site. Raise NotAllowed if the user may not."""
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
    """Return the options that make a new database sort and compare like an existing one."""
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
def made(kind: str) -> Iterator[str]:
    """Create a database that is dropped at the end, unless it has been renamed by then.

    If this process is killed, the next one drops the database, and deletes the media that a restore
    has unpacked within the block. Raise NoRoom for a trial, which can wait. A restore only logs a
    warning: if the room runs out, it fails and has changed nothing.
    """
    drop_left()
    try:
        require_room()
    except NoRoom as error:
        if kind == TRIAL:
            raise
        log.warning("%s", error)
    scratch = f"{name()}_{kind}_{secrets.token_hex(4)}"
    with programs.connect(SERVER) as server:
        # A session lock, held until the connection ends. The connection may be lost meanwhile; no
        # transaction is open, so there is nothing to commit.
        server.execute(SHARED, [name()])
        try:
            # A process that is stopped within the statement would not know of the new database.
            with stopping.later():
                create(scratch)
            yield scratch
        finally:
            try:
                with stopping.later():
                    drop(scratch)
            except psycopg.Error as error:
                log.warning("%s was not dropped, the next run does it: %s", scratch, reason(error))


def drop_left() -> None:
    """Drop the databases of killed processes, and delete the media that they have unpacked.

    Do nothing while another process is at work.
    """
    with programs.connect(SERVER) as server, server.transaction():
        row = server.execute(ALONE, [name()]).fetchone()
        if row and row[0]:
            for (left,) in server.execute(LEFT, [name(), name()]).fetchall():
                drop(left)
            media = Path(settings.MEDIA_ROOT)
            for folder in media.parent.glob(new_media(glob.escape(media.name), ANY_MARK)):
                shutil.rmtree(folder, ignore_errors=True)


def require_room() -> None:
    """Raise NoRoom if this machine's PostgreSQL has no room for a copy of the site's database.

    A local port may be forwarded to a server elsewhere, whose disk cannot be checked from here.
    """
    with programs.connect(name()) as database:
        row = database.execute("SELECT pg_backend_pid(), pg_database_size(%s)", [name()]).fetchone()
        assert row
        pid, size = row
        if not DATA.exists() or not is_here(pid):
            return
    needed, free = size + MARGIN, shutil.disk_usage(DATA).free
    if free < needed:
        raise NoRoom(
            f"A second database beside that of the site needs {needed / 1024**3:.1f} GB, and "
            f"{free / 1024**3:.1f} GB are free in {DATA}: make room there."
        )


def is_here(pid: int) -> bool:
    """Return whether the server with this backend process certainly runs on this machine."""
    host = str(connection.settings_dict["HOST"])
    if not host or host.startswith("/"):
        return True
    try:
        return Path(f"/proc/{pid}/comm").read_text() == "postgres\n"
    except OSError:
        return False


def require_unused() -> None:
    """Raise InUse while other clients are connected to the site's database.

    PostgreSQL ends the process of a closed connection a moment later, so wait MOMENT for that.
    """
    connection.close()
    until = time.monotonic() + MOMENT
    with programs.connect(SERVER) as server:
        while others := count_of_others(server):
            if time.monotonic() > until:
                raise InUse(
                    f"{others} connections to the database are open. Stop the site first "
                    "(systemctl stop lastdrop-backup.timer lastdrop-erasures.timer lastdrop-worker "
                    "lastdrop@staff lastdrop@web lastdrop@sign), on each machine, and PgBouncer "
                    "where there is one (systemctl stop pgbouncer)."
                )
            time.sleep(0.1)


def count_of_others(server: psycopg.Connection) -> int:
    row = server.execute(OTHERS, [name()]).fetchone()
    return row[0] if row else 0


def put_in_place(scratch: str, *, aside: str) -> None:
    """Rename the site's database to `aside`, and the scratch database to the site's name."""
    require_unused()
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    live = name()
    with programs.connect(SERVER) as server, server.transaction():
        server.execute(rename.format(sql.Identifier(live), sql.Identifier(aside)))
        server.execute(rename.format(sql.Identifier(scratch), sql.Identifier(live)))


@contextmanager
def instead(scratch: str) -> Iterator[None]:
    """Make Django use the scratch database within the block."""
    live = name()
    connection.close()
    connection.settings_dict["NAME"] = scratch
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = live
