"""How much one person may export within a day, which the screen says beforehand."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from campaigns.cms.signatures import export_allowance
from tests.campaigns.cms.browsing import searched
from tests.campaigns.cms.signatures.test_export_answers import ASKED, download, export_url
from tests.factories import make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_a_day(settings, teams):
    settings.EXPORT_ROWS_A_DAY = 3
    make_signature(teams.ours, name="Bea", email="bea@example.org")


@pytest.fixture
def client(people, browse):
    return browse(people.river_manager)


def exported(client, **query) -> int:
    return b"".join(download(client, **query).streaming_content).count(b"\r\n") - 1


def test_what_is_left_is_told_before_and_more_is_refused_with_what_was_typed(client):
    before = client.get(export_url()).content.decode()
    rows = exported(client)
    after = client.get(export_url()).content.decode()
    refused = client.post(export_url(), {**ASKED, "purpose": "One more"})

    assert rows == 2
    assert "You can export 3 signatures within 24 hours. You can export 3 more now." in before
    assert "You can export 1 more now." in after
    assert (after.count("These are more signatures than you can export now."), rows) == (3, 2)
    assert refused.status_code == 422
    assert "One more" in refused.content.decode()
    assert ModelLogEntry.objects.filter(action="petition.export").count() == 1
    assert exported(client, **searched(client, "Bea")) == 1


def test_the_next_day_it_begins_anew_and_others_have_their_own(client, people, browse):
    exported(client)
    assert export_allowance.left(people.river_manager) == 1
    assert export_allowance.left(people.manager) == 3

    ModelLogEntry.objects.update(timestamp=timezone.now() - timedelta(hours=25))
    assert export_allowance.left(people.river_manager) == 3


def test_what_is_being_made_counts_too(client, people, settings):
    settings.EXPORT_STREAMED_ROWS = 1

    client.post(export_url(), ASKED)
    again = client.post(export_url(), {**ASKED, "second": "yes"})

    assert (export_allowance.left(people.river_manager), again.status_code) == (1, 422)


def test_without_a_limit_nothing_is_said(client, settings):
    settings.EXPORT_ROWS_A_DAY = 0

    assert "You can export" not in client.get(export_url()).content.decode()
    assert (exported(client), exported(client)) == (2, 2)


def test_other_formats_are_offered_with_the_same_filters(client, teams):
    page = client.get(export_url("csv", petition=teams.ours.pk)).content.decode()
    content = b"".join(download(client, "jsonl", petition=teams.ours.pk).streaming_content)

    for format in ("xlsx", "jsonl"):
        assert f"?petition={teams.ours.pk}&amp;export={format}" in page
    assert content.count(b"\n") == 2


def test_a_workbook_that_is_on_its_way_counts_with_all_its_rows(client, people):
    download(client, "xlsx")

    soon = export_allowance.left(people.river_manager)
    entry = ModelLogEntry.objects.get()
    entry.data = {**entry.data, "sha256": ""}  # as if the download was cut off
    entry.save()
    assert export_allowance.left(people.river_manager) == 3
    ModelLogEntry.objects.update(timestamp=timezone.now() - timedelta(hours=1))

    assert (soon, export_allowance.left(people.river_manager)) == (1, 3)
