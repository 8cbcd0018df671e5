"""Temporary databases beside the database of the site."""

import os
import threading
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from operations.backups import archive, making, programs, scratch, unpacking
from operations.backups.backup_record import Backup
from operations.backups.failures import NoRoom
from tests.operations.backups.conftest import beside
from tests.waiting import wait

pytestmark = pytest.mark.django_db(transaction=True)


def nobody_works_with(left: str) -> bool:
    """PostgreSQL ends the process of a closed connection, and its locks, a moment later."""
    site = scratch.name()
    with programs.connect(scratch.SERVER) as server:
        free = server.execute(scratch.ALONE, [site]).fetchone()
        return free == (True,) and (left,) in server.execute(scratch.LEFT, [site, site]).fetchall()


def test_a_connection_that_ends_in_this_moment_is_waited_for():
    leaving = programs.connect(scratch.name())
    end = threading.Timer(0.5, leaving.close)
    end.start()

    scratch.require_unused()

    end.join()
    assert leaving.closed


def test_what_a_killed_backup_has_left_is_dropped_by_the_next_one(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    half = tmp_path / scratch.new_media("media", scratch.mark())
    for name in ("media", "media-before-20200101000000", "media-new-look", half.name):
        (tmp_path / name / "documents").mkdir(parents=True)
    left = [f"{scratch.name()}_{kind}_01234567" for kind in ("try", "new")]
    other = f"{scratch.name()}_before_20200101000000"
    for name in (*left, other):
        scratch.create(name)
    assert wait(lambda: all(nobody_works_with(name) for name in left))  # as a test before may do
    try:
        with programs.connect(left[0]), scratch.made("try") as used:
            one_is_in_use = beside("%")
            half_is_left = half.exists()
            half.mkdir(exist_ok=True)  # by a restore that has begun meanwhile
            scratch.drop_left()
            half_is_used = half.exists()
        assert wait(lambda: nobody_works_with(left[0]))
        with scratch.made("try"), scratch.made("new"):
            both_are_new = beside("%")
    finally:
        for name in (*left, other):
            scratch.drop(name)

    assert one_is_in_use == sorted([other, left[0], used])
    assert other in both_are_new
    assert not set(left) & set(both_are_new)
    assert len(both_are_new) == 3
    assert (half_is_left, half_is_used, half.exists()) == (False, True, False)
    kept = ["media", "media-before-20200101000000", "media-new-look"]
    assert sorted(path.name for path in tmp_path.iterdir()) == kept


@pytest.fixture
def full(monkeypatch, tmp_path) -> None:
    """The disk of PostgreSQL has only the space that must stay free."""
    usage = SimpleNamespace(disk_usage=lambda place: SimpleNamespace(free=scratch.MARGIN))
    monkeypatch.setattr(scratch, "DATA", tmp_path)
    monkeypatch.setattr(scratch, "shutil", usage)


@pytest.mark.usefixtures("nothing_left")
def test_without_room_for_a_second_database_a_backup_stays_untried_and_a_restore_is_warned(
    key, full, caplog, capsys
):
    with pytest.raises(CommandError, match=r"was not tried\. A second database .* needs 2\.\d GB"):
        call_command("backup", "--keep-days", "30")

    backup = Backup.objects.get()
    assert backup.tried_at is None
    file = Path(settings.BACKUP_FOLDER) / backup.file
    with pytest.raises(CommandError, match=r"make room there\. Nothing was changed"):
        call_command("restore", str(file), "--key", str(key), "--try")
    assert file.exists()
    assert beside("%") == []
    assert "make room there" not in caplog.text

    call_command("restore", str(file), "--key", str(key), "--without-erasures")

    assert "make room there" in caplog.text
    assert "Restored: " in capsys.readouterr().out


def test_the_disk_is_that_of_the_process_which_answers(full, monkeypatch):
    """That may be a server on this machine, or only a proxy to another one, such as HAProxy."""
    reach = programs.parameters(scratch.name())
    monkeypatch.setattr(programs, "parameters", lambda *args: reach)
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    with pytest.raises(NoRoom):
        scratch.require_room()

    answer = SimpleNamespace(fetchone=lambda: (os.getpid(), 1))
    elsewhere = SimpleNamespace(execute=lambda *args: answer)
    monkeypatch.setattr(programs, "connect", lambda *args: nullcontext(elsewhere))

    scratch.require_room()


def test_halves_of_files_go_when_nobody_can_be_writing_them(tmp_path):
    old, new = (tmp_path / f"{making.PREFIX}{n}{making.SUFFIX}{making.PART}" for n in (1, 2))
    for path in (old, new):
        path.write_text("half")
    long_ago = (timezone.now() - timedelta(days=1)).timestamp()
    os.utime(old, (long_ago, long_ago))

    making.delete_halves(tmp_path)

    assert list(tmp_path.iterdir()) == [new]


def test_a_backup_that_takes_longer_than_connections_may_say_nothing_is_kept(key, monkeypatch):
    """HAProxy ends such connections after an hour (deploy/cluster/haproxy.cfg)."""
    end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"

    def late(step):
        def after_an_hour(*arguments, **options):
            with programs.connect(scratch.SERVER) as server:
                server.execute(end, [scratch.name()])
            return step(*arguments, **options)

        return after_an_hour

    monkeypatch.setattr(archive, "add_file", late(archive.add_file))
    monkeypatch.setattr(unpacking, "put_file", late(unpacking.put_file))

    call_command("backup")

    assert Backup.objects.get().tried_at is not None
