"""Typed reading of environment variables.

Every function raises ImproperlyConfigured, with the variable's name, for a value that is missing
or malformed; this stops the start.
"""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from dj_database_url import DBConfig
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The variable as text; without a default it must be set, and must not be empty."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"Set the environment variable {name} (see docs/settings.md).")
    return default


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be on or off, not {value!r}.")
    return word in TRUE


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, default: str | None = None) -> list[str]:
    """The variable as a list, separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(
    name: str, default: str | None = None, *, prepares: bool = True, **options: Any
) -> DBConfig:
    """The URL of a PostgreSQL database, as an entry of Django's DATABASES.

    PgBouncer in transaction mode supports no prepared statements, no server-side cursors and no
    options of a connection: for it, `prepares` is False.
    """
    try:
        found = dj_database_url.parse(
            text(name, default), disable_server_side_cursors=not prepares, **options
        )
    except ValueError:
        found = DBConfig()
    if found.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"{name} must read postgres://user:password@host:port/database.")
    if prepares:
        given = found.setdefault("OPTIONS", {})
        # psycopg prepares a statement before its second run. PostgreSQL would otherwise choose, for
        # each connection, whether it plans the statement again at every run, by estimates that
        # hardly differ: half of the connections would take twice as long for a signature.
        given["prepare_threshold"] = 1
        given["options"] = f"{given.get('options', '')} -c plan_cache_mode=force_generic_plan"
    return found


def persistent(name: str, path: Path) -> str:
    """The variable, or else a secret that is made once and stored at `path`.

    Only the owner can read the file.
    """
    if os.environ.get(name):
        return os.environ[name]
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # Several processes may start at once. The first link wins, and the file is complete by
        # then.
        half = path.with_name(secrets.token_hex(8))
        with os.fdopen(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(half, path)
        half.unlink()
    return path.read_text()
