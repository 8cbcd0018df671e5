"""Going back to an earlier revision of a campaign page brings back its petition as it was then."""

import re

import pytest
from bs4 import BeautifulSoup, SoupStrainer
from django.urls import reverse
from django.utils import timezone

from campaigns.cms.pages.campaign_form import PREFIX
from tests.campaigns.cms.browsing import url
from tests.campaigns.cms.pages.test_composing import composed, newest
from tests.campaigns.cms.pages.test_publishing import edit
from tests.database import taken_back
from tests.factories import days_ago, make_campaign, make_petition


def revert(page, revision):
    return reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, revision.pk])


@pytest.fixture
def versions(page, draft, people, browse):
    """Two revisions of a page, saved by an editor with two letters and two titles."""
    client = browse(people.editor)
    client.post(edit(page), composed(draft, letter={"opening": "First."}, title="Bees"))
    first = page.revisions.order_by("pk").last()
    client.post(edit(page), composed(draft, letter={"opening": "Second."}, title="Wasps"))
    assert (newest(draft).opening, newest(draft).title) == ("Second.", "Wasps")
    return first


def test_the_petition_is_shown_and_saved_as_it_was(page, draft, versions, people, browse):
    client = browse(people.editor)
    view = reverse("wagtailadmin_pages:revisions_view", args=[page.pk, versions.pk])
    read = client.get(view).content.decode()
    with taken_back():
        two_versions_are_compared_with_their_petitions(client, page, versions)

    shown = client.get(revert(page, versions)).content.decode()
    sent = composed(draft, letter={"opening": "First."}, title="Bees")
    answer = client.post(revert(page, versions), sent)

    assert ". Its petition is shown as it was then, too." in shown
    assert (">First.</textarea>" in shown.replace("\n", ""), "Second." in shown) == (True, False)
    assert answer.status_code == 302
    assert (newest(page).title, newest(draft).title) == ("Bees", "Bees")
    assert newest(draft).opening == "First."
    assert ("First." in read, "Second." in read) == (True, False)


def two_versions_are_compared_with_their_petitions(client, page, first):
    page.save_revision().publish()
    last = page.revisions.order_by("pk").last()

    def compared(*revisions):
        path = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, *revisions])
        text = client.get(path).content.decode()
        return re.findall(r"<span class=\"(\w+)\">(First|Second)", text)

    both = [("deletion", "First"), ("addition", "Second")]
    assert [compared(first.pk, other) for other in (last.pk, "latest", "live")] == [both] * 3
    assert compared(last.pk, "latest") == []


def test_who_cannot_change_the_petition_is_told_that_it_stays(
    teams, editor, page_publishers, browse
):
    editor.groups.add(page_publishers)
    page = make_campaign(teams.theirs)
    revision = page.save_revision()

    shown = browse(editor).get(revert(page, revision)).content.decode()

    assert f'name="{PREFIX}-opening"' not in shown
    assert "its petition stays as it is now" in shown


def test_a_petition_that_has_closed_does_not_open_again(people, browse):
    petition = make_petition(title="A story")
    page = make_campaign(petition, title="A story")
    before, earlier = petition.save_revision(), page.save_revision()
    petition.closes_at = days_ago(1)
    petition.save_revision().publish()
    client = browse(people.moderator)

    def shown(path, name="closes_at"):
        inputs = SoupStrainer("input", attrs={"name": name})
        form = BeautifulSoup(client.get(path).content, "html.parser", parse_only=inputs)
        return form.input["value"]

    now = f"{timezone.localtime(petition.closes_at):%Y-%m-%d %H:%M}"
    then = shown(url("revisions_revert", petition.pk, before.pk))
    with_page = shown(revert(page, earlier), f"{PREFIX}-closes_at")

    assert (then, with_page) == (now, now)
