"""pg_dump and pg_restore: where they are, and how they reach the database."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg.conninfo import make_conninfo

from operations.backups.failures import Failed

KNOWN = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}


def folder() -> Path:
    """Return the folder of a pg_dump that is at least as new as the server. Raise Failed."""
    with connect(str(connection.settings_dict["NAME"])) as server:
        major = server.info.server_version // 10_000
    newer = None
    for place in places(major):
        if (number := version(place)) == major:
            return place
        if number > major:
            newer = newer or place
    if newer is None:
        raise Failed(
            f"There is no pg_dump of PostgreSQL {major} on this machine: "
            f"apt install postgresql-client-{major}."
        )
    return newer


def places(major: int) -> Iterator[Path]:
    """Yield where to look: beside the local server, in Debian's folder of that version, on PATH."""
    if server := beside_the_server():
        yield server
    yield Path(f"/usr/lib/postgresql/{major}/bin")
    for name in os.environ.get("PATH", os.defpath).split(os.pathsep):
        yield Path(name)


def beside_the_server() -> Path | None:
    """Return the folder of the server's program, if it runs on this machine under our user."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [(pid,)] = cursor.fetchall()
    try:
        program = Path(f"/proc/{pid}/exe").readlink()
    except OSError:
        return None
    return program.parent if program.name == "postgres" else None


def version(place: Path) -> int:
    """Return the major version of the programs in a folder; 0 unless both are there."""
    dump, restore = (shutil.which(name, path=str(place)) for name in ("pg_dump", "pg_restore"))
    if not dump or not restore:
        return 0
    said = subprocess.run([dump, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+", said)
    return int(number[0]) if number else 0


def parameters(database: str, using: str = DEFAULT_DB_ALIAS) -> dict[str, Any]:
    """Return the libpq parameters of a connection to another database of the same server."""
    given = connections[using].get_connection_params()
    known = {name: value for name, value in given.items() if name in KNOWN and value is not None}
    return {**known, "dbname": database}


def reach(database: str, using: str = DEFAULT_DB_ALIAS) -> tuple[str, dict[str, str]]:
    """Return what a program needs: a connection string, and an environment with the password."""
    known = parameters(database, using)
    password = str(known.pop("password", ""))
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    return make_conninfo(**known), environment


def connect(database: str, using: str = DEFAULT_DB_ALIAS) -> psycopg.Connection:
    """Open a separate connection to a database of the server, in autocommit mode."""
    return psycopg.connect(**parameters(database, using), autocommit=True)
