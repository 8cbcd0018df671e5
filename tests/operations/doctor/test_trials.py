"""The doctor asks for a trial with the operators' own key, and names what restores set aside."""

from datetime import timedelta

import pytest
from django.utils import timezone

from operations.backups import scratch
from operations.backups.backup_record import Backup
from operations.doctor import upkeep
from operations.doctor.findings import Asked

pytestmark = pytest.mark.django_db


def found() -> list[tuple[str, bool]]:
    return [(each.what, each.is_fault) for each in upkeep.backups(Asked())]


def test_the_trial_of_each_night_is_none_with_your_own_key(settings, tmp_path):
    settings.BACKUP_RECIPIENTS, settings.BACKUP_FOLDER = ["age1"], tmp_path
    (tmp_path / "night").write_bytes(b"x")
    now = timezone.now()
    old = now - timedelta(days=101)
    Backup.objects.create(file="night", size=1, made_at=now, tried_at=now)

    assert found() == [("No backup was opened with your own key yet.", False)]
    Backup.objects.create(file="first", size=1, made_at=old)
    assert found() == [("No backup was opened with your own key yet.", True)]
    Backup.objects.filter(file="first").update(opened_at=old)
    assert found() == [(f"No backup was opened with your own key since {old:%Y-%m-%d}.", True)]
    Backup.objects.filter(file="night").update(opened_at=now)
    assert found() == []


def test_what_a_restore_has_set_aside_is_named_a_week_later(settings, tmp_path):
    settings.BACKUP_RECIPIENTS, settings.BACKUP_FOLDER = ["age1"], tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    now = timezone.now()
    Backup.objects.create(file="night", size=1, made_at=now, tried_at=now, opened_at=now)
    (tmp_path / "night").write_bytes(b"x")
    marks = [f"{now - timedelta(days=days):{scratch.MARK}}" for days in (8, 6)]
    for mark in marks:
        scratch.aside(mark)[1].mkdir()
    _database, folder = scratch.aside(marks[0])

    assert found() == [(f"What restores have set aside is still there: {folder}.", False)]
