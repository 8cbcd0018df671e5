"""What is imported is what the result of the check has shown."""

import pytest

from campaigns.models import Import
from operations.jobs.job import Job
from tests.campaigns.cms.browsing import url
from tests.campaigns.cms.imports.test_imports import COLUMNS, manager, upload
from tests.operations.jobs.kind import work_off

__all__ = ["manager"]

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_result_that_was_shown_before_another_check_is_not_imported(manager, teams):
    """Somebody has chosen other columns in another tab."""
    columns = upload(manager, teams.ours)["Location"]
    seen = []
    for chosen in (COLUMNS, COLUMNS | {"column-2": ""}):
        manager.post(columns, chosen)
        work_off()
        path = url("import", teams.ours.pk, Import.objects.get().pk)
        seen.append(manager.get(path).context["form"]["seen"].value())

    stale = manager.post(path, {"seen": seen[0]}, follow=True).content.decode()
    asked = Job.objects.filter(kind="import").exists()
    manager.post(path, {"seen": seen[1]})

    assert "The list was checked again in the meantime." in stale
    assert "Import 1 signature" in stale
    assert (asked, Job.objects.filter(kind="import").exists()) == (False, True)
