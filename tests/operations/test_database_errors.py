"""The log says why the database failed, and nothing about a row."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import OperationalError

from operations.database_errors import reason
from operations.rounds import Round
from operations.worker import Worker

TYPED = "canary"


def failed(statement: str, *values: str) -> str:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE once (name text UNIQUE) ON COMMIT DROP")
            cursor.execute(statement, values or None)
    except DatabaseError as error:
        return reason(error)
    return "It did not fail."


@pytest.mark.django_db
def test_what_the_server_says_of_itself_is_told_and_what_it_says_of_a_row_is_not():
    slow = "SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)"
    assert failed(slow) == (
        "OperationalError: canceling statement due to statement timeout (57014)"
    )
    assert failed("INSERT INTO once VALUES (%s), (%s)", TYPED, TYPED) == (
        "IntegrityError: UniqueViolation (23505)"
    )
    assert failed(f"SELECT '{TYPED}'::int") == "DataError: InvalidTextRepresentation (22P02)"


def test_why_there_is_no_connection_is_told():
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect("postgres://nobody@127.0.0.1:1/nothing?connect_timeout=2")
    error = OperationalError("as Django raises it")
    error.__cause__ = caught.value

    said = reason(error)

    assert said.startswith("OperationalError: connection failed: connection to server at ")
    assert "refused" in said
    assert reason(ValueError(TYPED)) == "ValueError"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cause", "failures"),
    [
        (psycopg.OperationalError(), 0),  # there is no connection
        (psycopg.errors.AdminShutdown(), 0),
        (psycopg.errors.ConnectionFailure(), 0),
        (psycopg.errors.DiskFull(), 0),
        (psycopg.errors.ReadOnlySqlTransaction(), 0),
        (psycopg.errors.QueryCanceled(), 1),
        (psycopg.errors.DeadlockDetected(), 1),
        (psycopg.errors.StatementTooComplex(), 1),
        (psycopg.errors.LockNotAvailable(), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_statement_that_the_database_refuses_each_time_is_no_outage(cause, failures):
    def fail() -> None:
        raise OperationalError from cause

    refused = Round("refused", fail, every=0)

    Worker([refused]).do_due([refused])

    assert refused.failures == failures
