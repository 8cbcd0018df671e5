"""A migration that is killed in the middle, while people sign with the release before."""

import signal

import psycopg

from tests.deploy.conftest import database_url, fields, people_sign
from tests.factories import make_petition, make_signature
from tests.forks import Loaded
from tests.waiting import wait

ROWS = 8
MIGRATE = ("manage.py", "migrate", "--noinput")
DOCTOR = """
from operations.doctor import database
print([each.what for each in database.of_content() if "Migrations" in each.what])
"""
WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%late_note%'
"""


def ask(statement: str) -> list[tuple]:
    with psycopg.connect(database_url()) as connection:
        return connection.execute(statement).fetchall()


def not_applied(release: Loaded) -> str:
    """What the doctor of this release says of migrations."""
    return release.python("manage.py", "shell", "-v0", "-c", DOCTOR).strip()


def test_it_goes_on_where_it_stopped_and_nobody_who_signs_notices(site, later, tmp_path):
    petition = make_petition()
    for number in range(ROWS):
        make_signature(petition, email=f"{number}@example.org")
    with psycopg.connect(database_url()) as holding:
        [(middle,)] = holding.execute(
            f"SELECT id FROM campaigns_signature ORDER BY id LIMIT 1 OFFSET {ROWS // 2}"
        ).fetchall()
        holding.execute(f"SELECT FROM campaigns_signature WHERE id = '{middle}' FOR UPDATE")
        with people_sign(site, petition.url_path("sign"), fields(petition)) as statuses:
            migrating = later.start(*MIGRATE, log=tmp_path / "migrate.log")
            is_halfway = wait(lambda: ask(WAITING) == [(1,)], 120)
            migrating.signal(signal.SIGKILL)
            migrating.process.wait()
            holding.rollback()
            done = ask("SELECT count(*) FROM late_note")
            applied = ask("SELECT name FROM django_migrations WHERE app = 'late' ORDER BY name")
            found = not_applied(later)
    signed = ask("SELECT count(*) FROM campaigns_signature")
    later.python(*MIGRATE)

    assert (is_halfway, applied) == (True, [("0001_table",)])
    assert ROWS // 2 <= done[0][0] <= ROWS // 2 + 1  # the row that it waited for may be done, too
    assert found == "['Migrations: 2 are not applied: run manage.py migrate.']"
    assert set(statuses) == {303}
    assert signed == [(ROWS + len(statuses),)]
    assert ask("SELECT count(*) FROM late_note") == signed
    assert not_applied(later) == "[]"
    # Both releases work on these tables.
    assert site.post(petition.url_path("sign"), fields(petition)).status == 303
