"""deploy/update migrates real tables, which others may be using."""

import contextlib
import sys
from collections.abc import Iterator
from types import ModuleType

import psycopg
import pytest
from django.db import connection

from servers.processes import ROOT
from tests.deploy.conftest import database_url
from tests.deploy.test_update import release, update
from tests.forks import Loaded

__all__ = ["update"]
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
COLUMN = "SELECT 1 FROM information_schema.columns WHERE column_name = 'late'"
ADD_COLUMN = "ALTER TABLE campaigns_signature ADD COLUMN late text"
# Stands in for deploy/lastdrop, which reads the environment file in /etc as root. The newer release
# is loaded with these PGOPTIONS, so each command must get the same. What PostgreSQL has refused,
# after two seconds, is refused at once in the same words until the file REFUSED is deleted.
COMMAND = f"""#!/bin/sh
[ "$PGOPTIONS" = "-c lock_timeout=2s" ] || exit 9
echo "$@" >> ASKED
if [ ! -e REFUSED ]; then
    cd {ROOT} && {sys.executable} -S -m tests.forks ask SOCKET manage.py "$@" 2> SAID && exit 0
    mv SAID REFUSED
fi
cat REFUSED >&2
exit 1
"""


@pytest.fixture
def lock() -> Iterator[psycopg.Connection]:
    """A connection that reads the table of signatures for a long time."""
    with psycopg.connect(database_url()) as other:
        other.execute("LOCK TABLE campaigns_signature IN ACCESS SHARE MODE")
        yield other


@pytest.fixture
def releases(later: Loaded, update: ModuleType) -> ModuleType:
    """The first release is current, and a second one is ready."""
    for name in ("first", "second"):
        (release(update.HOME, name, worker="", nginx="") / ".built").touch()
    script = update.HOME / "releases" / "second" / "deploy" / "lastdrop"
    text = COMMAND.replace("SOCKET", str(later.path))
    for name in ("ASKED", "REFUSED", "SAID"):
        text = text.replace(name, str(update.HOME / name))
    script.write_text(text)
    script.chmod(0o755)
    update.point("current", update.HOME / "releases" / "first")
    calls = update.HOME / "systemctl"
    (update.ETC.parent / "programs" / "systemctl").write_text(f"#!/bin/sh\necho $@ >> {calls}\n")
    return update


def pauses(update: ModuleType, monkeypatch: pytest.MonkeyPatch, then=lambda: None) -> list[float]:
    """Collect the pauses between two attempts. Call `then` during the first pause."""
    found: list[float] = []

    def pause(seconds: float) -> None:
        found.append(seconds)
        if len(found) == 1:
            then()

    monkeypatch.setattr(update.time, "sleep", pause)
    return found


@contextlib.contextmanager
def refused() -> Iterator[None]:
    """Let PostgreSQL refuse all new connections to the database."""
    allow = 'ALTER DATABASE "{}" ALLOW_CONNECTIONS {}'
    name = connection.settings_dict["NAME"]
    with psycopg.connect(database_url(), dbname="postgres", autocommit=True) as server:
        server.execute(allow.format(name, "false"))
        try:
            yield
        finally:
            server.execute(allow.format(name, "true"))


def is_migrated() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(COLUMN)
        return cursor.rowcount == 1


def test_a_table_in_use_is_tried_six_times_or_until_it_is_free(releases, lock, monkeypatch):
    def free() -> None:
        lock.rollback()
        (releases.HOME / "REFUSED").unlink()

    paused = pauses(releases, monkeypatch)
    with pytest.raises(SystemExit, match="The release that runs goes on"):
        releases.update(f"{releases.HOME}/releases/second", with_backup=False)
    asked = (releases.HOME / "ASKED").read_text().splitlines()
    given_up = paused, asked, is_migrated(), releases.current().name

    paused = pauses(releases, monkeypatch, then=free)
    releases.migrate(releases.HOME / "releases" / "second")

    assert given_up == (
        [releases.PAUSE] * 5,
        ["migrate --noinput --verbosity=1"] * 6,
        False,
        "first",
    )
    assert not (releases.HOME / "systemctl").exists()
    assert paused == [releases.PAUSE]
    assert is_migrated()


def test_a_migration_that_fails_otherwise_is_not_tried_again(releases, monkeypatch, capsys):
    paused = pauses(releases, monkeypatch)
    with connection.cursor() as cursor:  # so that the migration cannot add it
        cursor.execute(ADD_COLUMN)

    with pytest.raises(SystemExit, match="The release that runs goes on"):
        releases.update(f"{releases.HOME}/releases/second", with_backup=False)

    assert "DuplicateColumn" in capsys.readouterr().err
    assert paused == []
    assert releases.current().name == "first"
    assert not (releases.HOME / "systemctl").exists()


def test_nor_is_a_database_that_cannot_be_reached(releases, monkeypatch, capsys):
    """To Django this is an OperationalError, as a lock is that was not available."""
    paused = pauses(releases, monkeypatch)

    with refused(), pytest.raises(SystemExit, match="The release that runs goes on"):
        releases.migrate(releases.HOME / "releases" / "second")

    assert "OperationalError" in capsys.readouterr().err
    assert paused == []
