"""Backups and restores that are interrupted, and what is reported then."""

import io
import signal
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command

from operations.backups import programs, scratch, stopping, unpacking
from operations.backups.backup_record import Backup
from tests.operations.backups.conftest import beside

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("nothing_left"),
]

CUT = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND granted
    AND (classid::bigint << 32) | objid::bigint = hashtextextended('scratch of ' || %s, 0)
"""


@pytest.fixture
def cut(monkeypatch) -> list[bool]:
    """Cut the waiting connection while a backup is unpacked. Each entry: whether it was cut."""
    unpack, found = unpacking.unpack, []

    def unpack_and_cut(*args, **options):
        done = unpack(*args, **options)
        with programs.connect(scratch.SERVER) as server:
            found.extend(was for (was,) in server.execute(CUT, [scratch.name()]))
        return done

    monkeypatch.setattr(unpacking, "unpack", unpack_and_cut)
    return found


@pytest.fixture
def file(key) -> Path:
    call_command("backup", "--untried")
    made = Path(settings.BACKUP_FOLDER) / Backup.objects.get().file
    return made.rename(made.with_name("first.backup.age"))  # the next may be of that second


def change() -> None:
    """Add an account and a media file, which the backup does not have."""
    User.objects.create(username="later")
    (settings.MEDIA_ROOT / "later.pdf").write_bytes(b"later")


def restore(file: Path, key: Path, **options: object) -> None:
    call_command("restore", str(file), "--key", str(key), "--without-erasures", **options)


def is_restored() -> tuple[bool, bool]:
    """Whether the database and the media are those of the backup."""
    return not User.objects.filter(username="later", is_active=True).exists(), not (
        settings.MEDIA_ROOT / "later.pdf"
    ).exists()


def test_a_lost_connection_spoils_nothing_and_what_cannot_be_dropped_is_left_to_the_next_one(
    key, file, cut, monkeypatch, caplog, capsys
):
    def fail(name: str) -> None:
        raise psycopg.OperationalError("the server is away")

    change()
    with monkeypatch.context() as patched:
        patched.setattr(scratch, "drop", fail)
        call_command("backup")
    [left] = beside("try%")
    assert Backup.objects.latest("made_at").tried_at
    assert f"{left} was not dropped" in caplog.text
    restore(file, key)

    assert cut == [True, True]
    said = capsys.readouterr().out
    assert "restored on trial" in said
    assert "Restored: " in said
    assert is_restored() == (True, True)
    assert (beside("new%"), beside("try%")) == ([], [])


def test_who_is_told_to_stop_at_the_exchange_ends_it_first_and_nobody_is_told_otherwise(
    key, file, monkeypatch
):
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    change()
    with pytest.raises(BrokenPipeError):  # and not the sentence that nothing was changed
        restore(file, key, stdout=Closed())
    assert is_restored() == (True, True)

    put_in_place, ends = scratch.put_in_place, (signal.SIGINT, signal.SIGTERM)

    def put_and_stop(name: str, *, aside: str) -> None:
        put_in_place(name, aside=aside)
        for number in ends:
            signal.raise_signal(number)

    change()
    monkeypatch.setattr(scratch, "put_in_place", put_and_stop)
    # A process that was started in the background may ignore SIGINT.
    own = dict(zip(ends, (signal.default_int_handler, stopping.stop), strict=True))
    usual = {each: signal.signal(each, handler) for each, handler in own.items()}
    try:
        with pytest.raises(KeyboardInterrupt):
            restore(file, key)
    finally:
        for each, handler in usual.items():
            signal.signal(each, handler)

    assert is_restored() == (True, True)
    assert (settings.MEDIA_ROOT / "documents" / "letter.pdf").exists()
