"""An original that changes after it was sent to be translated: the CMS says so."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Locale

from campaigns.models import Topic
from campaigns.petitions import publishing
from tests.campaigns.cms.translations.test_translating import (
    begin,
    edit_url,
    localize,
    page_edit_url,
    translate_above,
    type_words,
)
from tests.factories import make_article

pytestmark = pytest.mark.django_db
NEWER = "To be brought up to date"


@pytest.fixture
def statuses(browse, people):
    """The last column of the report, the newest first."""

    def read():
        report = browse(people.administrator).get(localize("translations_report")).content
        rows = BeautifulSoup(report, "html.parser").select("table.listing tbody tr")
        return [row.select("td")[-1].get_text(strip=True) for row in rows]

    return read


def told(response):
    """Return the warnings of a page about its original, and the buttons in them."""
    page = BeautifulSoup(response.content, "html.parser")
    found = [
        each for each in page.select(".messages li") if "was published after" in each.get_text()
    ]
    return [[link["href"].split("?")[0] for link in each.select("a")] for each in found]


def test_a_page_whose_original_was_published_again_is_behind(people, russian, browse, statuses):
    article = make_article(title="Snow")
    translate_above(article, russian)
    translation = begin(article, russian)
    client = browse(people.moderator)
    type_words(client, translation)
    url = page_edit_url(translation.get_target_instance())
    before = statuses()

    draft = article.get_latest_revision_as_object()
    draft.title = "More snow"
    revision = draft.save_revision()
    drafted = (statuses(), told(client.get(url)))
    revision.publish()
    published = (statuses(), told(client.get(url)))
    synchronise = localize("update_translations", translation.source_id)
    client.post(f"{synchronise}?next={url}")
    after = (statuses(), told(client.get(url)))

    assert (before, drafted) == (["Up to date"], (["Up to date"], []))
    assert published == ([NEWER], [[synchronise]])
    assert after == (["Waiting for translations"], [])


def test_whoever_may_not_synchronise_is_not_led_there(
    teams, russian_petition, translator, editor, people, browse, statuses
):
    translation = russian_petition
    petition = teams.ours.get_latest_revision_as_object()
    petition.goal = 5000
    petition.save_revision()
    publishing.publish(petition, by=people.administrator)
    url = edit_url(translation.get_target_instance())

    led = [told(browse(user).get(url)) for user in (translator, editor)]

    assert statuses() == [NEWER]
    assert led == [[[localize("update_translations", translation.source_id)]], [[]]]


def test_a_topic_is_newer_once_it_was_changed(people, russian, browse, statuses):
    topic = Topic.objects.create(title="Rivers", slug="rivers", locale=Locale.get_default())
    client = browse(people.administrator)
    translation = begin(topic, russian)
    type_words(client, translation)
    before = statuses()

    url = reverse("wagtailsnippets_campaigns_topic:edit", args=[topic.pk])
    client.post(url, {"title": "Rivers and lakes", "slug": "rivers"})

    assert (before, statuses()) == (["Up to date"], [NEWER])
    target = translation.get_target_instance()
    synchronise = localize("update_translations", translation.source_id)
    asked = client.get(reverse("wagtailsnippets_campaigns_topic:edit", args=[target.pk]))
    assert told(asked) == [[synchronise]]
    assert "original language until translated" not in client.get(synchronise).content.decode()
