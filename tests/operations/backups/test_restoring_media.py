"""The previous media files stay beside the restored ones, which belong to the same user."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from operations.backups import making

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("nothing_left"),
]


def backed_up() -> str:
    call_command("backup", "--untried")
    [file] = Path(settings.BACKUP_FOLDER).glob(f"*{making.SUFFIX}")
    return str(file)


def test_they_belong_to_whom_the_old_ones_belong_to(key):
    """With Docker, root restores the files, and the user of a container reads them."""
    if os.geteuid() != 0:
        pytest.skip("Only root can give a file away.")
    media, file = Path(settings.MEDIA_ROOT), backed_up()
    os.chown(media, 10001, 10002)
    media.chmod(0o755)

    call_command("restore", file, "--key", str(key), "--without-erasures")

    found = [media, media / "documents", media / "documents" / "letter.pdf"]
    owners = {(path.stat().st_uid, path.stat().st_gid) for path in found}
    assert (owners, media.stat().st_mode & 0o777) == ({(10001, 10002)}, 0o755)


def test_a_disk_of_its_own_is_refused_at_the_beginning(key, monkeypatch):
    file = backed_up()
    monkeypatch.setattr(Path, "is_mount", lambda path: path == Path(settings.MEDIA_ROOT))

    with pytest.raises(CommandError, match="let MEDIA_ROOT name a folder on it"):
        call_command("restore", file, "--key", str(key), "--without-erasures")

    assert (Path(settings.MEDIA_ROOT) / "documents" / "letter.pdf").exists()
