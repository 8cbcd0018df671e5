"""The tests' database: migrated once, copied for each process, put back after a test that commits.

The template is kept on the server under a name that tells what it was made from, so that another
run of the tests, too, only copies it. Its schema ``initial`` holds what the migrations wrote.
"""

import gc
import hashlib
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from unittest.mock import patch

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models
from django.utils.functional import cached_property

from servers import postgres

BASE = settings.DATABASES["default"]["NAME"]  # before the tests change it
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
# Far quicker than TRUNCATE, which makes new files for each table and index. What was there before
# broke no rule: where it may, PostgreSQL looks at no foreign key and runs no trigger (the role of a
# replica); elsewhere it looks at Django's when the transaction ends, so that the order is free.
RESTORE = """
    DO $$
        DECLARE name text;
        BEGIN
            IF current_setting('is_superuser') = 'on' THEN
                PERFORM set_config('session_replication_role', 'replica', true);
            END IF;
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
    with _server() as server:
        template = _template(server, anew=anew)
        server.execute(f'DROP DATABASE IF EXISTS "{name}" (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _connect_to(name)


def copy_to(url: str) -> None:
    """Put what the migrations make into an empty database of another server."""
    programs = postgres.programs(connection.pg_version // 10_000)
    source = {f"PG{key.upper()}": value for key, value in _login().items()}
    dump = [programs / "pg_dump", "--no-owner", "--exclude-schema=initial"]
    with _server() as server:
        source["PGDATABASE"] = _template(server)
        tables = subprocess.run(dump, env=source, capture_output=True, check=True).stdout
    fill(url, tables, programs)


def fill(url: str, text: bytes, programs: Path) -> None:
    """Put what pg_dump wrote into an empty database."""
    command = [programs / "psql", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", url]
    subprocess.run(command, input=text, stdout=subprocess.DEVNULL, check=True)


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


def _template(server: psycopg.Connection, *, anew: bool = False) -> str:
    """The template's name. It is there now, and nobody else comes near it while `server` lives."""
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
        gc.disable()  # all the models that migrations make are needed until their end
        with patch.object(models.Field, "clone", copied):
            call_command("migrate", verbosity=0)
        gc.enable()
        with connection.cursor() as cursor:
            cursor.execute(REMEMBER)
        connection.close()
        server.execute(f'ALTER DATABASE "{base}_unfinished" RENAME TO "{name}"')
    return name


def copied(field: models.Field) -> models.Field:
    """Field.clone, which takes a field apart and makes it anew; here all its parts are shared.

    Migrations make each model again and again. Their fields belong to no model yet, so that nothing
    but what was computed before is left behind. The number puts the copies in their order.
    """
    copy = deepcopy(field)  # Django's own is a shallow one
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


def _server() -> psycopg.Connection:
    """The server's own database."""
    return psycopg.connect(dbname="postgres", **_login(), autocommit=True)


def _login() -> dict[str, str]:
    """What libpq calls it."""
    given = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    return {name: str(given[key]) for name, key in names.items() if given[key]}
