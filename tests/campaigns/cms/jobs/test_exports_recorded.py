"""What the histories say of a file that a job makes some time after it was asked for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Signature
from campaigns.privacy import access_report
from tests.campaigns.cms.jobs.test_exports import asked, client, content_of, fetch, made, many
from tests.campaigns.cms.signatures.test_export_answers import csv_rows, download
from tests.campaigns.cms.signatures.test_history import of_signature
from tests.factories import make_signature
from tests.operations.jobs.kind import work_off

__all__ = ["client", "many"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def new(client) -> list[str]:
    return [row["Name"] for row in csv_rows(download(client, new="yes"))]


def test_who_arrives_before_the_file_is_made_is_told_of_it(client, teams):
    asked(client)
    late = make_signature(teams.ours, name="Late", email="late@example.org")
    work_off()
    later = make_signature(teams.ours, name="Later", email="later@example.org")

    assert (
        "Exported 4 signatures" in of_signature(client, late)[0]
        or "File of 4" in (of_signature(client, late)[0])
    )
    assert of_signature(client, later) == []
    (told,) = access_report.export("late@example.org")["signatures"]
    assert len(told["exports"]) == 1


def test_a_file_that_nobody_downloaded_is_no_last_export(client, settings):
    old = timezone.now() - timedelta(hours=3)
    Signature.objects.update(signed_at=old, confirmed_at=old)
    job = made(client)
    settings.EXPORT_STREAMED_ROWS = 1000
    before = new(client)
    content_of(fetch(client, job))

    assert len(before) == 3
    assert new(client) == []
