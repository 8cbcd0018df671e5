"""Pages that tell a story."""

import re
from collections import defaultdict
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from campaigns.counting import counting
from campaigns.models import CampaignIndexPage, CampaignPage, State, Tally
from campaigns.pages.next_steps import open_campaigns
from campaigns.petitions.state import in_state
from home.models import HomePage
from tests.factories import (
    make_article,
    make_campaign,
    make_home,
    make_petition,
    make_signature,
)

pytestmark = pytest.mark.django_db


def test_the_form_follows_a_story_without_a_petition_block(client):
    page = make_campaign()

    text = client.get(page.url).content.decode()

    assert text.count('class="petition-form"') == 1
    assert f'action="{page.petition.url_path("sign")}"' in text
    assert f'name="page" value="{page.pk}"' in text


def test_a_petition_block_shows_the_pages_own_once(client):
    page = make_campaign(body=[("petition", {"petition": None}), ("text", "<p>After.</p>")])

    text = client.get(page.url).content.decode()

    assert text.count('class="petition-form"') == 1
    assert text.index("petition-form") < text.index("After.")


@pytest.mark.parametrize("make", [make_article, make_campaign])
def test_a_petition_that_a_story_has_twice_is_shown_once(client, make):
    petition, other = make_petition(), make_petition(title="Another")
    blocks = [("petition", {"petition": each}) for each in (petition, other, petition)]
    page = make(body=blocks) if make is make_article else make(petition, body=blocks)

    text = client.get(page.url).content.decode()

    ids = re.findall(r'\bid="([^"]+)"', text)
    assert [each for each in set(ids) if ids.count(each) > 1] == []
    assert text.count(f'class="button" href="#sign-{petition.slug}"') == 1 + (make is make_campaign)


def test_several_pages_carry_one_petition_and_one_count(client):
    petition = make_petition()
    pages = [make_campaign(petition, title=title) for title in ("River", "The last river")]
    make_signature(petition)
    counting.recount()

    for page in pages:
        assert petition.url_path("count") in client.get(page.url).content.decode()


def test_an_article_may_carry_any_petition(client):
    """One in another language is signed in that language: what is read there is stored."""
    petition = make_petition(shows_signers=True)
    arabic = make_petition(locale="ar", title="النهر", shows_signers=True)
    page = make_article(body=[("petition", {"petition": each}) for each in (petition, arabic)])

    shown = BeautifulSoup(client.get(page.url).content, "html.parser")

    for each, direction in ((petition, "ltr"), (arabic, "rtl")):
        form = shown.find("form", action=each.url_path("sign"))
        around = form.find_parent(lang=True)
        read = " ".join(form.text.split())
        assert (around["lang"], around["dir"]) == (each.locale.language_code, direction)
        assert " ".join(each.parts["shown_label"].split("\n")[0].split()) in read


def test_a_draft_petition_shows_the_public_no_form(client):
    page = make_campaign(make_petition(live=False))

    response = client.get(page.url)

    assert response.status_code == 200
    assert "petition-form" not in response.content.decode()
    assert "Dear Minister" not in response.content.decode()
    assert page.url not in client.get(page.get_parent().url).content.decode()


def test_a_closed_petitions_page_stays_with_its_count_and_other_campaigns(client):
    closed = make_petition(
        closes_at=timezone.now() - timedelta(days=1), closed_notice="It has ended."
    )
    page = make_campaign(closed)
    make_signature(closed)
    make_campaign(make_petition(title="Library"), title="Keep the library open")
    counting.recount()

    response = client.get(page.url)

    text = response.content.decode()
    assert response.status_code == 200
    assert "It has ended." in text
    assert "Keep the library open" in text
    assert "petition-form" not in text
    assert 'data-count="1"' in text or ">1<" in text


def test_the_index_lists_open_campaigns_before_past_ones(client):
    closed = make_petition(title="Old", closes_at=timezone.now() - timedelta(days=1))
    make_campaign(closed, title="Old one", published_on=date(2026, 11, 1))
    make_campaign(make_petition(title="New"), title="New one", published_on=date(2026, 1, 1))

    text = client.get(CampaignIndexPage.objects.get().url).content.decode()

    assert 0 < text.index("New one") < text.index("Old one")


def queries_of(client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_index_has_pages_of_twelve_of_which_open_campaigns_fill_the_first(client):
    closed = make_petition(title="Old", closes_at=timezone.now() - timedelta(days=1))
    make_campaign(closed, title="Old one", published_on=date(2026, 11, 1))
    for number in range(13):
        make_campaign(make_petition(title=f"New {number}"))
    index, heading = CampaignIndexPage.objects.get(), "Not open for signatures"

    first, second = (client.get(index.url, {"page": page}).content.decode() for page in (1, 2))
    beyond = client.get(index.url, {"page": 99}).content.decode()
    numbers = [queries_of(client, f"{index.url}?page={page}") for page in (1, 2, 1, 2)]

    titles = [re.findall(r"<h3><a [^>]+>(.*?)</a>", each) for each in (first, second)]
    assert titles == [[f"New {number}" for number in range(12, 0, -1)], ["New 0", "Old one"]]
    assert [heading in each for each in (first, second)] == [False, True]
    assert re.findall(r'rel="(prev|next)" href="(.*?)"', first + second) == [
        ("next", "?page=2"),
        ("prev", "?page=1"),
    ]
    assert f'rel="canonical" href="{index.canonical_url}"' in second
    assert beyond == second
    assert numbers[2] == numbers[3]


@pytest.mark.parametrize("lists", ["campaigns", "home"])
def test_lists_take_as_many_queries_for_three_as_for_one(client, lists):
    def queries() -> int:
        return queries_of(client, "/" if lists == "home" else CampaignIndexPage.objects.get().url)

    make_campaign(make_petition(title="One"), title="One")
    queries()
    one = queries()
    for title in ("Two", "Three"):
        make_campaign(make_petition(title=title), title=title)

    assert queries() == one


def test_the_database_finds_campaigns_in_the_state_that_their_petitions_are_in():
    before, after = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)
    times = {
        "open": {},
        "open for a day": {"opens_at": before, "closes_at": after},
        "scheduled": {"opens_at": after},
        "closed": {"closes_at": before},
        "paused": {},
        "paused and closed": {"closes_at": before},
        "won": {},
        "won, paused and closed": {"closes_at": before},
        "draft": {"live": False},
    }
    for title, fields in times.items():
        tally = make_campaign(make_petition(title=title, **fields), title=title).petition.tally
        tally.paused_at = before if "paused" in title else None
        tally.won_at = before if "won" in title else None
        tally.save()

    found = {
        state: {page.title for page in CampaignPage.objects.filter(in_state(state))}
        for state in State
        if state != State.DRAFT
    }

    expected = defaultdict(set)
    for page in CampaignPage.objects.all():
        expected[page.card_state].add(page.title)
    assert expected.pop(State.DRAFT) == {"draft"}
    assert found == expected


def test_who_has_the_petition_cannot_be_lost_with_the_page():
    page = make_campaign()
    page.delete()

    assert Tally.objects.count() == 1


def test_a_page_without_its_petition_is_a_draft_only():
    page = CampaignPage(title="Unfinished")

    assert not page._meta.get_field("petition").blank
    assert page._meta.get_field("petition").null


def test_the_shorter_way_leads_to_the_same_page_and_to_no_other(client):
    page = make_campaign(title="River")

    statuses = [
        client.get(address).status_code
        for address in (page.url, "/river/", "/news/river/", "/fr" + page.url, page.url + "x/")
    ]

    assert statuses == [200, 404, 404, 404, 404]


def test_aliases_of_private_pages_are_in_no_list(client):
    make_home()
    private = make_campaign(title="Private")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    alias = private.create_alias(update_slug="alias")
    alias.create_alias(update_slug="alias-of-the-alias")
    make_campaign(make_petition(title="Open"), title="Open")

    lists = [
        client.get(address).content.decode()
        for address in (
            "/",
            "/campaigns/",
            "/feeds/atom.xml",
            "/sitemap.xml",
            "/search/?query=private",
        )
    ]

    assert [("/alias" in text, "/private/" in text) for text in lists] == [(False, False)] * 5


def test_pages_below_a_home_page_that_the_site_does_not_use_are_in_no_list(client):
    update = {"day": date(2026, 5, 1), "heading": "Old post", "text": ""}
    make_campaign(make_petition(title="Old"), title="Old", updates=[("update", update)])
    make_article(title="Old news")
    new = Page.get_first_root_node().add_child(instance=HomePage(title="New", slug="new"))
    search = ("/search/?query=old", "/search/suggestions/?query=ol")
    paths = ("/feeds/atom.xml", "/sitemap.xml", *search)
    before = [client.get(path).content.decode() for path in paths]

    site = Site.objects.get()
    site.root_page = new
    site.save()

    after = [client.get(path).content.decode() for path in paths]
    words = re.compile("Old|/campaigns/|/updates/")
    assert [bool(words.search(text)) for text in before] == [True] * 4
    assert [words.findall(text) for text in after] == [[]] * 4
    assert after[1].count("<loc>") == 1
    assert open_campaigns() == []


def test_an_index_of_news_lists_all_articles_the_newest_first(client):
    for day in (2, 3, 1):
        article = make_article(title=f"Day {day}", published_on=date(2026, 5, day))

    text = client.get(article.get_parent().url).content.decode()

    assert text.index("Day 3") < text.index("Day 2") < text.index("Day 1")
