"""The tests' database: migrated once, copied for each process, restored after a test that commits.

The template stays on the server. Its name contains a fingerprint of what it was made from, so that
later runs of the tests only copy it. Its schema ``initial`` holds the rows of the migrations.
"""

import functools
import gc
import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from copy import deepcopy
from pathlib import Path
from unittest.mock import patch

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.functional import cached_property

from servers import postgres

BASE = settings.DATABASES["default"]["NAME"]  # before the tests change it
LOCK = 7_319_155  # any number: no other code takes advisory locks in the database "postgres"
REMEMBER = """
    CREATE SCHEMA initial;
    DO $$
        DECLARE name text; rows bigint;
        BEGIN
            FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                EXECUTE format('CREATE TABLE initial.%1$I AS TABLE public.%1$I', name);
                GET DIAGNOSTICS rows = ROW_COUNT;
                IF rows = 0 THEN EXECUTE format('DROP TABLE initial.%I', name); END IF;
            END LOOP;
        END
    $$;
"""
# Much faster than TRUNCATE, which makes new files for each table and index. The initial rows broke
# no constraint, so a superuser turns off foreign keys and triggers (the role of a replica). Other
# users defer Django's foreign keys to the end of the transaction, so the order does not matter.
# Initial rows that are still there stay: writing them again would take most of the time.
RESTORE = """
    DO $$
        DECLARE name text;
        BEGIN
            IF current_setting('is_superuser') = 'on' THEN
                PERFORM set_config('session_replication_role', 'replica', true);
            END IF;
            SET CONSTRAINTS ALL DEFERRED;
            FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                IF to_regclass(format('initial.%I', name)) IS NULL THEN
                    EXECUTE format('DELETE FROM public.%I', name);
                ELSE
                    EXECUTE format('
                        DELETE FROM public.%1$I AS row
                        WHERE row::text NOT IN (SELECT row::text FROM initial.%1$I AS row)
                    ', name);
                    EXECUTE format('
                        INSERT INTO public.%1$I SELECT * FROM initial.%1$I AS row
                        WHERE row::text NOT IN (SELECT row::text FROM public.%1$I AS row)
                    ', name);
                END IF;
            END LOOP;
        END
    $$;
"""
# The server is shared: other processes' tests wait for locks at the same time, and in copies of one
# template a table has the same number. The lock of a transaction or of a row names no database, but
# whoever waits for one has already locked a table of its own database.
WAITING = """
    SELECT count(DISTINCT waiting.pid)
    FROM pg_locks AS waiting JOIN pg_locks AS own USING (pid)
        JOIN pg_database ON pg_database.oid = own.database
    WHERE NOT waiting.granted AND datname = current_database()
        AND (waiting.relation = %(table)s::regclass OR %(table)s IS NULL)
"""


def copy(*, anew: bool = False) -> None:
    """Connect to a fresh copy of the template. Make the template if it is missing, or if `anew`."""
    name = connection.creation._get_test_db_name()
    with _server() as server:
        template = _template(server, anew=anew)
        server.execute(f'DROP DATABASE IF EXISTS "{name}" (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _connect_to(name)


def migrated_later(name: str) -> None:
    """Make a database like that of a site which began at another moment; nothing else is in it."""
    with _server() as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{_template(server)}"')
    with psycopg.connect(dbname=name, **_login(), autocommit=True) as made:
        made.execute("UPDATE django_migrations SET applied = applied + interval '1 minute'")


def copy_to(url: str) -> None:
    """Copy the migrated tables and their rows into an empty database of another server."""
    programs = postgres.programs(connection.pg_version // 10_000)
    source = {f"PG{key.upper()}": value for key, value in _login().items()}
    dump = [programs / "pg_dump", "--no-owner", "--exclude-schema=initial"]
    with _server() as server:
        source["PGDATABASE"] = _template(server)
        tables = subprocess.run(dump, env=source, capture_output=True, check=True).stdout
    fill(url, tables, programs)


def fill(url: str, text: bytes, programs: Path) -> None:
    """Load the output of pg_dump into an empty database."""
    command = [programs / "psql", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", url]
    subprocess.run(command, input=text, stdout=subprocess.DEVNULL, check=True)


def restore() -> None:
    """Restore the rows that the migrations wrote, and nothing else. Sequences are not reset."""
    connection.close()  # a test may have left it in any state
    try:
        _restoring().execute(RESTORE)
    except psycopg.OperationalError:  # the test has ended it, too
        leave()
        _restoring().execute(RESTORE)


def leave() -> None:
    """Close the connection that is kept, before the database is replaced or dropped."""
    if _restoring.cache_info().currsize:
        _restoring().close()
        _restoring.cache_clear()


@contextmanager
def taken_back() -> Iterator[None]:
    """Undo afterwards what is done meanwhile, so that another case finds the same state."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def drop() -> None:
    name = connection.settings_dict["NAME"]
    connection.close()
    leave()
    with _server() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" (FORCE)')


@contextmanager
def transaction_elsewhere() -> Iterator[CursorWrapper]:
    """Yield a cursor of another connection, in a transaction that is rolled back at the end.

    It must end before the connection is closed: PostgreSQL ends the process of a closed connection,
    and thereby its locks, a moment later.
    """
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            yield cursor
        finally:
            cursor.execute("ROLLBACK")


def waiting(*, table: str | None = None) -> int:
    """How many connections to this test's database wait for a lock (of that table)."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"table": table})
        return cursor.fetchone()[0]


def fingerprint() -> str:
    """Hash what the template is made from: migrations, names of models and their permissions."""
    known = hashlib.sha256()
    for path in sorted(_migrations()):
        known.update(path.read_bytes())
    for model in apps.get_models():
        options = model._meta
        rights = (options.default_permissions, options.permissions)
        known.update(repr((options.label, str(options.verbose_name_raw), rights)).encode())
    return known.hexdigest()[:12]


def _migrations() -> Iterator[Path]:
    for app in apps.get_app_configs():
        yield from Path(app.path).glob("migrations/*.py")


def _template(server: psycopg.Connection, *, anew: bool = False) -> str:
    """Make the template if necessary; return its name. It is locked as long as `server` is open."""
    base = f"{BASE}_template"
    name = f"{base}_{fingerprint()}"
    server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    found = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    old = {row[0] for row in server.execute(found, [f"{base}_"]).fetchall()}
    if anew or name not in old:
        for each in old:
            server.execute(f'DROP DATABASE "{each}" (FORCE)')
        server.execute(f'CREATE DATABASE "{base}_unfinished"')
        _connect_to(f"{base}_unfinished")
        gc.disable()  # the models that migrations make are all needed until the end
        with patch.object(models.Field, "clone", copied):
            call_command("migrate", verbosity=0)
        gc.enable()
        with connection.cursor() as cursor:
            cursor.execute(REMEMBER)
        connection.close()
        server.execute(f'ALTER DATABASE "{base}_unfinished" RENAME TO "{name}"')
    return name


def copied(field: models.Field) -> models.Field:
    """Replace Field.clone, which deconstructs and reconstructs a field, by a shallow copy.

    Migrations make each model again and again. Their fields are not bound to a model, so only
    cached properties must be removed from the copy. creation_counter keeps the order of fields.
    """
    copy = deepcopy(field)  # Field.__deepcopy__ is shallow
    for part in filter(None, (copy, copy.remote_field)):
        for name in [*vars(part)]:
            if isinstance(getattr(type(part), name, None), cached_property):
                delattr(part, name)
    if not field.auto_created:
        copy.creation_counter = models.Field.creation_counter
        models.Field.creation_counter += 1
    return copy


def _connect_to(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


@functools.cache
def _restoring() -> psycopg.Connection:
    """A connection to the tests' database that is kept: it knows all tables already."""
    name = connection.settings_dict["NAME"]
    return psycopg.connect(dbname=name, **_login(), autocommit=True)


def _server() -> psycopg.Connection:
    """Connect to the server's database "postgres"."""
    return psycopg.connect(dbname="postgres", **_login(), autocommit=True)


def _login() -> dict[str, str]:
    """Return the connection settings under libpq's names."""
    given = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    return {name: str(given[key]) for name, key in names.items() if given[key]}
