"""The site may write into the folders of its settings, and a restore beside that of the media."""

import os
from pathlib import Path

import pytest

from operations.doctor import machine
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
