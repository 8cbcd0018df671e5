"""The disk of the database is full while people sign, and has room again."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests

from servers import databases, gunicorn, postgres
from servers.processes import Process
from tests import database
from tests.disk import fill, small_disk
from tests.storm.conftest import Ground
from tests.storm.ledger import check
from tests.waiting import wait


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", megabytes=160) as folder:
        yield folder


@pytest.fixture
def ground(disk: Path, static: Path, transactional_db: None) -> Iterator[Ground]:
    """A petition in a database on that disk."""
    with postgres.running(disk) as server:
        url = databases.beside(server, "full")
        databases.create(url)
        database.copy_to(url)
        pages = {"DJANGO_SETTINGS_MODULE": "tests.deploy.settings", "TEST_STATIC_ROOT": str(static)}
        ground = Ground(url, smtp_port=1, TEST_PATIENCE="2", **pages)
        with ground.loaded:
            ground.plant()
            yield ground


@pytest.fixture
def web(ground: Ground, tmp_path: Path) -> Iterator[Process]:
    with gunicorn.start(
        f"127.0.0.1:{ground.port}",
        environment=ground.environment,
        log=tmp_path / "gunicorn.log",
        workers=2,
        seconds=240,
        begin=ground.loaded.start,
    ) as process:
        yield process


def people_sign(
    ground: Ground, when: str, count: int, *, until: list[int] | None = None
) -> dict[str, int]:
    """Let people sign, at most until the last answers are these; return the status of each."""
    ledger: dict[str, int] = {}
    for number in range(count):
        email = f"{when}{number}@example.org"
        ledger[email] = ground.sign(email, number)
        if until and [*ledger.values()][-len(until) :] == until:
            break
    return ledger


def write_ahead(ground: Ground) -> None:
    """Fill the disk by the write-ahead log of PostgreSQL, without which it stores nothing."""
    with contextlib.suppress(psycopg.Error):
        while True:
            ground.ask("SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 1000000))")


def test_nothing_acknowledged_is_lost_and_all_goes_on_once_there_is_room(ground, web, disk):
    page = f"http://127.0.0.1:{ground.port}/petitions/storm/"
    ledger = people_sign(ground, "before", 20)
    ballast = fill(disk)

    full = people_sign(ground, "full", 200, until=[503] * 5)
    read = requests.get(page, headers={"X-Forwarded-For": "10.9.9.9"}).status_code
    ballast.unlink()
    after = people_sign(ground, "after", 20)

    assert set(ledger.values()) == set(after.values()) == {303}
    # People sign until the reserve of PostgreSQL is used up; then they are asked to try again.
    assert set(full.values()) == {303, 503}
    assert [*full.values()][-1] == 503
    assert read == 200
    check(ground, ledger | full | after)

    ballast = fill(disk)
    write_ahead(ground)
    ended = wait(lambda: not postgres.is_alive(disk / "data"))
    refused = ground.sign("refused@example.org")
    ballast.unlink()
    postgres.start(disk)  # as docs/at-night.md says: nothing else starts it
    again = people_sign(ground, "again", 20)

    assert (ended, refused) == (True, 503)
    assert set(again.values()) == {303}
    check(ground, ledger | full | after | again)
    # PostgreSQL has no room to log why it has ended. The site has logged it elsewhere.
    assert "No space left on device" in web.log.read_text()
