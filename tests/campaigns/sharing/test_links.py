"""Links to share: they lead to the story, with the editors' text."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from wagtail.models import PageViewRestriction

from campaigns import caching
from campaigns.models import DefaultTexts
from campaigns.pages.stories import story_url, story_urls
from campaigns.sharing import links, posters, sheets
from tests.factories import days_ago, make_article, make_campaign, make_petition
from tests.printed import texts

pytestmark = pytest.mark.django_db

WORDS = links.Words("A subject & more", "First line\n\nSecond", "Look & {sign}", "A post")
URL = "https://site.example/campaigns/river/"


def test_each_channel_gets_its_own_words_and_its_own_source():
    found = {key: unquote(url) for key, _, url in links.share_links(URL, WORDS)}

    assert found == {
        "mail": f"mailto:?subject=A subject & more&body=First line\n\nSecond\n\n{URL}?source=mail",
        "whatsapp": f"https://wa.me/?text=Look & {{sign}} {URL}?source=whatsapp",
        "telegram": f"https://t.me/share/url?url={URL}?source=telegram&text=Look & {{sign}}",
        "bluesky": f"https://bsky.app/intent/compose?text=A post {URL}?source=bluesky",
        "mastodon": f"https://share.joinmastodon.org/#text=A post {URL}?source=mastodon",
        "x": f"https://x.com/intent/post?url={URL}?source=x&text=A post",
        "facebook": f"https://www.facebook.com/sharer/sharer.php?u={URL}?source=facebook",
    }


def test_what_is_filled_in_is_quoted():
    address = links.share_links(URL, WORDS)[0][2]

    assert parse_qs(urlsplit(address).query)["subject"] == ["A subject & more"]


@pytest.mark.parametrize(
    ("url", "source", "expected"),
    [
        ("", "x", ""),  # of a page that has no address, such as a draft
        ("/a/", "", "/a/"),
        ("/a/", "x", "/a/?source=x"),
        ("/a/?b=c", "x", "/a/?b=c&source=x"),
        ("/a/#d", "x", "/a/?source=x#d"),
    ],
)
def test_a_source_is_added_to_any_url(url, source, expected):
    assert links.sourced(url, source) == expected


def test_the_words_are_the_petitions_else_the_organisations_else_those_of_the_software():
    petition = make_petition(share_post="Only {title}, {0} and {name}")
    DefaultTexts.objects.create(locale=petition.locale, share_message="Sign: {title}")

    words = links.words(petition.texts, petition.title)

    assert words == links.Words(
        subject="Keep the river free",
        mail="Please read this, and add your name if you agree: “Keep the river free”",
        message="Sign: Keep the river free",
        post="Only Keep the river free, {0} and {name}",
    )


def test_the_story_is_the_page_that_was_signed_on_else_the_newest():
    first = make_campaign()
    petition = first.petition
    second = make_campaign(petition, title="Another story")
    stranger = make_campaign(make_petition(slug="other"), slug="other")

    assert story_url(petition) == second.canonical_url
    assert story_url(petition, page=first.pk) == first.canonical_url
    assert story_url(petition, page=stranger.pk) == second.canonical_url
    assert story_urls([petition, stranger.petition]) == {
        petition.pk: second.canonical_url,
        stranger.petition.pk: stranger.canonical_url,
    }


def test_a_private_or_unpublished_story_is_shared_with_nobody():
    page = make_campaign()
    petition = page.petition
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)

    assert story_url(petition, page=page.pk) == petition.full_url
    PageViewRestriction.objects.all().delete()
    page.unpublish()
    caching.clear()
    assert story_url(petition, page=page.pk) == petition.full_url


def test_the_code_on_the_poster_leads_to_the_story():
    page = make_campaign()

    assert posters.code_url(page.petition) == f"{page.canonical_url}?source=poster"


def test_the_codes_of_shares_are_those_of_the_links_and_of_the_link_alone():
    keys = [key for key, _label, _url in links.share_links(URL, WORDS)]

    assert [*keys, "link"] == list(links.SHARES)


@pytest.mark.parametrize("fields", [{}, {"closes_at": days_ago(1)}], ids=["open", "closed"])
def test_names_are_asked_for_while_people_can_sign(client, fields):
    campaign = make_campaign(make_petition(**fields))
    asks = not fields

    page = unquote(client.get(campaign.url).content.decode())
    article = unquote(client.get(make_article().url).content.decode())

    assert ("add your name if you agree" in page) == asks
    assert ("Please read this: “Keep the river free”" in page) == (not asks)
    assert "add your name" not in article


def test_a_web_address_in_other_letters_is_shown_and_printed_in_these_letters(client):
    page = make_campaign(slug="спасите-реку")

    (poster,) = texts(posters.poster(page.petition))
    (sheet,) = texts(sheets.sheets(page.petition, number=1))

    typed = posters.typed_url(page.petition)
    assert typed == f"{urlsplit(page.canonical_url).netloc}/campaigns/спасите-реку"
    assert typed in poster
    assert typed in sheet
    assert f'<bdi dir="ltr">http://{typed}/</bdi>' in client.get(page.url).content.decode()
    assert "%D1" in posters.code_url(page.petition)  # programs read the code
