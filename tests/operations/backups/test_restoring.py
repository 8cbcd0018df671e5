"""A backup is whole, or there is none; a restore brings nobody back who has left."""

import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from campaigns.mail import sending
from campaigns.models import OutgoingMail, Signature, Tally
from campaigns.privacy import erasing
from campaigns.signatures import tokens
from campaigns.signing import signing
from operations.backups import making, programs, scratch
from operations.backups.record import Backup
from tests.factories import make_petition, make_signature
from tests.operations.backups.conftest import beside

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("nothing_left"),
]


def emails() -> list[str]:
    return list(Signature.objects.order_by("email").values_list("email", flat=True))


def backup(*options: str) -> Path:
    call_command("backup", *options)
    return Path(settings.BACKUP_FOLDER) / Backup.objects.latest("made_at").file


def build() -> None:
    """Four have signed; the last has a mail that is due."""
    petition = make_petition()
    for name in ("ada", "eve", "grace"):
        make_signature(petition, email=f"{name}@example.org")
    signing.sign(
        petition,
        name="Mary",
        email="mary@example.org",
        version=petition.version.pk,
        comment="secret",
    )


def go_on(smtp_server) -> None:
    """What happens after the backup: one is erased, one withdraws, one signs, a mail is sent."""
    assert sending.deliver().sent == 1
    erasing.erase("ada@example.org")
    grace = Signature.objects.get(email="grace@example.org")
    signing.withdraw(tokens.make("withdraw", grace.pk))
    make_signature(Tally.objects.get().petition, email="zoe@example.org")
    (Path(settings.MEDIA_ROOT) / "documents" / "letter.pdf").unlink()


def test_who_left_stays_away_and_no_mail_leaves_twice(key, smtp_server, capsys):
    build()
    file = backup()
    written = file.read_bytes()
    assert not any(word in written for word in (b"mary@example.org", b"secret", b"a letter"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Backup.objects.get().tried_at
    go_on(smtp_server)

    call_command("restore", str(file), "--key", str(key))

    assert emails() == ["eve@example.org", "mary@example.org"]
    assert Tally.objects.get().total == 1
    assert sending.deliver().claimed == 0
    assert list(OutgoingMail.objects.values_list("kind", "outcome")) == [("confirm", "sent")]
    assert (Path(settings.MEDIA_ROOT) / "documents" / "letter.pdf").read_bytes() == b"a letter"
    assert "2 erasures were repeated" in capsys.readouterr().out
    [before] = beside("before%")
    with programs.connect(before) as old:
        rows = old.execute("SELECT email FROM campaigns_signature ORDER BY 1").fetchall()
    assert rows == [("eve@example.org",), ("mary@example.org",), ("zoe@example.org",)]
    assert (beside("new%"), beside("try%")) == ([], [])


def test_on_an_empty_machine_the_ledger_comes_from_its_file(key, smtp_server, tmp_path):
    build()
    file, ledger = backup("--untried"), tmp_path / "ledger"
    go_on(smtp_server)
    call_command("erasures", str(ledger))
    empty = f"{scratch.name()}_empty"
    scratch.create(empty)

    with scratch.instead(empty):
        call_command("restore", str(file), "--key", str(key), "--erasures", str(ledger))
        found = emails(), sending.deliver().claimed, Tally.objects.get().total

    assert found == (["eve@example.org", "mary@example.org"], 0, 1)


def test_what_cannot_be_restored_is_refused_and_changes_nothing(key, tmp_path):
    build()
    file = backup("--untried")
    whole = file.read_bytes()
    other = tmp_path / "other"
    call_command("backup", "--new-key", str(other))
    middle = len(whole) // 2
    broken = {
        "cut": whole[:-20],
        "cut at a piece": whole[: 65_552 * 2],
        "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "empty": b"",
        "nothing of ours": b"hello" * 1000,
    }
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
    Signature.objects.filter(email="ada@example.org").update(name="Changed since")

    refused = {}
    for name, key_file in [*((tmp_path / name, key) for name in broken), (file, other)]:
        with pytest.raises(CommandError) as caught:
            call_command("restore", str(name), "--key", str(key_file))
        refused[name.name] = str(caught.value)

    assert refused.pop(file.name) == "None of the keys opens this backup. Nothing was changed."
    assert all(said.endswith("Nothing was changed.") for said in refused.values()), refused
    assert Signature.objects.get(email="ada@example.org").name == "Changed since"
    assert (Path(settings.MEDIA_ROOT) / "documents" / "letter.pdf").exists()
    assert beside("%") == []
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["backups", "media"]


def test_a_restore_asks_for_the_ledger_for_its_key_and_for_a_site_that_is_stopped(
    key, tmp_path, monkeypatch
):
    build()
    MigrationRecorder(connection).record_applied("operations", "9999_of_later")
    file = backup("--untried")

    def refusal(*options: str) -> str:
        with pytest.raises(CommandError) as caught:
            call_command("restore", str(file), "--key", str(key), *options)
        return str(caught.value)

    assert refusal("--erasures", str(tmp_path / "none")).startswith(
        "There is no ledger of erasures"
    )
    assert "ledger of erasures" in refusal("--erasures", str(key))
    with programs.connect(scratch.name()):
        assert "Stop the site first (systemctl stop" in refusal()
    settings_key = settings.SIGNATURE_KEY
    settings.SIGNATURE_KEY = "another key, with which nobody would be found any more"
    try:
        assert refusal().startswith("The backup was made with another SIGNATURE_KEY")
    finally:
        settings.SIGNATURE_KEY = settings_key
    assert refusal().startswith("The backup was made by a newer version, which has operations.9999")
    call_command("restore", str(file), "--key", str(key), "--try")
    assert Backup.objects.get().tried_at
    assert len(emails()) == 4


def test_a_dump_that_fails_leaves_no_file_and_deletes_no_good_one(key, tmp_path, monkeypatch):
    build()
    good = Path(settings.BACKUP_FOLDER) / f"{making.PREFIX}2020-01-01-000000{making.SUFFIX}"
    good.parent.mkdir()
    good.write_bytes(b"good")
    fakes = tmp_path / "fakes"
    fakes.mkdir()
    real = programs.folder()
    (fakes / "pg_restore").symlink_to(real / "pg_restore")
    dump = fakes / "pg_dump"
    monkeypatch.setattr(programs, "folder", lambda: fakes)

    said = []
    for end in ("echo 'no space' >&2; exit 1", "exit 0"):
        dump.write_text(f"#!/bin/sh\necho PGDMP half a dump\n{end}\n")
        dump.chmod(0o755)
        with pytest.raises(CommandError) as caught:
            call_command("backup", "--keep-days", "0")
        said.append(str(caught.value))

    assert said[0] == "pg_dump failed: no space"
    assert said[1].startswith("pg_restore failed: ")
    assert [path.name for path in good.parent.iterdir()] == [good.name]
    assert not Backup.objects.exists()
    assert beside("%") == []
