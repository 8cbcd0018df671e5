"""The dashboard shows drafts, rejected submissions and jobs, and is never empty."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.models import Collection

from operations.heartbeat import Heart
from tests.campaigns.cms.conftest import MANAGER, make_team, make_user
from tests.campaigns.cms.jobs.test_listing import make_job
from tests.campaigns.cms.pages.test_approval import act, submit
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db

HOME = "/admin/"


def rows(client, *panels: str) -> list[list[str]]:
    """The rows of each of these panels of the dashboard."""
    return rows_of(BeautifulSoup(client.get(HOME).content, "html.parser"), *panels)


def rows_of(page: BeautifulSoup, *panels: str) -> list[list[str]]:
    found = [page.select(f"#{panel}-section tbody tr") for panel in panels]
    return [[" ".join(row.get_text(" ").split()) for row in each] for each in found]


def begin(title: str, user, *, page: bool = True):
    petition = make_petition(title=title, slug=title.lower(), live=False)
    subject = make_campaign(petition, live=False) if page else petition
    for each in {subject, petition}:
        each.save_revision(user=user)
    return subject


def test_an_editor_sees_their_drafts_and_what_was_sent_back(people, browse):
    begin("River", people.editor)
    begin("Forest", people.editor, page=False)
    begin("Colleagues", people.moderator)
    client = browse(people.editor)
    [drafts] = rows(client, "drafts")

    submitted = submit(begin("Library", people.editor), people.editor)
    [waiting] = rows(client, "objects-in-workflow")
    act(browse(people.moderator), submitted, "reject", comment="Too long.")
    drafts_then, sent_back = rows(client, "drafts", "objects-in-workflow")

    assert [row.split()[0] for row in drafts] == ["Forest", "River"]
    assert ("petition" in drafts[0], "page" in drafts[1]) == (True, True)
    assert [row.split()[0] for row in drafts_then] == ["Forest", "River"]
    # The row of the page also represents its petition, which waits with it.
    assert ["Awaiting" in row for row in waiting] == [True]
    assert ["Changes requested at" in row for row in sent_back] == [True]


def test_a_petition_that_waits_alone_is_listed(people, browse):
    submit(begin("Forest", people.editor, page=False), people.editor)

    [waiting] = rows(browse(people.editor), "objects-in-workflow")

    assert [row.split()[0] for row in waiting] == ["Forest"]


def test_a_page_with_changes_is_a_draft_until_they_are_published(people, browse):
    page = make_campaign(title="River")
    client = browse(people.moderator)

    revision = page.save_revision(user=people.moderator)
    [changed] = rows(client, "drafts")
    revision.publish(user=people.moderator)

    assert rows(client, "drafts") == [[]]
    assert ["page with changes" in row for row in changed] == [True]


def test_ones_own_jobs_of_today_are_shown(people, browse):
    running = timezone.now() - timedelta(seconds=100)
    make_job(people.manager, "running", rows=25_000, started_at=running)
    make_job(people.manager, "cancelled", ended_at=timezone.now() - timedelta(hours=25))
    make_job(people.river_manager)
    Heart().beat({"main": 0.0})

    [own], [none] = (rows(browse(user), "jobs") for user in (people.manager, people.editor))
    assert own == [
        "Export: Handing over, CSV Free the river running "
        "25,000 of 100,000 about 5 minutes left Cancel : Export: Handing over, CSV"
    ]
    assert none == []


def test_nobody_sees_an_empty_page_or_the_number_of_pages(people, teams, browse):
    empty = Collection.get_first_root_node().add_child(name="Empty")
    make_team("New team", empty, *MANAGER)

    alone = browse(make_user("alone", "New team")).get(HOME).content.decode()
    others = [
        browse(user).get(HOME).content.decode()
        for user in (people.editor, people.moderator, people.manager, people.administrator)
    ]

    assert "Nothing waits for you." in alone
    assert ["Nothing waits for you." in page for page in others] == [False] * 4
    assert ["w-summary" in page for page in (alone, *others)] == [False] * 5
