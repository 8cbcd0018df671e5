import csv
import hashlib
import io
from datetime import UTC, datetime
from urllib.parse import urlencode

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from campaigns.models import Signature
from tests.campaigns.cms.browsing import said, searched
from tests.campaigns.cms.conftest import grant, make_team, make_user
from tests.campaigns.test_dates import another_zone
from tests.factories import make_signature

INDEX = reverse("signatures_modeladmin_index")
EXPORT = reverse("export_signatures")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


ASKED = {"shape": "everything", "purpose": "Handover"}


def download(client, format="csv", shape="everything", **query):
    response = client.post(export_url(format, **query), {**ASKED, "shape": shape})
    assert response.status_code == 200, response.headers
    return response


def export_url(format="csv", **query):
    return f"{EXPORT}?{urlencode({'export': format, **query})}"


def csv_rows(response):
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def names(client, **query):
    return [row["Name"] for row in csv_rows(download(client, **query))]


def entry():
    return ModelLogEntry.objects.get(action="petition.export")


def test_a_manager_exports_the_signatures_of_her_collection_only(teams, people, browse):
    client = browse(people.river_manager)

    assert names(client) == ["Ada Lovelace"]
    assert names(client, petition=teams.theirs.pk) == []
    assert names(client, **searched(client, "grace")) == []


def test_nothing_is_exported_before_its_purpose_is_told(teams, people, browse):
    client = browse(people.river_manager)
    address = export_url(petition=teams.ours.pk)

    asked = client.get(address)
    unanswered = client.post(address, {**ASKED, "purpose": " "})
    from_list = client.get(INDEX, {"export": "csv", "petition": teams.ours.pk, "p": "1"})

    assert "1 signature</h2>" in asked.content.decode()
    assert [answer.status_code for answer in (asked, unanswered)] == [200, 422]
    assert client.post(address, {"purpose": "Handover"}).status_code == 422
    assert client.post(address, {**ASKED, "shape": "secrets"}).status_code == 422
    assert from_list["Location"] == f"{EXPORT}?petition={teams.ours.pk}&export=csv"
    assert not ModelLogEntry.objects.filter(action="petition.export").exists()


def test_a_condition_that_is_not_known_is_not_exported(teams, people, browse):
    for query in ({"email__startswith": "zzz"}, {"stat": "pending"}):
        client = browse(people.river_manager)

        assert client.post(export_url(**query), ASKED).status_code == 302, query

        assert "a condition that is not known" in said(client), query
        assert not ModelLogEntry.objects.filter(action="petition.export").exists(), query


def test_exporting_needs_its_own_right(teams, people, browse):
    for user in (people.editor, people.moderator):
        client = browse(user)
        for format in ("csv", "xlsx"):
            response = client.post(export_url(format), ASKED)
            assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))
        assert "export=" not in client.get(INDEX).content.decode(), user
        assert not ModelLogEntry.objects.filter(action="petition.export").exists(), user


def test_who_may_export_one_of_two_collections_gets_that_one(teams, browse):
    mixed = make_team("Mixed", teams.river, "view_signatures", "export_everything")
    grant(mixed, teams.forest, "view_signatures")
    client = browse(make_user("mixed", "Mixed"))

    assert len(client.get(INDEX).context["object_list"]) == 2
    assert names(client) == ["Ada Lovelace"]


def test_the_file_holds_exactly_what_the_filters_show(teams, people, browse):
    make_signature(teams.ours, name="Jorge", email="j@example.org", country="AR", updates=True)
    make_signature(teams.ours, name="Pending", email="p@example.org", confirmed_at=None)
    client = browse(people.river_manager)

    assert names(client) == ["Pending", "Jorge", "Ada Lovelace"]
    assert names(client, country="AR") == ["Jorge"]
    assert names(client, state="confirmed") == ["Jorge", "Ada Lovelace"]
    assert names(client, **searched(client, "jorge", updates="true")) == ["Jorge"]
    assert names(client, state="nonsense") == []


def test_the_columns_of_a_signature(teams, people, browse, settings):
    moment = datetime(2026, 11, 24, 23, 30, 15, 999, tzinfo=UTC)
    Signature.objects.filter(pk=teams.ada.pk).update(
        country="DE",
        postcode="01067",
        comment="Für den Fluss,\nالنهر حر",
        comment_as="Ada",
        comment_state="shown",
        updates=True,
        shown_as="Ada L.",
        signed_at=moment,
        confirmed_at=moment,
        source="poster",
    )

    (row,) = csv_rows(download(browse(people.river_manager)))

    expected = {
        "Number": str(teams.ada.pk),
        "Petition": "Free the river",
        "State": "confirmed",
        "Name": "Ada Lovelace",
        "Email": "ada@example.org",
        "Country": "DE",
        "Postcode": "01067",
        "Organisation": "",
        "Phone": "",
        "Comment": "Für den Fluss,\nالنهر حر",
        "Name that may be shown with the comment": "Ada",
        "Showing the comment": "shown",
        "Keep me informed": "yes",
        "Shown as": "Ada L.",
        "Language": "en",
        "Signed": "2026-11-24T23:30:15+00:00",
        "Confirmed": "2026-11-24T23:30:15+00:00",
        "Channel": "form",
        "Source": "poster",
        "Embedding site": "",
        "Version": str(teams.ada.version_id),
    }
    assert {heading: cell for heading, cell in row.items() if heading in expected} == expected


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_file_is_in_the_language_of_who_exports_to_its_last_row(format, teams, people, browse):
    UserProfile.objects.create(user=people.river_manager, preferred_language="fr")
    client = browse(people.river_manager)

    content = b"".join(download(client, format).streaming_content)

    if format == "csv":
        headings, cells = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        headings, cells = sheet.iter_rows(values_only=True)
    assert dict(zip(headings, cells, strict=True))["Tenez-moi au courant"] == "non"


def test_a_workbook_has_times_as_times_text_as_text_and_nothing_of_another_team(
    teams, people, browse
):
    moment = datetime(2026, 11, 24, 23, 30, 15, tzinfo=UTC)
    Signature.objects.filter(pk=teams.ada.pk).update(
        name="=1+1", postcode="01067", comment="a\x07b\x1bc", signed_at=moment, confirmed_at=None
    )
    response = download(browse(people.river_manager), "xlsx")

    assert response["Content-Type"] == XLSX
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert [row[3].value for row in sheet.iter_rows()] == ["Name", "=1+1"]
    named = response["Content-Disposition"]
    assert named.startswith('attachment; filename="signatures-everything-20')
    headings, cells = (list(row) for row in sheet.iter_rows())
    row = {heading.value: cell for heading, cell in zip(headings, cells, strict=True)}
    assert row["Signed (UTC)"].value == datetime(2026, 11, 24, 23, 30, 15)
    assert row["Signed (UTC)"].is_date
    assert row["Confirmed (UTC)"].value is None
    assert (row["Name"].value, row["Name"].data_type) == ("=1+1", "s")
    assert (row["Postcode"].value, row["Postcode"].data_type) == ("01067", "s")
    assert row["Comment"].value == "abc"


def test_the_log_says_who_took_what_and_never_what_was_searched(teams, people, browse):
    client = browse(people.river_manager)
    query = {"petition": teams.ours.pk, "state": "confirmed"}
    query = searched(client, "lovelace", **query)
    zone = {"current_time_zone": another_zone()}
    UserProfile.objects.update_or_create(user=people.river_manager, defaults=zone)

    response = download(client, **query, signed_at_from="2026-01-01", updates="false", country="")
    content = b"".join(response.streaming_content)

    # The file is named for the petition and the day, which is the site's, as are those in the file.
    name = f"free-the-river-everything-{timezone.localdate().isoformat()}.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert entry().user == people.river_manager
    assert entry().content_type.model == "petition"
    assert entry().object_id == str(teams.ours.pk)
    assert entry().data == {
        "kind": entry().data["kind"],
        "new": False,
        "state": "confirmed",
        "reason": "",
        "country": "",
        "from": "2026-01-01",
        "to": "",
        "updates": False,
        "searched": True,
        "shape": "everything",
        "columns": entry().data["columns"],
        "format": "csv",
        "file": f"free-the-river-everything-{timezone.localdate().isoformat()}.csv",
        "purpose": "Handover",
        "counted": 1,
        "rows": 1,
        "finished": True,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def test_an_export_of_several_petitions_stands_in_the_history_of_each(teams, people, browse):
    make_signature(teams.ours, email="third@example.org")

    b"".join(download(browse(people.manager), "xlsx").streaming_content)

    entries = ModelLogEntry.objects.filter(action="petition.export")
    told = [(int(e.object_id), e.label, e.data["rows"], e.data["finished"]) for e in entries]
    assert sorted(told) == [
        (teams.ours.pk, "Free the river", 2, True),
        (teams.theirs.pk, "Spare the forest", 1, True),
    ]


def test_an_export_of_nothing_is_logged_too(people, browse):
    Signature.objects.all().delete()

    names(browse(people.manager))

    assert (entry().content_type.model, entry().data["rows"]) == ("site", 0)


def test_an_export_reads_well_in_the_history(teams, people, browse):
    client = browse(people.river_manager)
    names(client, **searched(client, "ada", petition=teams.ours.pk, country="DE"))
    names(client, petition=teams.ours.pk)

    history = browse(people.editor).get(
        reverse("wagtailsnippets_campaigns_petition:history", args=[teams.ours.pk])
    )
    report = browse(people.administrator).get(reverse("wagtailadmin_reports:site_history"))

    assert "Exported 0 signatures as CSV" in history.content.decode()
    assert (
        "Exported 1 signature as CSV (Everything; all), purpose: Handover, file: free-the-river-"
        in history.content.decode()
    )
    assert "Exported 0 signatures as CSV" in report.content.decode()


def test_an_export_takes_the_same_queries_for_one_row_and_for_many(
    teams, people, browse, django_assert_num_queries
):
    client = browse(people.river_manager)
    names(client)
    with CaptureQueriesContext(connection) as one:
        names(client)
    for number in range(5):
        make_signature(teams.ours, email=f"{number}@example.org")

    with django_assert_num_queries(len(one)):
        assert len(names(client)) == 6
    with CaptureQueriesContext(connection) as screen:
        assert len(client.get(EXPORT).context["columns"]) > 1
    # The earlier exports of all shapes, and how many signatures the user may still take.
    assert len([each for each in screen if "modellogentry" in each["sql"]]) == 2
