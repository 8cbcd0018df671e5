"""One search over what the public may read: what is found, in which state, on which topic."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from campaigns import caching
from campaigns.counting import counting
from campaigns.models import CampaignPage, Petition, Tally
from tests.database import taken_back
from tests.factories import (
    make_article,
    make_campaign,
    make_home,
    make_image,
    make_petition,
    make_signature,
    make_topic,
    make_translation,
)

pytestmark = pytest.mark.django_db


def ask(client: Client, address: str = "/search/", **parameters: str) -> HttpResponse:
    response = client.get(address, parameters)
    assert response.status_code == 200
    return response


def titles(client: Client, query: str = "", **parameters: str) -> list[str]:
    response = ask(client, **({"query": query} if query else {}), **parameters)
    return [result.title for result in response.context.get("results", [])]


def total(client: Client, **parameters: str) -> int:
    return ask(client, **parameters).context.get("found", 0)


# --- what is found ---


def test_stories_are_found_by_their_words_in_any_form(client):
    make_article(title="Snow", body=[("text", "<p>A fight with snowballs.</p>")])

    assert titles(client, "snowball fights") == ["Snow"]


def test_headings_introductions_and_captions_are_found(client):
    article = make_article()
    home, news = Page.objects.get(slug="front").specific, article.get_parent().specific
    campaign = make_campaign(caption="A heron at dawn.")
    home.heading, home.introduction = "Otters first", "<p>Beavers second.</p>"
    news.introduction = "<p>What the <b>kingfishers</b> say.</p>"
    index = campaign.get_parent().specific
    index.introduction = "<p>For every minnow.</p>"
    for page in (home, news, index):
        page.save()

    assert titles(client, "otter") == titles(client, "beaver") == [home.title]
    assert titles(client, "kingfisher") == [news.title]
    assert titles(client, "minnow") == [index.title]
    assert titles(client, "heron") == [campaign.title]


def test_a_petition_without_a_page_is_found_and_one_with_a_page_only_once(client):
    make_petition(title="Bare glacier")
    make_campaign(make_petition(title="Other glacier"), title="The other glacier")

    assert sorted(titles(client, "glacier")) == ["Bare glacier", "The other glacier"]


def test_the_best_match_comes_first_whether_page_or_petition(client):
    make_article(title="News", body=[("text", "<p>There is a glacier too.</p>")])
    make_petition(title="Glacier", ask="Save the glacier.")

    assert titles(client, "glacier") == ["Glacier", "News"]


def test_a_language_finds_its_own_pages_by_its_own_rules(client):
    english = make_campaign(title="The dam")
    petition = make_translation(english.petition, "ru", title="Строительство плотины")

    response = ask(client, "/ru/search/", query="плотина")

    assert [result.title for result in response.context["results"]] == [petition.title]
    assert [result.url for result in response.context["results"]] == [petition.url_path()]
    assert titles(client, "плотина") == []


def test_each_result_says_what_it_is_and_where_it_stands(client):
    petition = make_petition(title="River", goal=10)
    make_campaign(petition, title="The river", listing_image=make_image(), topics=[make_topic()])
    make_signature(petition)
    counting.recount()

    (result,) = ask(client, query="river").context["results"]

    shown = (str(result.kind), result.state, result.count, [str(topic) for topic in result.topics])
    assert shown == ("Campaign", "open", 1, ["Rivers"])
    assert (result.summary, result.image.title) == ("The last free river.", "red")


# --- narrowing down ---


@pytest.fixture
def states() -> None:
    """A campaign and a bare petition in each state."""
    before, after = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)
    times = {
        "open": {},
        "closed": {"closes_at": before},
        "paused": {},
        "scheduled": {"opens_at": after},
        "won": {},
    }
    for state, fields in times.items():
        make_campaign(make_petition(title=f"P {state}", **fields), title=f"River {state}")
        make_petition(title=f"Bare river {state}", **fields)
    for state in ("paused", "won"):
        petitions = Petition.objects.filter(title__endswith=state).values("pk")
        Tally.objects.filter(petition__in=petitions).update(**{f"{state}_at": before})


def test_only_what_is_in_a_state_is_shown(client, states):
    make_article(title="River, and no petition")

    found = {
        (state, words): sorted(titles(client, words, state=state))
        for state in ("open", "closed", "paused", "scheduled", "won")
        for words in ("river", "")
    }

    assert found == {key: [f"Bare river {key[0]}", f"River {key[0]}"] for key in found}


def test_only_what_is_on_a_topic_is_shown_the_newest_first(client):
    rivers, woods = make_topic("Rivers"), make_topic("Woods")
    campaign = make_campaign(title="Dam", topics=[rivers, woods])
    article = make_article(title="Dam news", topics=[rivers])
    make_article(title="Wood news", topics=[woods])
    make_petition(title="Bare dam")
    for page, days in ((campaign, 1), (article, 2)):
        page.first_published_at = timezone.now() - timedelta(days=days)
        page.save()

    assert titles(client, topic="rivers") == ["Dam", "Dam news"]
    assert titles(client, "news", topic="rivers") == ["Dam news"]
    assert titles(client, topic="woods", state="open") == ["Dam"]


def test_a_topic_holds_for_the_translations_of_what_it_was_chosen_on(client):
    topic = make_topic()
    make_topic("Реки", locale="ru", slug=topic.slug, translation_key=topic.translation_key)
    english = make_campaign(topics=[topic])
    petition = make_translation(english.petition, "ru")
    russian = english.copy_for_translation(petition.locale, copy_parents=True)
    russian.title, russian.listing_summary, russian.petition = "Плотина", "О плотине.", petition
    russian.save_revision().publish()

    response = ask(client, "/ru/search/", topic="rivers")

    assert [result.title for result in response.context["results"]] == ["Плотина"]
    assert [topic.title for topic in response.context["results"][0].topics] == ["Реки"]


def test_every_link_keeps_what_else_was_asked_for(client):
    make_campaign(title="Dam", topics=[make_topic()])
    for number in range(11):
        make_article(title=f"Dam {number}", slug=f"dam-{number}", topics=make_rivers())

    response = ask(client, query="dam & river", topic="rivers", page="1")
    links = {choice.label: choice.url for choice in response.context["states"]}
    long = ask(client, query="dam", topic="rivers").content.decode()

    assert links["Won"] == "/search/?query=dam+%26+river&state=won&topic=rivers"
    assert 'href="?query=dam&amp;topic=rivers&amp;page=2"' in long
    assert '<input type="hidden" name="topic" value="rivers">' in long
    assert len(titles(client, "dam", topic="rivers", page="2")) == 2


def make_rivers():
    return list(CampaignPage.objects.get().topics.all())


def test_what_there_is_not_asks_for_nothing(client):
    make_campaign()

    for parameters in ({"state": "draft"}, {"state": "x"}, {"topic": "nothing"}):
        response = ask(client, **parameters)

        assert "found" not in response.context, parameters
        assert not response.context["question"].is_asked, parameters


# --- what is not found ---


HIDE = {
    "draft": lambda page: type(page).objects.filter(pk=page.pk).update(live=False),
    "private": lambda page: restrict(page),
    "below a private page": lambda page: restrict(page.get_parent()),
}


def restrict(page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def test_what_the_public_may_not_read_is_neither_found_nor_counted(client):
    make_home()
    topic = make_topic("Glaciers")
    campaign = make_campaign(make_petition(title="Glacier"), title="Glacier", topics=[topic])
    article = make_article(title="Glacier news", topics=[topic])
    asked = [{"query": "glacier"}, {"topic": "glaciers"}, {"state": "open"}]
    before = [total(client, **parameters) for parameters in asked]

    assert before == [2, 2, 1]
    for name, hide in HIDE.items():
        with taken_back():
            for page in (campaign, article):
                hide(page)
            # The petition of a draft is found by itself; that of a private page is private, too.
            bare = 1 if name == "draft" else 0
            assert [total(client, **each) for each in asked] == [bare, 0, bare], name
            text = ask(client).content.decode()
            assert ("Glaciers" in text, "Glacier news" in text) == (False, False), name


def test_an_alias_of_a_private_page_is_not_found(client):
    article = make_article(title="Glacier")
    article.create_alias(update_slug="alias")
    before = total(client, query="glacier")

    restrict(article)

    assert (before, total(client, query="glacier")) == (1, 0)


def test_a_petition_whose_original_is_a_draft_is_not_found(client):
    original = make_petition(title="Glacier")
    make_translation(original, "ru", title="Ледник")
    before = ask(client, "/ru/search/", query="ледник").context["found"]

    original.unpublish()

    after = ask(client, "/ru/search/", query="ледник")
    assert (before, after.context["found"]) == (1, 0)


def test_drafts_of_petitions_are_not_found(client):
    make_petition(title="Glacier in draft", live=False)
    make_campaign(make_petition(slug="draft", live=False), title="Glacier page")

    assert titles(client, "glacier") == []


def test_a_topic_is_offered_once_a_published_page_has_it(client):
    topic = make_topic()
    draft = make_campaign(title="Dam", live=False, topics=[topic])
    before = ask(client).content.decode()

    draft.save_revision().publish()
    caching.clear()

    assert ("Rivers" in before, "Rivers" in ask(client).content.decode()) == (False, True)
