"""How machines discover the pages and what is new: feeds, site map, structured data."""

import json
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageViewRestriction

from tests.factories import make_article, make_campaign, make_home, make_petition

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


def titles(client, address="/feeds/atom.xml"):
    feed = ElementTree.fromstring(client.get(address).content)
    return [title.text for title in feed.findall("a:entry/a:title", ATOM)]


def addresses(client):
    found = ElementTree.fromstring(client.get("/sitemap.xml").content)
    return [place.text for place in found.findall("s:url/s:loc", MAP)]


def test_a_feed_has_campaigns_and_articles_the_newest_first(client):
    make_article(title="Middle", published_on=date(2026, 5, 2))
    make_campaign(title="Newest", published_on=date(2026, 5, 3))
    make_article(title="Oldest", slug="oldest", published_on=date(2026, 5, 1))

    assert titles(client) == ["Newest", "Middle", "Oldest"]
    atom = ElementTree.fromstring(client.get("/feeds/atom.xml").content)
    assert atom.findtext("a:author/a:name", "", ATOM) == "Lastdrop"  # RFC 4287 requires one
    rss = ElementTree.fromstring(client.get("/feeds/rss.xml").content)
    assert [item.findtext("title") for item in rss.iter("item")] == ["Newest", "Middle", "Oldest"]


def test_what_was_published_on_its_day_has_the_moment_and_else_the_beginning_of_the_day(client):
    """What was published before its day has the moment of its first publication."""
    day, at = date(2026, 5, 2), datetime(2026, 5, 2, 15, 30, tzinfo=UTC)
    to_come = {"published_on": date(2026, 5, 12), "first_published_at": at.replace(hour=8)}
    make_article(title="To come", last_published_at=at + timedelta(days=1), **to_come)
    make_campaign(title="Of the morning", published_on=day, first_published_at=at.replace(hour=9))
    for title, moment in (("Of the afternoon", at), ("Dated back", at + timedelta(days=3))):
        make_article(title=title, published_on=day, first_published_at=moment)

    rss = ElementTree.fromstring(client.get("/feeds/rss.xml").content)

    assert [(item.findtext("title"), item.findtext("pubDate")) for item in rss.iter("item")] == [
        ("Of the afternoon", "Sat, 02 May 2026 15:30:00 +0000"),
        ("Of the morning", "Sat, 02 May 2026 09:30:00 +0000"),
        ("To come", "Sat, 02 May 2026 08:30:00 +0000"),
        ("Dated back", "Sat, 02 May 2026 00:00:00 +0000"),
    ]


def test_characters_that_xml_does_not_know_break_no_feed(client):
    make_article(title="Ver\x02bunden\ufffe", slug="bad", listing_summary="one\x0btwo")

    rss = ElementTree.fromstring(client.get("/feeds/rss.xml").content)

    [item] = rss.iter("item")
    assert (item.findtext("title"), item.findtext("description")) == ("Verbunden", "one two")
    assert titles(client) == ["Verbunden"]


def test_each_language_has_a_feed_of_its_own(client):
    article = make_article(title="Snow")
    french, _ = Locale.objects.get_or_create(language_code="fr")
    article.copy_for_translation(french, copy_parents=True)
    translation = article.get_translation(french)
    translation.title = translation.listing_summary = "Neige"
    translation.save_revision().publish()

    assert titles(client) == ["Snow"]
    assert titles(client, "/fr/feeds/atom.xml") == ["Neige"]


def test_the_feeds_of_two_languages_are_two(client):
    make_home()

    links = [
        ElementTree.fromstring(client.get(address).content).findtext("channel/link")
        for address in ("/feeds/rss.xml", "/fr/feeds/rss.xml")
    ]

    assert links == [f"{settings.BASE_URL}/", f"{settings.BASE_URL}/fr/"]


def test_private_and_unpublished_pages_are_nowhere(client):
    hidden = make_article(title="Hidden")
    make_article(title="Draft", slug="draft", live=False)
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")

    assert titles(client) == []
    assert not [address for address in addresses(client) if "hidden" in address]


def test_a_feed_takes_no_more_queries_with_more_articles(client, django_assert_max_num_queries):
    for number in range(3):
        make_article(title=f"Article {number}", slug=f"article-{number}")
        make_campaign(make_petition(slug=f"petition-{number}"), slug=f"campaign-{number}")
    client.get("/feeds/rss.xml")

    with django_assert_max_num_queries(8):
        client.get("/feeds/rss.xml")


def test_a_page_leads_to_the_feeds(client):
    page = client.get(make_home().url).content.decode()

    for address in ("/feeds/rss.xml", "/feeds/atom.xml"):
        assert f'href="{address}"' in page
        response = client.get(address)
        assert response.status_code == 200
        assert response["Cache-Control"].startswith("public")


def test_the_site_map_has_every_public_page_in_all_its_languages(client):
    article = make_article(title="Snow")
    french, _ = Locale.objects.get_or_create(language_code="fr")
    article.copy_for_translation(french, copy_parents=True)
    translation = article.get_translation(french)
    translation.title = translation.listing_summary = "Neige"
    translation.save_revision().publish()

    found = ElementTree.fromstring(client.get("/sitemap.xml").content)

    place = settings.BASE_URL + article.url
    entries = {url.findtext("s:loc", "", MAP): url for url in found.findall("s:url", MAP)}
    languages = [link.get("hreflang") for link in entries[place].findall("x:link", MAP)]
    assert languages == ["en", "fr"]
    assert {f"{settings.BASE_URL}/", place} <= set(addresses(client))


def test_the_site_map_takes_no_more_queries_with_more_pages(client):
    numbers = []
    for count in (1, 3):
        for number in range(count):
            make_campaign(slug=f"campaign-{count}-{number}")
            make_article(slug=f"article-{count}-{number}")
        addresses(client)
        with CaptureQueriesContext(connection) as captured:
            found = addresses(client)
        numbers.append((len(captured), len(found)))

    (few, of_few), (many, of_many) = numbers
    assert many == few
    assert of_many == of_few + 6


def test_the_site_map_has_the_updates_of_campaigns(client):
    day = date(2026, 5, 3)
    block = {"heading": "Heard", "text": "<p>In court.</p>", "day": day, "pictures": []}
    updates = [
        {"type": "update", "value": block, "id": f"{number}1d0b3a4-0000-4000-8000-000000000000"}
        for number in range(3)
    ]
    campaign = make_campaign()
    campaign.updates = json.dumps(updates, default=str)
    campaign.save_revision().publish()
    PageViewRestriction.objects.create(
        page=make_campaign(
            make_petition(slug="other"), title="Hidden", slug="hidden", updates=campaign.updates
        ),
        restriction_type="login",
    )
    campaign.refresh_from_db()

    found = ElementTree.fromstring(client.get("/sitemap.xml").content)

    assert campaign.last_published_at
    changed = campaign.last_published_at.date().isoformat()
    entries = {
        url.findtext("s:loc", "", MAP): url.findtext("s:lastmod", "", MAP)
        for url in found.findall("s:url", MAP)
    }
    urls = [f"{settings.BASE_URL}{campaign.url}updates/{number}1d0b3a4/" for number in range(3)]
    assert {place: day for place, day in entries.items() if "/updates/" in place} == dict.fromkeys(
        urls, changed
    )
    assert [client.get(place).status_code for place in urls] == [200] * 3


def test_the_site_map_has_petitions_that_no_page_carries(client):
    make_home()
    bare = make_petition(slug="bare")
    carried = make_petition(slug="carried")
    campaign = make_campaign(carried)
    make_petition(slug="draft", live=False)
    make_campaign(make_petition(slug="other", live=False), slug="page-of-a-draft")

    found = addresses(client)

    assert {bare.full_url, settings.BASE_URL + campaign.url} <= set(found)
    assert not [address for address in found if "carried" in address or "draft" in address]


def test_robots_are_told_where_the_map_is(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert f"Sitemap: {settings.BASE_URL}/sitemap.xml" in lines
    assert "Disallow: /admin/" in lines


# --- structured data ---


def markup(client, address):
    page = client.get(address).content.decode()
    text = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    return json.loads(text)


def test_an_article_says_what_it_is(client):
    article = make_article(title="</script><b>Snow & ice", published_on=date(2026, 5, 2))

    found = markup(client, article.url)

    assert (found["@type"], found["headline"]) == ("NewsArticle", "</script><b>Snow & ice")
    assert found["datePublished"] == "2026-05-02"


def test_a_campaign_says_how_many_support_it(client):
    campaign = make_campaign()
    campaign.petition.tally.total = 7
    campaign.petition.tally.save()

    counter = markup(client, campaign.url)["interactionStatistic"]

    assert counter["interactionType"] == "https://schema.org/EndorseAction"
    assert counter["userInteractionCount"] == 7


def test_the_front_page_says_how_to_search(client):
    target = markup(client, make_home().url)["potentialAction"]["target"]["urlTemplate"]

    assert client.get(target.removeprefix(settings.BASE_URL)).status_code == 200
