"""Lists contain a page once, and no alias of it; a choice of an alias leads to the page."""

from datetime import date

import pytest
from wagtail.models import Locale, Page, PageViewRestriction

from campaigns.cms.new_campaign.choices import templates_for
from campaigns.models import CampaignPage
from campaigns.pages import timeline
from campaigns.pages.next_steps import next_campaigns, open_campaigns
from campaigns.pages.private import readable
from campaigns.templatetags.petitions import related_campaigns
from campaigns.templatetags.sharing import campaign_to_sign
from tests.factories import days_ago, make_article, make_campaign, make_home, make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return make_home()


@pytest.fixture
def river(home):
    return make_campaign(title="River", is_template=True)


@pytest.fixture
def alias(river):
    return river.create_alias(update_slug="alias")


def test_no_list_contains_an_alias(client, river, alias, admin_user):
    article = make_article(title="Snow on the river")
    article.create_alias(update_slug="alias")

    paths = ("/", "/campaigns/", "/news/", "/search/?query=river", "/search/suggestions/?query=ri")
    lists = {path: client.get(path).content.decode() for path in paths}

    assert {path: "/alias/" in text for path, text in lists.items()} == dict.fromkeys(lists, False)
    assert river.url in lists["/campaigns/"]
    assert article.url in lists["/news/"]
    assert open_campaigns() == [river]
    assert next_campaigns(make_petition(title="Lake")) == [river]
    assert templates_for(admin_user) == [river]


def test_an_alias_elsewhere_is_in_the_list_below_which_it_lies(client, home):
    locale = Locale.objects.create(language_code="ru")
    article = make_article(title="Snow on the river")
    news = article.get_parent().specific
    for page in (home, news):
        copy = page.copy_for_translation(locale)
        copy.live = True
        copy.save()
    article.create_alias(parent=news.get_translation(locale), update_slug="alias")

    lists = [client.get(path).content.decode() for path in ("/ru/news/", "/ru/", "/news/")]

    assert ["/news/alias/" in text for text in lists] == [True, True, False]


def test_an_alias_below_another_language_leads_to_its_page(client, home, river):
    locale = Locale.objects.create(language_code="ru")
    campaigns = river.get_parent().specific
    for page in (home, campaigns):
        copy = page.copy_for_translation(locale)
        copy.live = True
        copy.save()
    update = ("update", {"heading": "In court", "text": "Today.", "day": date(2026, 1, 2)})
    river.updates = [update]
    river.save_revision().publish()
    parent = campaigns.get_translation(locale)
    alias = river.create_alias(parent=parent, update_slug="alias")
    russian = river.create_alias(parent=parent, update_slug="russian", update_locale=locale)
    entry = timeline.updates_of(river.updates)[0]

    answers = [
        client.get(f"{page.url}{part}") for page in (alias, russian) for part in ("", entry.path)
    ]

    assert [answer.get("Location") for answer in answers] == [river.url, river.url + entry.path] * 2


def test_an_alias_that_was_chosen_leads_to_its_page(client, home, river, alias):
    ended = make_petition(title="Lake", closes_at=days_ago(1), next_campaign=alias)
    lake = make_campaign(ended, successor=alias)
    make_campaign(title="Newest")
    home.featured_campaign = alias
    home.save()

    chosen = {
        "featured": client.get("/").context["featured"],
        "successor": CampaignPage.objects.get(pk=lake.pk).goes_on,
        "next": next_campaigns(ended)[0],
        "thanks": campaign_to_sign({"campaign": alias}, ended),
        "related": related_campaigns({}, {"campaigns": [alias], "number": 3})[0],
    }

    assert chosen == dict.fromkeys(chosen, river)


def test_an_alias_elsewhere_shows_nothing_of_a_private_section(client, home):
    article = make_article(title="Snow on the river")
    elsewhere = article.create_alias(parent=home, update_slug="elsewhere")
    again = elsewhere.create_alias(update_slug="again")
    password = {"restriction_type": "password", "password": "x"}
    PageViewRestriction.objects.create(page=article.get_parent(), **password)

    pages = [client.get(page.url).content.decode() for page in (article, elsewhere, again)]

    assert ["Snow on the river" in text for text in pages] == [False] * 3
    assert "/elsewhere/" not in client.get("/sitemap.xml").content.decode()
    listed = readable(Page.objects.filter(pk__in=[article.pk, elsewhere.pk, again.pk]))
    assert not listed.exists()


def test_the_canonical_address_of_an_alias_is_that_of_its_page(river, alias):
    again = alias.create_alias(update_slug="alias-of-the-alias")

    assert [page.canonical_url for page in (alias, again)] == [river.canonical_url] * 2
