"""deploy/update migrates real tables, which others may be using."""

import contextlib
import sys
from collections.abc import Iterator
from types import ModuleType

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from servers.processes import ROOT
from tests.deploy.conftest import database_url
from tests.deploy.test_update import release, update
from tests.forks import Loaded

__all__ = ["update"]
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
COLUMN = "SELECT 1 FROM information_schema.columns WHERE column_name = 'newer'"
# The second release has one more app, whose migration takes a lock that excludes all others.
NEWER = {
    "newer/__init__.py": "",
    "newer/migrations/__init__.py": "",
    "newer/migrations/0001_initial.py": """
from django.db import migrations
class Migration(migrations.Migration):
    operations = [migrations.RunSQL("ALTER TABLE campaigns_signature ADD COLUMN newer integer")]
""",
    "newer_settings.py": """
from config.settings.test import *
INSTALLED_APPS = [*INSTALLED_APPS, "newer"]
""",
}
LOCKED = "-c lock_timeout=200ms"
# Stands in for deploy/lastdrop, which reads the environment file in /etc as root. The newer release
# is loaded with this PGOPTIONS, so each command must get the same.
COMMAND = f"""#!/bin/sh
[ "$PGOPTIONS" = "{LOCKED}" ] || exit 9
cd {ROOT} && exec {sys.executable} -S -m tests.forks ask SOCKET manage.py "$@"
"""


@pytest.fixture(scope="module")
def newer(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """The second release, on the database of the tests."""
    folder = tmp_path_factory.mktemp("newer")
    for path, text in NEWER.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    environment = {
        "DJANGO_SETTINGS_MODULE": "newer_settings",
        "PYTHONPATH": f"site:{folder}",
        "DATABASE_URL": database_url(),
        "SIGNATURE_KEY": settings.SIGNATURE_KEY,
        "PGOPTIONS": LOCKED,
    }
    with Loaded(environment) as loaded:
        yield loaded


@pytest.fixture(autouse=True)
def as_before(transactional_db: None) -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE campaigns_signature DROP COLUMN IF EXISTS newer")


@pytest.fixture
def lock() -> Iterator[psycopg.Connection]:
    """A connection that reads the table of signatures for a long time."""
    with psycopg.connect(database_url()) as other:
        other.execute("LOCK TABLE campaigns_signature IN ACCESS SHARE MODE")
        yield other


@pytest.fixture
def releases(newer: Loaded, update: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The first release is current, and a second one is ready. The lock timeout is short."""
    for name in ("first", "second"):
        (release(update.HOME, name, worker="", nginx="") / ".built").touch()
    script = update.HOME / "releases" / "second" / "deploy" / "lastdrop"
    script.write_text(COMMAND.replace("SOCKET", str(newer.path)))
    script.chmod(0o755)
    update.point("current", update.HOME / "releases" / "first")
    calls = update.HOME / "systemctl"
    (update.ETC.parent / "programs" / "systemctl").write_text(f"#!/bin/sh\necho $@ >> {calls}\n")
    monkeypatch.setattr(update, "LOCKED", LOCKED)
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


def test_a_table_that_is_in_use_is_tried_again_until_it_is_free(releases, lock, monkeypatch):
    paused = pauses(releases, monkeypatch, then=lock.rollback)

    releases.migrate(releases.HOME / "releases" / "second")

    assert paused == [releases.PAUSE]
    assert is_migrated()


def test_after_six_attempts_the_release_that_runs_goes_on(releases, lock, monkeypatch):
    paused = pauses(releases, monkeypatch)

    with pytest.raises(SystemExit, match="The release that runs goes on"):
        releases.update(f"{releases.HOME}/releases/second", with_backup=False)

    assert paused == [releases.PAUSE] * 5
    assert not is_migrated()
    assert releases.current().name == "first"
    assert not (releases.HOME / "systemctl").exists()


def test_a_migration_that_fails_otherwise_is_not_tried_again(releases, monkeypatch, capsys):
    paused = pauses(releases, monkeypatch)
    with connection.cursor() as cursor:  # so that the migration cannot add it
        cursor.execute("ALTER TABLE campaigns_signature ADD COLUMN newer integer")

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
