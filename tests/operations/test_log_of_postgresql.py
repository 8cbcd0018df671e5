"""PostgreSQL's own log quotes no statement, whose literals are what signers and staff typed."""

import re
from collections.abc import Iterator

import psycopg
import pytest
import yaml
from django.db import connection

from operations.doctor import database
from operations.doctor.findings import Asked
from servers.processes import ROOT

SETTINGS = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}
PLANT = """
    CREATE TEMPORARY TABLE once (email text UNIQUE);
    INSERT INTO once VALUES ('{canary}'), ('{canary}')
"""


def logged(canary: str, **settings: str) -> str:
    """What the log contains about a statement that failed, with these settings."""
    at = connection.get_connection_params()
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    names = ("host", "port", "user", "dbname")
    with (
        psycopg.connect(**{name: at[name] for name in names}, options=options) as own,
        pytest.raises(psycopg.errors.UniqueViolation),
    ):
        own.execute(PLANT.format(canary=canary))
    return (ROOT / "var" / "test-postgres" / "log").read_text(errors="replace")


@pytest.mark.django_db
def test_a_statement_that_fails_is_not_in_the_log_of_postgresql():
    log = ROOT / "var" / "test-postgres" / "log"
    if not log.exists():
        pytest.skip("The server of the tests is another one.")

    assert "loud-canary@example.org" in logged("loud-canary@example.org")
    assert "quiet-canary@example.org" not in logged("quiet-canary@example.org", **SETTINGS)


def test_each_way_of_installing_sets_it():
    compose = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
    patroni = yaml.safe_load((ROOT / "deploy/cluster/patroni.yml").read_text())
    install = (ROOT / "deploy/install").read_text()

    assert dict(pairs(compose["services"]["db"]["command"])) == SETTINGS
    parameters = patroni["bootstrap"]["dcs"]["postgresql"]["parameters"]
    assert {name: parameters.get(name) for name in SETTINGS} == SETTINGS
    assert dict(re.findall(r"ALTER ROLE lastdrop SET (\w+) = (\w+)", install)) == SETTINGS


def pairs(command: list[str]) -> Iterator[tuple[str, str]]:
    for each in command:
        if "=" in each:
            name, _, value = each.partition("=")
            yield name, value


@pytest.mark.django_db
def test_the_doctor_says_where_it_is_not_set():
    def found() -> list[str]:
        return [each.what for each in database.check(Asked()) if each.what.startswith("log_")]

    assert found() == ["log_error_verbosity is default.", "log_min_error_statement is error."]
    with connection.cursor() as cursor:
        for name, value in SETTINGS.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
    assert found() == []
