"""What cannot be restored is refused, and nothing is changed."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from campaigns.models import Signature
from operations.backups import hooks, programs, scratch
from operations.backups.backup_record import Backup
from tests.operations.backups.conftest import beside
from tests.operations.backups.test_restoring import backup, build, emails

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("nothing_left"),
]


def refusal(file: Path, key: Path, *options: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("restore", str(file), "--key", str(key), *options)
    return str(caught.value)


def test_what_cannot_be_restored_is_refused_for_its_reason_and_changes_nothing(
    key, tmp_path, monkeypatch
):
    build()
    MigrationRecorder(connection).record_applied("operations", "9999_of_later")
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

    refused = {name: refusal(tmp_path / name, key) for name in broken}
    wrong_key = refusal(file, other)
    no_key = refusal(file, file)
    no_ledger = refusal(file, key, "--erasures", str(tmp_path / "none"))
    another_file = refusal(file, key, "--erasures", str(key))
    rehearsed = refusal(file, key, "--try", "--erasures", str(tmp_path / "none"))
    both = refusal(file, key, "--without-erasures", "--erasures", str(tmp_path / "none"))
    with programs.connect(scratch.name()):
        in_use = refusal(file, key)
    with monkeypatch.context() as patch:
        patch.setattr(settings, "SIGNATURE_KEY", "another key, with which nobody would be found")
        another_key = refusal(file, key)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "is_mount", lambda path: path == Path(settings.MEDIA_ROOT))
        own_disk = refusal(tmp_path / "not even looked for", key)
    newer = refusal(file, key)

    assert all(said.endswith("Nothing was changed.") for said in refused.values()), refused
    assert not any("newer version" in said for said in refused.values()), refused
    assert wrong_key == "None of the keys opens this backup. Nothing was changed."
    assert no_key == f"{file} holds no secret key of age. Nothing was changed."
    assert no_ledger.startswith("There is no ledger of erasures")
    assert another_file == f"{key} is no ledger of erasures. Nothing was changed."
    assert rehearsed == no_ledger
    assert "--erasures: not allowed with argument --without-erasures" in both
    assert "Stop the site first (systemctl stop" in in_use
    assert "PgBouncer where there is one (systemctl stop pgbouncer)" in in_use
    assert another_key.startswith("The backup was made with another SIGNATURE_KEY")
    assert "let MEDIA_ROOT name a folder on it" in own_disk
    assert newer.startswith("The backup was made by a newer version, which has operations.9999")
    assert Signature.objects.get(email="ada@example.org").name == "Changed since"
    assert (Path(settings.MEDIA_ROOT) / "documents" / "letter.pdf").exists()
    assert beside("%") == []
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["backups", "media"]

    # A later version leaves the rows of one more table out of backups.
    monkeypatch.setattr(hooks, "LEFT_OUT", [*hooks.LEFT_OUT, "campaigns_outgoingmail"])
    call_command("restore", str(file), "--key", str(key), "--try")
    assert Backup.objects.get().tried_at
    assert Backup.objects.get().opened_at
    assert len(emails()) == 4
