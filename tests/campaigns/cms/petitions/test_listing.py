"""The list of petitions: one row for each, with the state in each language."""

import re
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection, Workflow

from campaigns.cms.pages.explorer import CampaignPageViewSet
from campaigns.cms.petitions.viewset import PetitionViewSet
from campaigns.models import Petition
from tests.campaigns.cms.browsing import url
from tests.factories import make_campaign, make_petition, make_translation

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(teams, people, browse):
    """A function that requests the rows of the list as a moderator, as a changed filter does."""
    client = browse(people.moderator)
    return lambda **query: client.get(url("list_results"), query)


def titles(response):
    return sorted(petition.title for petition in response.context["object_list"])


def test_a_petition_is_one_row_with_the_state_of_each_language(listed, teams):
    french = make_translation(teams.ours, "fr")
    russian = make_translation(teams.ours, "ru", live=False)

    response = listed()

    assert titles(response) == ["Free the river", "Spare the forest"]
    page = re.sub(r"\s+", " ", response.content.decode())
    language = r'<li><a href="([^"]+)">(\w+)</a>(?: <span [^>]+>([^<]+)</span>)?</li>'
    shown = re.findall(language, page)
    assert shown == [
        (url("edit", teams.theirs.pk), "English", ""),
        (url("edit", teams.ours.pk), "English", "open"),
        (url("edit", french.pk), "French", "open"),
        (url("edit", russian.pk), "Russian", "draft"),
    ]


def test_a_petition_of_no_team_has_no_collection(listed, teams):
    teams.theirs.collection = Collection.get_first_root_node()
    teams.theirs.save()

    rows = BeautifulSoup(listed().content, "html.parser").select("table.listing tbody tr")

    collections = {
        row.select_one(".title-wrapper").text.strip(): row.find_all("td")[-2].text.strip()
        for row in rows
    }
    assert collections == {"Free the river": "River", "Spare the forest": ""}


def test_what_waits_for_approval_says_so_and_is_found(listed, teams, people):
    russian = make_translation(teams.ours, "ru", live=False)
    before = listed().content.decode()
    Workflow.objects.get().start(russian, people.editor)

    response = listed(state="moderation")

    assert "draft, in moderation" not in before
    assert titles(response) == ["Free the river"]
    assert "draft, in moderation" in re.sub(r"\s+", " ", response.content.decode())
    assert titles(listed(state="draft")) == ["Free the river"]


def test_a_draft_that_waits_has_one_word_for_its_state(listed, teams, people):
    Petition.objects.filter(pk=teams.ours.pk).update(live=False)
    Workflow.objects.get().start(teams.ours, people.editor)

    page = BeautifulSoup(listed().content, "html.parser")

    row = next(each for each in page.select("tr") if "Free the river" in each.text)
    states = [each.get_text(strip=True) for each in row.select(".w-status")]
    assert states == ["in moderation"]


def test_a_draft_that_waits_for_its_schedule_says_so_with_the_day(listed, teams, people, browse):
    moment = datetime(2030, 12, 5, 9, tzinfo=UTC)
    make_translation(teams.ours, "ru", live=False).save_revision(approved_go_live_at=moment)
    Petition.objects.filter(pk=teams.ours.pk).update(live=False)
    teams.ours.refresh_from_db()
    teams.ours.save_revision(approved_go_live_at=moment)
    client = browse(people.moderator)

    rows = BeautifulSoup(listed().content, "html.parser").select("tr")
    overview = client.get(url("inspect", teams.ours.pk)).content

    row = next(each for each in rows if "Free the river" in each.text)
    states = [each.get_text(strip=True) for each in row.select(".w-status")]
    assert states == ["to be published on 5 Dec 2030"]
    assert titles(listed(state="scheduled")) == ["Free the river"]
    assert "draft, to be published" not in re.sub(r"\s+", " ", row.text)
    assert titles(listed(state="draft")) == []
    box = BeautifulSoup(overview, "html.parser").select_one(".petition-status")
    assert "is to be published on 5 December 2030, 09:00 (UTC)." in box.text


def test_words_of_any_language_find_the_petition(listed, teams):
    make_translation(teams.ours, "ru", title="Свободу реке")

    assert titles(listed(q="свободу")) == ["Free the river"]
    assert titles(listed(q="forest")) == ["Spare the forest"]


def test_more_rows_and_languages_take_no_more_queries(teams, people, browse):
    client = browse(people.moderator)
    make_translation(teams.ours, "ru")
    Workflow.objects.get().start(teams.ours, people.editor)
    client.get(url("list"))
    with CaptureQueriesContext(connection) as few:
        client.get(url("list"))

    for number in range(2):
        petition = make_petition(title=f"Petition {number}")
        for code in ("ru", "fr"):
            Workflow.objects.get().start(make_translation(petition, code), people.editor)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(url("list")).context["object_list"]) == 4

    assert len(many) == len(few)


def test_pages_and_petitions_of_one_name_have_icons_of_their_own():
    assert CampaignPageViewSet.icon != PetitionViewSet.icon


def test_the_history_of_the_site_tells_a_page_from_a_petition_of_one_name(people, browse):
    page = make_campaign(make_petition(title="One name"), title="One name")
    page.save_revision(user=people.editor, log_action=True)
    page.petition.save_revision(user=people.editor, log_action=True)

    history = browse(people.administrator).get("/admin/reports/site-history/").content.decode()

    for kind in ("Campaign page", "Petition"):
        assert re.search(rf"<td>\s*{kind}\s*</td>", history, re.IGNORECASE)
