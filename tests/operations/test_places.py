"""The database accepts no more connections: a process that needs one waits."""

import contextlib
import threading
from collections.abc import Iterator

import psycopg
import pytest
from django.db import OperationalError, connection, connections

from operations.database_errors import is_away, reason
from operations.postgresql import base
from operations.postgresql.base import DatabaseWrapper

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def crowded() -> Iterator[dict[str, object]]:
    """Settings of a database user who may have one connection, and may terminate no other."""
    settings = connections["default"].settings_dict
    name = f"crowded_{settings['NAME']}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE ROLE "{name}" LOGIN CONNECTION LIMIT 1')
        yield settings | {"USER": name, "PATIENCE": 60}
        cursor.execute(f'DROP ROLE "{name}"')


def taken(settings: dict[str, object]) -> psycopg.Connection:
    names = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
    return psycopg.connect(**{key: str(settings[name]) for key, name in names.items()})


def test_who_needs_a_connection_waits_until_there_is_a_place(crowded, monkeypatch):
    refused = threading.Event()
    get = base.base.DatabaseWrapper.get_new_connection

    def attempt(self: DatabaseWrapper, given: dict[str, object]) -> psycopg.Connection:
        try:
            return get(self, given)
        except psycopg.OperationalError:
            refused.set()
            raise

    monkeypatch.setattr(base.base.DatabaseWrapper, "get_new_connection", attempt)
    waits = DatabaseWrapper(crowded)
    with contextlib.closing(taken(crowded)) as other:
        leaving = threading.Thread(target=lambda: refused.wait() and other.close())
        leaving.start()
        waits.ensure_connection()
    leaving.join()

    assert waits.is_usable()
    waits.close()


def test_who_waits_for_nothing_is_told_why(crowded):
    wants = DatabaseWrapper(crowded)
    with (
        contextlib.closing(taken(crowded)),
        base.without_patience(),
        pytest.raises(OperationalError) as raised,
    ):
        wants.ensure_connection()

    assert is_away(raised.value)
    assert "too many connections for role" in reason(raised.value)
