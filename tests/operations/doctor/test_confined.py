"""The folders of media and backups: whether they are there, written into, and restored."""

import os
import shutil
from pathlib import Path

import pytest

from operations.doctor import machine, upkeep
from operations.doctor.findings import Asked
from servers.processes import ROOT

UNITS = ("lastdrop@", "lastdrop-backup", "lastdrop-erasures")
MEDIA, BACKUPS = Path("/srv/lastdrop/var/media"), Path("/srv/lastdrop/var/backups")


@pytest.fixture
def systemctl(tmp_path, monkeypatch) -> Path:
    """A program that shows our own units, as systemd would, and the drop-ins beside it."""
    for name in UNITS:
        unit = (ROOT / "deploy" / "systemd" / f"{name}.service").read_text()
        (tmp_path / name).write_text(f"LoadState=loaded\n{unit}")
    program = tmp_path / "systemctl"
    program.write_text(f'#!/bin/sh\ncat "{tmp_path}/${{2%web}}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return tmp_path


def found() -> list[str]:
    what = [each.what for each in machine.files(Asked())]
    return [each.split()[0] for each in what if "its unit names another folder" in each]


def test_folders_of_the_installation_may_be_written(systemctl, settings):
    settings.MEDIA_ROOT, settings.BACKUP_FOLDER = MEDIA, BACKUPS

    assert found() == []


def test_folders_that_were_moved_are_named_until_the_units_name_them(systemctl, settings):
    settings.MEDIA_ROOT, settings.BACKUP_FOLDER = Path("/mnt/a/media"), Path("/mnt/a/backups")
    before = found()
    for name in UNITS:
        with (systemctl / name).open("a") as unit:
            unit.write("ReadWritePaths=/srv/lastdrop/var/media /mnt/a\n")

    assert before == ["lastdrop@web", "lastdrop-backup", "lastdrop-erasures"]
    assert found() == []


def test_a_folder_beside_which_no_backup_can_be_restored_is_named(tmp_path, settings, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    well = list(machine.media_folder())
    # The tests may run as root, who may write everywhere.
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path)

    [finding] = machine.media_folder()

    assert well == []
    assert finding.what == f"The site cannot make a folder beside {settings.MEDIA_ROOT}."
    assert (finding.mend, finding.is_fault) == (f"chown lastdrop: {tmp_path}", False)


def test_where_backups_are_made_a_lost_folder_and_media_on_a_disk_of_their_own_are_named(
    tmp_path, settings, monkeypatch
):
    """A container has no pg_dump: there the media always are a disk, and the backups elsewhere."""
    settings.MEDIA_ROOT, settings.BACKUP_FOLDER = tmp_path, tmp_path / "gone"
    monkeypatch.setattr(Path, "is_mount", lambda path: path == tmp_path)
    found = []
    for pg_dump in ("/usr/bin/pg_dump", None):
        monkeypatch.setattr(shutil, "which", lambda name, place=pg_dump: place)
        hints = [(each.what, each.is_fault) for each in machine.media_folder()]
        found.append((hints, upkeep.is_missing("one")))

    assert found == [([(f"{tmp_path} is a disk of its own.", False)], True), ([], False)]


def test_static_files_are_collected_by_their_user_into_folders_that_belong_to_root(settings):
    settings.STATIC_ROOT = Path("/nowhere")

    mends = [each.mend for each in machine.files(Asked()) if "static files" in each.what]

    assert [each.split("; ")[0] for each in mends] == [
        "chown -R lastdrop /srv/lastdrop/current/var"
    ]
