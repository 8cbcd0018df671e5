"""What the histories say about a file that a job makes some time after it was ordered."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from campaigns.models import Signature
from campaigns.petitions import immediate_actions
from campaigns.privacy import access_report
from tests.campaigns.cms.jobs.test_exports import asked, client, content_of, fetch, made, many
from tests.campaigns.cms.signatures.test_export_answers import csv_rows, download
from tests.campaigns.cms.signatures.test_history import of_signature
from tests.factories import make_petition, make_signature
from tests.operations.jobs.kind import work_off

__all__ = ["client", "many"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def new(client) -> list[str]:
    return [row["Name"] for row in csv_rows(download(client, new="yes"))]


def test_the_histories_tell_what_is_in_the_file_and_not_what_was_there_when_it_was_asked_for(
    client, teams
):
    make_signature(teams.ours, name="Third", email="3@example.org")
    empty = make_petition(title="New one", slug="new-one", collection=teams.river)
    for number, format in enumerate(("csv", "jsonl", "xlsx")):
        job = asked(client, format)
        gone, email = Signature.objects.filter(tally=teams.ours.tally)[0], f"late{number}@e.org"
        gone.delete()
        late = make_signature(empty, name="Late", email=email)
        work_off()
        fetch(client, job)

        [of_late] = of_signature(client, late)
        assert of_late.startswith(f"Exported {number + 1} signature"), format
        (told,) = access_report.export(email)["signatures"]
        assert len(told["exports"]) == 1, format
        job.refresh_from_db()
        assert logged() == {str(teams.ours.pk): 3 - number, str(empty.pk): number + 1}, format
        listed = client.get(reverse("exports")).content.decode()
        assert listed.count(job.result["sha256"]) == 1, format
        assert "New one" in listed, format
        ModelLogEntry.objects.all().delete()
    # Who arrives after the file was made is told of none.
    later = make_signature(teams.ours, name="Later", email="later@example.org")
    assert of_signature(client, later) == []


def test_a_file_that_nobody_downloaded_is_no_last_export(client, settings):
    old = timezone.now() - timedelta(hours=3)
    Signature.objects.update(signed_at=old, confirmed_at=old)
    job = made(client)
    settings.EXPORT_STREAMED_ROWS = 1000
    before = new(client)
    content_of(fetch(client, job))

    assert len(before) == 3
    assert new(client) == []


def test_a_file_needs_the_right_for_a_petition_that_came_to_it_later(client, teams):
    empty = make_petition(title="New one", slug="new-one", collection=teams.river)
    job = asked(client)
    make_signature(empty, name="Late", email="late@example.org")
    work_off()
    before = fetch(client, job).status_code
    immediate_actions.move(empty, collection=teams.forest, by=None)

    assert (before, fetch(client, job).status_code) == (200, 302)


def logged() -> dict[str, int]:
    entries = ModelLogEntry.objects.filter(action="petition.export", data__finished=True)
    return {entry.object_id: entry.data["rows"] for entry in entries}
