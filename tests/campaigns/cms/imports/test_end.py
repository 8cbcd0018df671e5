"""An import ends when its signatures become visible, by which exports know what is new."""

import pytest
from django.utils import timezone

from campaigns.imports import corrected
from campaigns.models import Import
from tests.campaigns.cms.browsing import url
from tests.campaigns.cms.imports.test_imports import COLUMNS, manager, upload, work_off_all
from tests.operations.jobs.kind import work_off

__all__ = ["manager"]

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_an_import_ends_after_its_file_of_rows_that_were_not_accepted(manager, teams, monkeypatch):
    """With many such rows, the file takes longer than the minute that two exports share."""
    written, written_at = corrected.file_of_wrong, []

    def noted(*args):
        yield from written(*args)
        written_at.append(timezone.now())

    manager.post(upload(manager, teams.ours)["Location"], COLUMNS)
    work_off()
    monkeypatch.setattr(corrected, "file_of_wrong", noted)
    manager.post(url("import", teams.ours.pk, Import.objects.get().pk))
    work_off_all()

    [at] = written_at
    subject = Import.objects.get()
    assert (subject.state, subject.ended_at > at) == ("done", True)
