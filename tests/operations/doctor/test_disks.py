"""Each disk that matters is checked once, and a full one is named."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations import health_readings
from operations.doctor import machine
from operations.doctor.findings import Asked

MEMORY = "/dev/shm"  # a disk of its own on each Linux


@pytest.fixture
def other_disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


def test_of_two_disks_the_full_one_is_named(settings, tmp_path, other_disk, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "not made yet"
    settings.BACKUP_FOLDER = other_disk
    monkeypatch.setattr(health_readings, "SYSTEM", (tmp_path, other_disk, tmp_path / "nothing"))
    known = health_readings.disks()
    full, other = sorted(known, key=lambda each: each.free)
    monkeypatch.setattr(health_readings, "LEAST_SHARE", 2)
    monkeypatch.setattr(health_readings, "LEAST_BYTES", (full.free + other.free) // 2)

    is_well, said = health_readings.disk()
    [finding] = machine.disk(Asked())

    assert [each.place for each in known] == [tmp_path, other_disk]
    assert (is_well, said.startswith(f"{full.place}: "), str(other.place) in said) == (
        False,
        True,
        False,
    )
    assert finding.what.startswith(f"That of {full.place} is nearly full: ")


def test_where_there_is_room_each_disk_is_told(settings, tmp_path, other_disk, monkeypatch):
    settings.MEDIA_ROOT, settings.BACKUP_FOLDER = tmp_path, other_disk
    monkeypatch.setattr(health_readings, "SYSTEM", ())
    monkeypatch.setattr(health_readings, "LEAST_SHARE", 0)

    is_well, said = health_readings.disk()

    assert is_well
    assert (f"{tmp_path}: " in said, f"{other_disk}: " in said) == (True, True)
    assert list(machine.disk(Asked())) == []


def test_a_folder_that_cannot_be_looked_at_hides_no_disk(settings, tmp_path, monkeypatch):
    """Root may look everywhere: a name that is too long fails as a folder of root's does."""
    closed = tmp_path / ("closed" * 50)
    settings.MEDIA_ROOT = settings.BACKUP_FOLDER = closed
    monkeypatch.setattr(health_readings, "SYSTEM", ())

    assert [each.place for each in health_readings.disks()] == [tmp_path]
