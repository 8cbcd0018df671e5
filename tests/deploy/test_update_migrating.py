"""deploy/update migrates real tables, which others may be using."""

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
# Stands in for deploy/lastdrop, which reads the environment file in /etc as root.
COMMAND = """#!/bin/sh
cd {root} && PYTHONPATH=site:{folder} DJANGO_SETTINGS_MODULE=newer_settings DATABASE_URL={url} \
    SIGNATURE_KEY='{key}' exec {python} manage.py "$@"
"""


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
def releases(update: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The first release is current, and a second one is ready. The lock timeout is short."""
    for name in ("first", "second"):
        (release(update.HOME, name, worker="", nginx="") / ".built").touch()
    offer(update, url=database_url())
    update.point("current", update.HOME / "releases" / "first")
    calls = update.HOME / "systemctl"
    (update.ETC.parent / "programs" / "systemctl").write_text(f"#!/bin/sh\necho $@ >> {calls}\n")
    monkeypatch.setattr(update, "LOCKED", "-c lock_timeout=200ms")
    return update


def offer(update: ModuleType, *, url: str) -> None:
    folder = update.HOME / "releases" / "second"
    for path, text in NEWER.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    known = {"root": ROOT, "folder": folder, "key": settings.SIGNATURE_KEY}
    script = folder / "deploy" / "lastdrop"
    script.write_text(COMMAND.format(url=url, python=sys.executable, **known))
    script.chmod(0o755)


def pauses(update: ModuleType, monkeypatch: pytest.MonkeyPatch, then=lambda: None) -> list[float]:
    """Collect the pauses between two attempts. Call `then` during the second pause."""
    found: list[float] = []

    def pause(seconds: float) -> None:
        found.append(seconds)
        if len(found) == 2:
            then()

    monkeypatch.setattr(update.time, "sleep", pause)
    return found


def is_migrated() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(COLUMN)
        return cursor.rowcount == 1


def test_a_table_that_is_in_use_is_tried_again_until_it_is_free(releases, lock, monkeypatch):
    paused = pauses(releases, monkeypatch, then=lock.rollback)

    releases.migrate(releases.HOME / "releases" / "second")

    assert paused == [releases.PAUSE] * 2
    assert is_migrated()


def test_after_six_attempts_the_release_that_runs_goes_on(releases, lock, monkeypatch):
    paused = pauses(releases, monkeypatch)

    with pytest.raises(SystemExit, match="The release that runs goes on"):
        releases.update(f"{releases.HOME}/releases/second", with_backup=False)

    assert paused == [releases.PAUSE] * 5
    assert not is_migrated()
    assert releases.current().name == "first"
    assert not (releases.HOME / "systemctl").exists()


def test_a_migration_that_fails_otherwise_is_not_tried_again(releases, monkeypatch):
    paused = pauses(releases, monkeypatch)
    offer(releases, url="postgres://nobody@127.0.0.1:1/nothing")

    with pytest.raises(SystemExit, match="The release that runs goes on"):
        releases.update(f"{releases.HOME}/releases/second", with_backup=False)

    assert paused == []
    assert releases.current().name == "first"
    assert not (releases.HOME / "systemctl").exists()
