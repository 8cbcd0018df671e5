"""What was encrypted with a SECRET_KEY that is gone is said to be gone, in words."""

import pytest
from django.urls import reverse

from operations.jobs.job import Job
from tests.campaigns.cms.browsing import url
from tests.campaigns.cms.imports.test_imports import COLUMNS, upload
from tests.operations.jobs.kind import work_off

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_lists_files_and_jobs_of_a_key_that_is_gone_are_said_to_be_gone(
    people, browse, teams, settings
):
    before = browse(people.river_manager)
    read = upload(before, teams.ours)["Location"]
    before.post(read, COLUMNS)
    work_off()
    checked = Job.objects.get()
    before.post(url("import", teams.ours.pk, checked.told["import"]))
    waiting = upload(before, teams.ours, name="other.csv")["Location"]
    settings.SECRET_KEY = "another key, of fifty characters and a few more, so"
    manager = browse(people.river_manager)

    work_off()
    file = manager.get(reverse("job_file", args=[checked.pk]), follow=True).content.decode()
    columns = manager.get(waiting, follow=True).content.decode()
    jobs = manager.get(reverse("jobs")).content.decode()

    assert "This file has been deleted. Please create it once more." in file
    assert "The list is no longer there, or somebody has already done this." in columns
    assert list(Job.objects.order_by("made_at").values_list("state", "error")) == [
        *(("done", ""), ("failed", "unreadable")),
    ]
    assert "A secret key of the site was replaced before this was done" in jobs
