"""Which backups are deleted, and what is reported if none can be made."""

import os
import resource
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, models
from django.utils import timezone

from campaigns.signatures import key_fingerprint
from operations import keyring
from operations.backups import (
    archive,
    contents,
    erasure_ledger,
    failures,
    making,
    programs,
    scratch,
)
from operations.backups.backup_record import Backup

pytestmark = pytest.mark.django_db


def test_the_newest_that_were_tried_are_never_deleted(tmp_path):
    def put(day: int, *, tried: bool) -> str:
        path = tmp_path / f"{making.PREFIX}2020-01-{day:02}-000000{making.SUFFIX}"
        path.write_bytes(b"x")
        old = (timezone.now() - timedelta(days=60 - day)).timestamp()
        os.utime(path, (old, old))
        at = timezone.now() if tried else None
        Backup.objects.create(file=path.name, size=1, tried_at=at)
        return path.name

    untried = [put(day, tried=False) for day in (1, 8)]
    assert making.delete_old(tmp_path, days=30) == []

    tried = [put(day, tried=True) for day in (2, 3, 4, 5)]
    new = put(40, tried=False)

    assert making.delete_old(tmp_path, days=999_999) == []  # longer than there are years
    assert sorted(making.delete_old(tmp_path, days=30)) == sorted([*untried, tried[0]])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*tried[1:], new])


def test_without_a_key_there_is_no_backup(settings):
    settings.BACKUP_RECIPIENTS = []

    with pytest.raises(CommandError, match=r"Set BACKUP_RECIPIENTS"):
        call_command("backup")
    with pytest.raises(CommandError, match="Give --from, too"):
        call_command("backup", "--moment", "2026-03-01 10:00")


def test_a_wrong_signature_key_gets_into_no_file(key, settings):
    key_fingerprint.verify()
    settings.SIGNATURE_KEY = "x" * 50
    folder = settings.BACKUP_FOLDER

    for name in ("backup", "erasures"):
        with pytest.raises(CommandError, match="SIGNATURE_KEY is not the key that this database"):
            call_command(name)

    assert not folder.exists()


def test_a_new_key_is_for_its_owner_alone_and_overwrites_none(tmp_path, capsys):
    path = tmp_path / "key"

    call_command("backup", "--new-key", str(path))

    public = capsys.readouterr().out.strip().removeprefix("BACKUP_RECIPIENTS=")
    [identity] = archive.identities(path)
    assert str(identity.to_public()) == public
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="File exists"):
        call_command("backup", "--new-key", str(path))
    for option in (["--keep-days", "0"], ["--untried"], ["--folder", str(tmp_path)]):
        with pytest.raises(CommandError, match="give it alone"):
            call_command("backup", "--new-key", str(tmp_path / "other"), *option)
    assert not (tmp_path / "other").exists()


def test_the_ledger_is_written_whole_and_a_part_of_it_is_refused(tmp_path, settings):
    erasure_ledger.note("signature", ["a", "b"])
    erasure_ledger.note("signature", ["a"])
    path = tmp_path / "ledger"

    assert erasure_ledger.save(path) == 2
    assert erasure_ledger.load(path) == erasure_ledger.entries()
    assert path.stat().st_mode & 0o777 == 0o600
    settings.SIGNATURE_KEY, old = "another key of signatures", settings.SIGNATURE_KEY
    with pytest.raises(failures.Failed, match="written with another SIGNATURE_KEY"):
        erasure_ledger.require_key(path)
    settings.SIGNATURE_KEY_FALLBACKS = [old]
    erasure_ledger.require_key(path)
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(failures.Failed, match="ledger of erasures"):
        erasure_ledger.load(path)


def test_a_lost_database_takes_nothing_out_of_the_file_of_the_ledger(tmp_path, monkeypatch):
    path = tmp_path / "ledger"
    erasure_ledger.note("signature", ["a"])
    erasure_ledger.save(path)
    before = erasure_ledger.load(path)
    erasure_ledger.Erasure.objects.all().delete()
    erasure_ledger.note("signature", ["b"])

    call_command("erasures", str(path))

    assert erasure_ledger.load(path) == before | erasure_ledger.entries()
    assert len(erasure_ledger.load(path)) == 2
    monkeypatch.setattr(erasure_ledger, "KEPT_FOR", timedelta(days=-1))
    assert erasure_ledger.save(path) == 0


def test_a_ledger_that_cannot_be_written_is_told_in_one_sentence(tmp_path, monkeypatch):
    def away(path: Path) -> int:
        raise OperationalError

    path = tmp_path / "ledger"
    path.write_text("something else")
    with pytest.raises(CommandError, match="is no ledger of erasures"):
        call_command("erasures", str(path))
    assert path.read_text() == "something else"
    monkeypatch.setattr(erasure_ledger, "save", away)
    with pytest.raises(CommandError, match="The ledger was not written: OperationalError"):
        call_command("erasures", str(path))


def test_on_a_full_disk_each_command_names_its_file_and_leaves_none(tmp_path):
    wanted = [("erasures", tmp_path / "ledger"), ("backup", "--new-key", tmp_path / "key")]
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    said = []

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))  # no file grows any more
    try:
        for name, *arguments in wanted:
            with pytest.raises(CommandError) as raised:
                call_command(name, *map(str, arguments))
            said.append(str(raised.value))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)

    assert [each.partition(": ")[0] for each in said] == [str(path) for *_, path in wanted]
    assert list(tmp_path.iterdir()) == []


def test_what_pyrage_says_of_a_full_disk_is_told_in_one_sentence(key, monkeypatch):
    def full(*arguments: object) -> None:
        raise pyrage.EncryptError("OSError: [Errno 28] No space left on device")

    monkeypatch.setattr(pyrage, "encrypt_io", full)

    with pytest.raises(CommandError, match=r"\.part: .*No space left on device\.$"):
        call_command("backup", "--untried")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_of_the_same_second_do_not_delete_each_others_file(key, monkeypatch):
    now = timezone.now()
    save, meanwhile = erasure_ledger.save, iter([["--untried"]])
    monkeypatch.setattr(making, "timezone", SimpleNamespace(now=lambda: now))

    def another_begins(path: Path) -> None:
        for arguments in meanwhile:
            call_command("backup", *arguments)
        save(path)

    monkeypatch.setattr(erasure_ledger, "save", another_begins)

    call_command("backup", "--untried")

    first, second = Backup.objects.all()
    assert first.file == second.file
    making.attempt(key.parent / "backups" / first.file, archive.identities(key))


def test_days_below_zero_would_make_every_backup_an_old_one():
    with pytest.raises(CommandError, match="invalid days value: '-3'"):
        call_command("backup", "--keep-days=-3")


def test_a_file_that_shrinks_while_it_is_read_is_told(key, monkeypatch):
    def longer(handle: int) -> SimpleNamespace:
        return SimpleNamespace(st_size=os.fstat(handle).st_size + 1, st_mtime=0)

    monkeypatch.setattr(archive, "os", SimpleNamespace(**{**vars(os), "fstat": longer}))

    with pytest.raises(CommandError, match=r"\.part: unexpected end of data\."):
        call_command("backup", "--untried")


def test_a_folder_that_is_none_is_told(key):
    with pytest.raises(CommandError, match="key: File exists"):
        call_command("backup", "--untried", "--folder", str(key))


def test_what_an_older_backup_does_not_have_names_no_file(monkeypatch):
    def table(name: str, column: str) -> SimpleNamespace:
        field = models.FileField()
        field.column = column
        meta = SimpleNamespace(model_name="one", db_table=name, concrete_fields=[field])
        return SimpleNamespace(_meta=meta)

    tables = [
        table("operations_later", "file"),
        table("django_migrations", "later"),
        table("django_migrations", "app"),
    ]
    monkeypatch.setattr(contents, "apps", SimpleNamespace(get_models=lambda: tables))

    with programs.connect(scratch.name()) as database:
        found = contents.missing_files(database, {"campaigns"})

    assert "operations" in found
    assert "campaigns" not in found


def test_the_ledger_names_nobody_without_the_key(settings):
    old = keyring.every()
    first = erasure_ledger.digests("signature", "a", old)

    settings.SIGNATURE_KEY = "another"

    assert erasure_ledger.digests("signature", "a", keyring.every()) != first
    assert erasure_ledger.digests("list entry", "a", old) != first


def test_old_entries_of_the_ledger_go():
    long_ago = timezone.now().date() - erasure_ledger.KEPT_FOR - timedelta(days=1)
    erasure_ledger.write({b"old": long_ago, b"new": timezone.now().date()})

    erasure_ledger.delete_old()

    assert list(erasure_ledger.entries()) == [b"new"]


def test_the_programs_are_of_the_servers_version_or_newer(monkeypatch, tmp_path):
    major = connection.pg_version // 10_000
    assert programs.version(programs.folder()) == major

    there = {number: tmp_path / str(number) for number in (major - 1, major, major + 1, major + 2)}
    for number, place in there.items():
        place.mkdir()
        for name in ("pg_dump", "pg_restore"):
            (place / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {number}.1'\n")
            (place / name).chmod(0o755)
    for found, numbers in {
        major: (major - 1, major + 2, major),
        major + 2: (major - 1, major + 2, major + 1),
    }.items():
        monkeypatch.setattr(programs, "places", lambda _, them=numbers: map(there.get, them))
        assert programs.folder() == there[found]

    monkeypatch.setattr(programs, "places", lambda _: iter([there[major - 1], Path("/nowhere")]))
    with pytest.raises(failures.Failed, match=f"apt install postgresql-client-{major}"):
        programs.folder()


def test_a_password_stands_in_no_list_of_processes(monkeypatch):
    known = {"user": "me", "password": "secret", "host": "db", "dbname": "site"}
    monkeypatch.setattr(connection, "get_connection_params", lambda: {**known, "context": object()})

    reach, environment = programs.reach("other")

    assert psycopg.conninfo.conninfo_to_dict(reach) == {
        "user": "me",
        "host": "db",
        "dbname": "other",
    }
    assert environment["PGPASSWORD"] == "secret"


def test_a_clock_that_is_ahead_deletes_neither_backups_nor_entries_of_the_ledger(
    tmp_path, monkeypatch
):
    old = tmp_path / f"{making.PREFIX}2020-01-01-000000{making.SUFFIX}"
    for number in range(making.KEPT_ALWAYS + 1):
        path = old.with_name(old.name.replace("01-01", f"01-{9 - number:02}"))
        path.write_bytes(b"x")
        Backup.objects.create(file=path.name, size=1, tried_at=timezone.now())
    erasure_ledger.write({b"kept": timezone.now().date()})
    erasure_ledger.save(tmp_path / "ledger")
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=500))

    deleted = making.delete_old(tmp_path, days=30)
    erasure_ledger.save(tmp_path / "ledger")

    assert deleted == []
    assert [*erasure_ledger.load(tmp_path / "ledger")] == [b"kept"]
