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
    """The folder of a pg_dump that is as new as the server, or newer. Raises Failed."""
    with connect(str(connection.settings_dict["NAME"])) as server:
        major = server.info.server_version // 10_000
    found = {place: version(place) for place in places(major)}
    fit = [place for place, number in found.items() if number >= major]
    if not fit:
        raise Failed(
            f"There is no pg_dump of PostgreSQL {major} on this machine: "
            f"apt install postgresql-client-{major}."
        )
    return next((place for place in fit if found[place] == major), fit[0])


def places(major: int) -> Iterator[Path]:
    """Beside the server that runs here, then where Debian has that version, then on the PATH."""
    if server := beside_the_server():
        yield server
    yield Path(f"/usr/lib/postgresql/{major}/bin")
    for name in os.environ.get("PATH", os.defpath).split(os.pathsep):
        yield Path(name)


def beside_the_server() -> Path | None:
    """The folder of the server's own program, where it runs on this machine under our user."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [(pid,)] = cursor.fetchall()
    try:
        program = Path(f"/proc/{pid}/exe").readlink()
    except OSError:
        return None
    return program.parent if program.name == "postgres" else None


def version(place: Path) -> int:
    """The major version of the programs in a folder; 0 where they are not both there."""
    dump, restore = (shutil.which(name, path=str(place)) for name in ("pg_dump", "pg_restore"))
    if not dump or not restore:
        return 0
    said = subprocess.run([dump, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+", said)
    return int(number[0]) if number else 0


def parameters(database: str, using: str = DEFAULT_DB_ALIAS) -> dict[str, Any]:
    """How to reach another database of the same server, as libpq knows it."""
    given = connections[using].get_connection_params()
    known = {name: value for name, value in given.items() if name in KNOWN and value is not None}
    return {**known, "dbname": database}


def reach(database: str, using: str = DEFAULT_DB_ALIAS) -> tuple[str, dict[str, str]]:
    """What a program is given: a text without the password, and the environment with it."""
    known = parameters(database, using)
    password = str(known.pop("password", ""))
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    return make_conninfo(**known), environment


def connect(database: str, using: str = DEFAULT_DB_ALIAS) -> psycopg.Connection:
    """A connection of its own to another database of the server, which commits at once."""
    return psycopg.connect(**parameters(database, using), autocommit=True)
