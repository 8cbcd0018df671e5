"""Exports of only what is new since the last export of the same shape and filters."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from campaigns.models import Import, Signature
from campaigns.moderation import moderating
from tests.campaigns.cms.signatures.test_export_answers import ASKED, csv_rows, download, export_url
from tests.campaigns.imports.test_importing import bring_in, upload
from tests.factories import make_signature

pytestmark = pytest.mark.django_db

HOURS = timedelta(hours=2)
REST = ["", "", "", "2026-03-31"]


@pytest.fixture
def client(people, browse):
    return browse(people.river_manager)


def names(client, shape="handover", **query) -> list[str]:
    rows = csv_rows(download(client, shape=shape, new="yes", **query))
    return sorted(row["Name"] for row in rows)


def whole(client, shape="handover", **query) -> None:
    """Make a complete export two hours old, of signatures that are three hours old."""
    three = timezone.now() - timedelta(hours=3)
    Signature.objects.update(signed_at=three)
    Signature.objects.exclude(confirmed_at=None).update(confirmed_at=three)
    csv_rows(download(client, shape=shape, **query))
    ModelLogEntry.objects.update(timestamp=timezone.now() - HOURS)


def test_new_are_those_who_signed_confirmed_or_were_released_since(client, teams):
    waits = make_signature(teams.ours, name="Confirms", email="1@example.org", confirmed_at=None)
    held = make_signature(
        teams.ours, name="Released", email="2@example.org", moderation="quarantined"
    )
    whole(client)
    Signature.objects.filter(pk=waits.pk).update(confirmed_at=timezone.now())
    moderating.moderate(
        Signature.objects.filter(pk=held.pk), moderation="", reason="A school", by=None
    )
    make_signature(teams.ours, name="Signs", email="3@example.org")

    assert names(client) == ["Confirms", "Released", "Signs"]


def test_who_was_imported_since_is_new_whatever_day_stands_on_the_paper(client, teams):
    earlier, later = (upload(teams.ours, [[name, *REST]]) for name in ("Grace", "Amina"))
    bring_in(earlier)
    whole(client)
    Import.objects.update(ended_at=timezone.now() - 2 * HOURS)
    bring_in(later)

    assert names(client) == ["Amina"]


def test_who_proves_the_mailbox_after_a_confirmation_by_hand_is_new_in_the_mailing_list(
    client, teams
):
    old = timezone.now() - timedelta(hours=3)
    informed = {"updates": True, "confirmed_at": old}
    make_signature(teams.ours, name="Known", email="1@example.org", **informed)
    late = make_signature(
        teams.ours, name="By hand", email="2@example.org", **informed | {"proven_at": None}
    )
    for shape in ("mailing", "handover"):
        whole(client, shape)
    Signature.objects.filter(pk=late.pk).update(proven_at=timezone.now())

    assert (names(client, "mailing"), names(client)) == (["By hand"], [])


def test_what_was_new_is_not_new_a_second_time(client, teams):
    whole(client)
    make_signature(teams.ours, name="Signs", email="3@example.org")
    first = names(client)
    Signature.objects.update(signed_at=timezone.now() - HOURS, confirmed_at=timezone.now() - HOURS)

    assert (first, names(client)) == (["Signs"], [])


def test_another_shape_other_filters_and_a_file_that_was_cut_off_are_not_the_last(client, teams):
    whole(client, shape="everything")
    whole(client, country="KE")
    entry = ModelLogEntry.objects.latest("pk")
    download(client, shape="handover")

    assert names(client) == ["Ada Lovelace"]
    assert entry.data["finished"]


def test_a_petition_that_was_exported_by_itself_counts_as_exported(client, teams):
    whole(client, petition=teams.ours.pk)

    assert names(client) == []


def test_what_another_team_exports_is_no_last_export_of_ours(client, teams, people, browse):
    whole(browse(people.administrator), petition=teams.theirs.pk)

    page = client.get(export_url(new="yes")).content.decode()

    assert page.count("Never exported with these filters so far: these are all.") == 4
    assert names(client) == ["Ada Lovelace"]


def test_the_screen_says_since_when_and_how_many(client, teams):
    whole(client)

    page = client.get(export_url(new="yes")).content.decode()

    assert page.count("New since the last export, on ") == 1
    assert "0 signatures" in page


def test_the_histories_say_that_it_was_only_what_is_new(client, teams):
    whole(client)
    names(client)

    [last] = ModelLogEntry.objects.filter(action="petition.export", data__new=True)
    assert (last.data["counted"], ASKED["purpose"]) == (0, last.data["purpose"])


def test_who_confirmed_in_the_minute_before_is_in_both_files(client, teams):
    """The transaction of a confirmation may commit after the export has started."""
    whole(client)
    before = ModelLogEntry.objects.latest("pk").timestamp - timedelta(seconds=30)
    Signature.objects.filter(pk=teams.ada.pk).update(confirmed_at=before)

    assert names(client) == ["Ada Lovelace"]
