"""The body of a campaign page is cached for a few seconds: what that saves, and who is excluded."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from campaigns import caching
from campaigns.models import CampaignPage, Tally
from tests.campaigns.blocks.test_story import make_picture, story
from tests.factories import make_article, make_campaign, make_petition

pytestmark = pytest.mark.django_db


NOTHING_KEPT = "django.core.cache.backends.dummy.DummyCache"


@pytest.fixture(autouse=True)
def is_kept(settings) -> None:
    settings.CACHE_SECONDS = 60


def rich_story(number: int) -> list[tuple[str, Any]]:
    """A story with all blocks `number` times, with links and pictures of their own."""
    blocks = story(number)
    for n in range(number):
        page = make_article(title=f"Linked {n}")
        link = f'<p>See <a linktype="page" id="{page.pk}">it</a>.</p>'
        film = {"url": "https://vimeo.com/1", "title": "March", "poster": make_picture(f"Film {n}")}
        blocks += [
            ("heading", "The river"),
            ("text", link),
            ("text", f"{link}{link}"),
            ("quote", {"text": "It runs."}),
            ("video", film),
            ("accordion", {"parts": [{"heading": "Who?", "text": link}]}),
        ]
    return [*blocks, ("petition", {"petition": None})]


def queries(client, page: CampaignPage) -> list[str]:
    with CaptureQueriesContext(connection) as found:
        assert client.get(page.url).status_code == 200
    return [query["sql"].partition(" FROM ")[2][:140] for query in found.captured_queries]


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_of_all_blocks_takes_eight_queries(client, settings, number):
    settings.CACHES = {**settings.CACHES, "template_fragments": {"BACKEND": NOTHING_KEPT}}
    make_campaign(make_petition(title="Another"))
    page = make_campaign(make_petition(shows_signers=True), body=rich_story(number))
    client.get(page.url)  # makes the renditions, and fills the caches of the process

    found = queries(client, page)

    assert len(found) <= 8, "\n".join(found)


@pytest.mark.parametrize("slug", ["river", "река"])
def test_while_its_body_is_kept_a_page_takes_two_queries(client, reads_once, slug):
    page = make_campaign(body=rich_story(1), slug=slug)
    client.get(page.url)

    assert len(queries(client, page)) == 2


def test_what_was_published_is_shown_at_once_and_a_pause_when_the_fragment_is_over(client):
    page = make_campaign(title="River")
    before = client.get(page.url).content.decode()
    page.title = "The last river"
    page.save_revision().publish()
    Tally.objects.update(paused_at=timezone.now())
    caching.clear()

    kept = client.get(page.url).content.decode()
    cache.clear()
    later = client.get(page.url).content.decode()

    assert "<h1>River</h1>" in before
    assert "<h1>The last river</h1>" in kept
    assert ("petition-form" in before, "petition-form" in later) == (True, False)


def test_staff_see_the_page_as_it_is(client, admin_client):
    page = make_campaign(title="River")
    client.get(page.url)
    CampaignPage.objects.update(title="The last river")

    public, theirs = (each.get(page.url).content.decode() for each in (client, admin_client))

    assert ("<h1>River</h1>" in public, "<h1>River</h1>" in theirs) == (True, False)


def test_a_preview_neither_shows_the_kept_body_nor_leaves_its_own(client):
    page = make_campaign(title="River")
    draft = CampaignPage.objects.get(pk=page.pk)
    draft.title = "Draft"

    preview = draft.make_preview_request().render().content.decode()
    public = client.get(page.url).content.decode()
    again = draft.make_preview_request().render().content.decode()

    shown = ["<h1>Draft</h1>" in text for text in (preview, public, again)]
    assert shown == [True, False, True]


@pytest.mark.parametrize("of", ["the page", "its parent"])
def test_a_page_that_becomes_private_is_shown_to_nobody_from_that_moment(client, of):
    page = make_campaign()
    before = client.get(page.url).status_code

    private = page if of == "the page" else page.get_parent()
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    after = client.get(page.url)

    assert (before, after.status_code) == (200, 302)


def test_an_alias_of_a_private_page_is_private(client):
    page = make_campaign()
    alias = page.create_alias(update_slug="copy")
    PageViewRestriction.objects.create(page=page, restriction_type="login")

    assert client.get(alias.url).status_code == 302


# --- links in the text ---


def test_links_lead_to_pages_and_from_those_that_are_gone_nowhere(client):
    there, gone = make_article(title="There"), make_article(title="Gone")
    links = "".join(f'<a linktype="page" id="{page.pk}">x</a>' for page in (there, gone))
    page = make_campaign(body=[("text", f"<p>{links}</p>")])
    gone.delete()

    text = client.get(page.url).content.decode()

    assert f'<a href="{there.url}">x</a><a>x</a>' in text


def test_one_address_is_asked_for_once_however_many_texts_link_to_it(client):
    linked = make_article(title="Linked")
    text = ("text", f'<p><a linktype="page" id="{linked.pk}">x</a></p>')
    page = make_campaign(body=[text] * 3)
    client.get(page.url)
    cache.clear()

    with_links = queries(client, page)

    assert not [sql for sql in with_links if "news" in sql]
