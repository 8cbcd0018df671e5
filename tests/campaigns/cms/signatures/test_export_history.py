"""The list of exports: who exported what, and nothing of another team."""

import hashlib
from html import unescape

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import LogContext
from wagtail.models import Site

from campaigns.models import Signature
from tests.campaigns.cms.conftest import grant, make_team, make_user
from tests.campaigns.cms.signatures.test_export_answers import download, entry
from tests.campaigns.cms.signatures.test_export_answers_unfinished import begin, cut_off, read
from tests.factories import make_signature

__all__ = ["begin"]  # a fixture

LIST, RESULTS = reverse("exports"), reverse("exports_results")


def taken(client, format="csv", shape="handover", **query) -> bytes:
    return b"".join(download(client, format, shape, **query).streaming_content)


def listed(client, **query) -> list[list[str]]:
    """The cells of the list as staff see them; only its rows are asked for."""
    answer = client.get(RESULTS, query)
    assert answer.status_code == 200
    table = BeautifulSoup(answer.content, "html.parser").select("table.listing tbody tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("td")] for row in table]


def told(client, **query) -> list[str]:
    """Each row without the checksum, the file's name and the time."""
    return [
        " / ".join([what, file.split(" SHA-256")[0].rsplit(" ", 1)[0], rows, who])
        for what, file, rows, who, _moment in listed(client, **query)
    ]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_list_has_the_sum_of_the_file_as_it_was_sent(format, teams, people, browse):
    client = browse(people.river_manager)

    content = taken(client, format, petition=teams.ours.pk)

    ((what, file, rows, who, _moment),) = listed(client)
    day = timezone.localdate().isoformat()
    assert (what, rows, who) == ("Handover Free the river", "1", "river")
    assert file == (
        f"Handing over, {format.upper()} free-the-river-handing-over-{day}.{format} "
        f"SHA-256: {hashlib.sha256(content).hexdigest()}"
    )


def test_each_shape_stands_in_the_history_and_in_the_list(teams, people, browse):
    client = browse(people.river_manager)
    for shape in ("handover", "mailing", "analysis", "everything"):
        taken(client, shape=shape, petition=teams.ours.pk, country="DE")

    assert told(client) == [
        "Handover Free the river / Everything, CSV Filters: Germany / 0 / river",
        "Handover Free the river / Analysis, CSV Filters: Germany / 0 / river",
        "Handover Free the river / Mailing list, CSV Filters: Germany / 0 / river",
        "Handover Free the river / Handing over, CSV Filters: Germany / 0 / river",
    ]
    assert told(client, shape="mailing") == [told(client)[2]]


def test_nothing_of_another_team_is_in_the_list(teams, people, browse):
    theirs = browse(make_user("forester", make_forest_team(teams)))
    taken(theirs, petition=teams.theirs.pk)
    taken(browse(people.manager))  # of both teams
    taken(browse(people.river_manager))

    ours = browse(people.river_manager)
    page = unescape(ours.get(LIST).content.decode())

    assert told(ours) == [
        "Handover Free the river / Handing over, CSV / 1 / river",
        "Handover Free the river / Handing over, CSV / 1 / manager",
    ]
    assert ("Spare the forest" in page, "forester" in page) == (False, False)
    # A filter by objects that one may not see finds nothing, and reveals no more.
    assert listed(ours, petition=teams.theirs.pk) == listed(ours, user="999999") == []
    assert len(listed(browse(people.administrator))) == 3


def make_forest_team(teams) -> str:
    return make_team("Forest team", teams.forest, "view_signatures", "export_handover").name


def test_the_list_of_who_exports_several_petitions_has_one_row_for_one_file(teams, people, browse):
    make_signature(teams.ours, email="second@example.org")
    client = browse(people.manager)

    taken(client)

    assert told(client) == [
        "Handover Free the river Spare the forest / Handing over, CSV / 3 / manager"
    ]
    assert told(client, petition=teams.ours.pk) == told(client)
    assert client.get(LIST).context["paginator"].verbose_name_plural == "exports"


def test_the_list_is_filtered_by_person_and_day(teams, people, browse):
    taken(browse(people.manager), petition=teams.ours.pk)
    taken(browse(people.river_manager), petition=teams.ours.pk)
    client = browse(people.river_manager)
    today = timezone.localdate().isoformat()

    assert [row.rsplit(" ", 1)[1] for row in told(client)] == ["river", "manager"]
    assert len(told(client, user=people.manager.pk)) == 1
    assert len(told(client, timestamp_from=today, timestamp_to=today)) == 2
    assert told(client, timestamp_to="2026-01-01") == []
    assert told(client, timestamp_from="no day") == []


def test_an_export_that_was_cut_off_has_no_sum(begin, teams, people, browse):
    with LogContext(people.river_manager):  # as during a request
        response = begin("csv")
    read(response, 2)
    cut_off(response)

    ((_what, file, rows, _who, _moment),) = listed(browse(people.river_manager))

    assert rows == "not finished: at most 2 of 6"
    assert "SHA-256" not in file
    assert entry().data["sha256"] == ""


def test_an_export_of_nothing_is_shown_to_who_made_it_and_to_administrators(people, teams, browse):
    Signature.objects.all().delete()
    Site.objects.update(id=teams.ours.pk)  # The log knows both by their numbers.
    taken(browse(people.manager))

    row = ["Handover / Handing over, CSV / 0 / manager"]
    assert told(browse(people.manager)) == told(browse(people.administrator)) == row
    assert told(browse(people.manager), petition=teams.ours.pk) == []
    assert told(browse(people.river_manager)) == []


def test_who_may_not_export_sees_no_list(people, browse):
    for user in (people.editor, people.moderator):
        client = browse(user)
        for path in (LIST, RESULTS):
            answer = client.get(path)
            assert (answer.status_code, answer.url) == (302, reverse("wagtailadmin_home")), path
        assert LIST not in client.get(reverse("jobs")).content.decode(), user  # in its menu


def test_the_list_takes_the_same_queries_for_one_export_and_for_many(
    teams, people, browse, django_assert_num_queries
):
    client = browse(people.manager)
    taken(client)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    expected = len(one)
    for _ in range(3):
        taken(client)

    with django_assert_num_queries(expected):
        assert len(client.get(LIST).context["object_list"]) == 4


def test_a_right_that_is_withdrawn_takes_the_list_away(teams, browse):
    team = make_team("Mixed", teams.river, "view_signatures", "export_handover")
    grant(team, teams.forest, "view_signatures", "export_handover")
    client = browse(make_user("mixed", "Mixed"))
    taken(client, petition=teams.theirs.pk)
    before = len(listed(client))
    team.collection_permissions.filter(collection=teams.forest).delete()

    assert (before, listed(client)) == (1, [])
