"""The file of rejected rows does not reveal the block list to users who may not see it."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from campaigns.imports import reading
from campaigns.models import ListEntry
from operations.jobs.job import Job
from tests.campaigns.cms.imports.test_imports import COLUMNS, manager, upload
from tests.operations.jobs.kind import work_off

__all__ = ["manager"]

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_who_sees_the_block_list_reads_whom_it_names_and_nobody_else_does(manager, people, teams):
    ListEntry.objects.create(kind="email", pattern="grace@example.net", effect="block")
    exact = "This email address or its domain is on the block list."
    vague = (
        "This email address is blocked, or somebody with it withdrew, or their data was deleted."
    )
    files = []
    for _ in range(2):
        manager.post(upload(manager, teams.ours)["Location"], COLUMNS)
        work_off()
        path = reverse("job_file", args=[Job.objects.latest("made_at").pk])
        read = reading.read(b"".join(manager.get(path).streaming_content))
        files.append([row[1] for row in read.rows])
        right = Permission.objects.get(codename="view_listentry")
        people.river_manager.user_permissions.add(right)

    assert [[text in file for text in (exact, vague)] for file in files] == [
        [False, True],
        [True, False],
    ]
