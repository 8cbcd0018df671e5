"""Connections that wait for the database, and settings that allow a change of its server."""

import configparser
import threading
import time
from pathlib import Path

import psycopg
import pytest
import yaml
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from wagtail.models import Locale

from campaigns.prepared_statements import Statement
from config import databases
from operations.database_errors import is_away
from operations.doctor import findings
from operations.postgresql import base
from operations.postgresql.base import DatabaseWrapper
from servers import pgbouncer
from servers.ports import free_port
from servers.processes import ROOT

FIRST, LAST = "-c work_mem=8192", "-c plan_cache_mode=force_generic_plan -c jit=off"
WRITE = Statement("CREATE TEMPORARY TABLE one (number int)")
READ_ONLY = "SELECT set_config('default_transaction_read_only', 'on', false)"


def wrapper(monkeypatch: pytest.MonkeyPatch, **changes: object) -> DatabaseWrapper:
    monkeypatch.setattr(base, "PAUSE", 0.01)
    return DatabaseWrapper(connections["default"].settings_dict | changes)


@pytest.mark.django_db
def test_a_connection_waits_for_a_database_that_comes_back(monkeypatch):
    away = wrapper(monkeypatch, HOST="127.0.0.1", PORT=str(free_port()), PATIENCE=60)
    there = connections["default"].settings_dict

    def come_back() -> None:
        time.sleep(0.2)
        answers = psycopg.connect
        monkeypatch.setattr(
            base.base.Database,
            "connect",
            lambda **given: answers(**given | {"host": there["HOST"], "port": there["PORT"]}),
        )

    threading.Thread(target=come_back).start()
    away.ensure_connection()

    assert away.is_usable()
    away.close()


def test_it_gives_up_in_the_end_and_at_once_where_nobody_wants_to_wait(monkeypatch):
    away = wrapper(monkeypatch, HOST="127.0.0.1", PORT=str(free_port()), PATIENCE=0.05)
    attempts = []
    get = base.base.DatabaseWrapper.get_new_connection
    monkeypatch.setattr(
        base.base.DatabaseWrapper,
        "get_new_connection",
        lambda self, given: attempts.append(1) or get(self, given),
    )

    with base.without_patience(), pytest.raises(psycopg.OperationalError):
        away.get_new_connection(away.get_connection_params())
    at_once = len(attempts)
    with pytest.raises(psycopg.OperationalError):
        away.get_new_connection(away.get_connection_params())

    assert (at_once, len(attempts) > 2) == (1, True)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_server_that_has_become_a_copy_is_left_for_another():
    with connection.cursor() as cursor:
        cursor.execute(READ_ONLY)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        WRITE.run()
    before = connection.connection

    WRITE.run()

    assert (is_away(refused.value), connection.connection is before) == (True, False)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_no_cursor_outlives_its_transaction():
    outside = Locale.objects.iterator(chunk_size=1)
    first = next(outside)
    kept = cursors()
    with transaction.atomic():
        inside = Locale.objects.iterator(chunk_size=1)
        next(inside)
        held = cursors()

    assert (kept, held, cursors()) == ([], [(False,)], [])
    assert [first, *outside] == [*Locale.objects.all()]


def cursors() -> list[tuple[bool]]:
    """Whether each cursor on the server outlives its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_holdable FROM pg_cursors WHERE name LIKE '_django%'")
        return cursor.fetchall()


@pytest.mark.django_db
def test_what_else_fails_is_no_outage():
    with pytest.raises(DatabaseError) as mistake, transaction.atomic():
        Statement("SELECT 1 / 0").run()

    assert not is_away(mistake.value)
    assert is_away(OperationalError())


def test_a_url_may_name_several_servers(monkeypatch):
    url = "postgres://river:a%2Cb@db1:5433,[::1],db3.example:5435/lastdrop?connect_timeout=9"
    monkeypatch.setenv("DATABASE_URL", url)

    found = databases.database("DATABASE_URL", patience=25)

    assert (found["HOST"], found["PORT"]) == ("db1,::1,db3.example", "5433,,5435")
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("river", "a,b", "lastdrop")
    assert found["OPTIONS"]["target_session_attrs"] == "read-write"
    assert found["OPTIONS"]["connect_timeout"] == 9
    assert found["OPTIONS"]["tcp_user_timeout"] == 8000


def test_what_a_command_is_to_wait_for_is_added_to_our_options(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://river@db1/lastdrop")
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=5s")

    found = databases.database("DATABASE_URL")

    assert found["OPTIONS"]["options"] == f"{FIRST} -c lock_timeout=5s {LAST}"


@pytest.mark.django_db
def test_a_larger_server_may_give_each_connection_more_memory(monkeypatch):
    there = connections["default"].settings_dict
    url = "postgres://river@db1/lastdrop"
    found = []
    for query in ("", "?options=-c%20work_mem%3D32MB"):
        monkeypatch.setenv("DATABASE_URL", url + query)
        options = databases.database("DATABASE_URL")["OPTIONS"]["options"]
        one = DatabaseWrapper({**there, "OPTIONS": {**there["OPTIONS"], "options": options}})
        with one.cursor() as cursor:
            cursor.execute("SELECT current_setting('work_mem'), current_setting('jit')")
            found.append(cursor.fetchone())
        one.close()

    assert found == [("8MB", "off"), ("32MB", "off")]


def test_behind_pgbouncer_a_connection_has_the_same_settings():
    shipped = configparser.ConfigParser()
    shipped.read(pgbouncer.FILE)
    overlooked = shipped["pgbouncer"]["ignore_startup_parameters"].split(", ")

    for setting in f"{FIRST} {LAST}".removeprefix("-c ").split(" -c "):
        name, value = setting.split("=")
        assert name in overlooked
        for pool in ("sign", "*"):
            assert f"SET {name} = {value}" in shipped["databases"][pool]


def test_only_signers_do_not_wait_for_the_end_of_a_job():
    """The worker and the CMS wait for each other: one decides about what the other has decided."""
    folder = ROOT / "deploy"
    units = {
        path.relative_to(folder): path.read_text()
        for path in folder.glob("systemd/**/*.*")
        if path.is_file()
    }
    services = yaml.safe_load((folder / "compose.yaml").read_text())["services"]
    shipped = configparser.ConfigParser()
    shipped.read(pgbouncer.FILE)
    pools = {name: place.removesuffix("'") for name, place in shipped["databases"].items()}

    limited = [path for path, text in units.items() if "lock_timeout" in text]
    assert limited == [Path("systemd/lastdrop@sign.service.d/first.conf")]
    assert 'Environment="PGOPTIONS=-c lock_timeout=3s"\n' in units[limited[0]]
    waits = {name: each.get("environment", {}).get("PGOPTIONS") for name, each in services.items()}
    assert {name for name, options in waits.items() if options} == {"sign", "migrate"}
    assert waits["sign"] == "-c lock_timeout=3s"
    assert pools["sign"] == f"{pools['*']}; SET lock_timeout = 3000"
    # Whoever waits behind a migration is not turned away: it gives up earlier.
    assert waits["migrate"] == "-c lock_timeout=2s"
    assert '"-c lock_timeout=2s"' in (folder / "update").read_text()
    assert findings.MIGRATE == "PGOPTIONS='-c lock_timeout=2s' lastdrop migrate"


@pytest.mark.django_db
def test_the_first_server_that_answers_is_used(monkeypatch):
    there = connections["default"].settings_dict
    away = wrapper(
        monkeypatch,
        HOST=f"127.0.0.1,{there['HOST']}",
        PORT=f"{free_port()},{there['PORT'] or 5432}",
        OPTIONS=there["OPTIONS"] | {"target_session_attrs": "read-write"},
    )

    with away.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchall() == [(1,)]
    away.close()
