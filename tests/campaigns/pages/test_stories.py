"""The links of a petition lead to the page that tells its story, and never to an alias of it."""

import pytest
from wagtail.actions.create_alias import CreatePageAliasAction

from campaigns.cms.mailings.from_updates import pages_for
from campaigns.pages import stories
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db


def test_an_alias_is_neither_the_story_nor_its_address(client, django_user_model):
    page = make_campaign()
    petition = page.petition
    alias = CreatePageAliasAction(
        page, parent=page.get_parent(), update_slug="again", user=None
    ).execute(skip_permission_checks=True)
    root = django_user_model.objects.create_superuser("root")

    read = client.get(alias.url).content.decode()
    feed, sitemap = (client.get(url).content.decode() for url in ("/feeds/rss.xml", "/sitemap.xml"))

    assert alias.live
    assert stories.story_of(petition) == page
    assert stories.story_of(petition, page=alias.pk) == page
    assert stories.story_urls([petition]) == {petition.pk: page.canonical_url}
    assert list(pages_for(root)) == [page]
    assert f'<link rel="canonical" href="{page.canonical_url}">' in read
    assert feed.count(f"<link>{page.canonical_url}</link>") == 1
    assert (page.url in sitemap, alias.url in sitemap) == (True, False)
