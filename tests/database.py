"""The tests' database: migrated once, copied for each process, put back after a test that commits.

The template is kept on the server under a name that tells what it was made from, so that another
run of the tests, too, only copies it. Its schema ``initial`` holds what the migrations wrote.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

LOCK = 7_319_155  # any number: nobody else locks in the server's own database
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
# Far quicker than TRUNCATE, which makes new files for each table and index. Django's foreign keys
# are looked at when the transaction ends, so that the order does not matter.
RESTORE = """
    DO $$
        DECLARE name text;
        BEGIN
            SET CONSTRAINTS ALL DEFERRED;
            FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                EXECUTE format('DELETE FROM public.%I', name);
            END LOOP;
            FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'initial' LOOP
                EXECUTE format('INSERT INTO public.%1$I SELECT * FROM initial.%1$I', name);
            END LOOP;
        END
    $$;
"""


def copy(*, anew: bool = False) -> None:
    """Connect to a fresh copy of the template, which is made if it is missing, or anew if asked."""
    name = connection.creation._get_test_db_name()
    template = f"{settings.DATABASES['default']['NAME']}_template_{fingerprint()}"
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        found = "SELECT 1 FROM pg_database WHERE datname = %s"
        if anew or not server.execute(found, [template]).fetchone():
            _make(server, template)
        server.execute(f'DROP DATABASE IF EXISTS "{name}" (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _connect_to(name)


def restore() -> None:
    """What the migrations wrote is there, and nothing else; no number is given out again."""
    connection.close()  # a test may have left anything
    with connection.cursor() as cursor:
        cursor.execute(RESTORE)


def drop() -> None:
    name = connection.settings_dict["NAME"]
    connection.close()
    with _server() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" (FORCE)')


def fingerprint() -> str:
    """Of all that the template is made from: migrations, and what else names rows and columns."""
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


def _make(server: psycopg.Connection, template: str) -> None:
    """In the place of older ones; under another name until it is whole."""
    base, unfinished = template.rpartition("_")[0], template.rpartition("_")[0] + "_unfinished"
    older = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    for (name,) in server.execute(older, [f"{base}_"]).fetchall():
        server.execute(f'DROP DATABASE "{name}" (FORCE)')
    server.execute(f'CREATE DATABASE "{unfinished}"')
    _connect_to(unfinished)
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER)
    connection.close()
    server.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{template}"')


def _connect_to(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _server() -> psycopg.Connection:
    """The server's own database."""
    given = connection.get_connection_params() | {"dbname": "postgres"}
    names = ("dbname", "user", "password", "host", "port")
    return psycopg.connect(**{key: given.get(key) for key in names}, autocommit=True)
