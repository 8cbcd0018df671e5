"""Prepared statements on a connection that the database may have dropped."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from campaigns.prepared_statements import Statement

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PID = Statement("SELECT pg_backend_pid()")


def drop_connection() -> int:
    """Do what a restart of the database does to a process with an open connection."""
    (pid,) = PID.run()
    other = {**connection.get_connection_params(), "context": None}
    other = {key: other[key] for key in ("dbname", "user", "host", "port") if other.get(key)}
    with psycopg.connect(**other, autocommit=True) as executioner:
        executioner.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    return pid


def test_a_lost_connection_is_replaced_and_the_statement_runs():
    pid = drop_connection()

    (other,) = PID.run()

    assert other != pid


def test_in_a_transaction_nothing_is_repeated():
    @transaction.atomic
    def lose_it_halfway() -> None:
        drop_connection()
        PID.run()

    with pytest.raises(OperationalError):
        lose_it_halfway()


def test_a_mistake_of_the_statement_is_none_of_the_connection():
    (pid,) = PID.run()

    with pytest.raises(OperationalError):
        Statement("DO $$ BEGIN RAISE 'no' USING ERRCODE = '57014'; END $$").run()

    assert PID.run() == (pid,)


def test_a_name_may_stand_in_several_places():
    statement = Statement("SELECT %(one)s::int + %(other)s::int * %(one)s::int")

    assert statement.run(other=3, one=2, unused=7) == (8,)


def test_every_run_uses_the_same_plan():
    """Otherwise PostgreSQL would plan the long statement of signing again for each signature."""
    number = Statement("SELECT count(*) FROM campaigns_signature WHERE id = %(id)s::uuid")
    for _ in range(10):
        number.run(id="018f0000-0000-7000-8000-000000000000")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements"
            " WHERE statement LIKE '%%campaigns_signature WHERE id = $1::uuid'"
        )
        assert cursor.fetchall() == [(10, 0)]


def test_no_plan_is_compiled_at_each_run():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchall() == [("off",)]


def test_parameters_of_all_kinds_follow_each_other():
    echo = Statement("SELECT %(one)s::text")

    assert [echo.run(one=each) for each in ("a", None, 7, 2**40, "b")] == [
        *(("a",), (None,), ("7",), (str(2**40),), ("b",)),
    ]


def test_each_thread_asks_on_its_own_connection():
    def ask(_: int) -> int:
        try:
            return PID.run()[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        (other,) = threads.map(ask, [0])

    assert other != PID.run()[0]
