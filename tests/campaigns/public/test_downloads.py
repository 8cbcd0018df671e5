"""Downloads of a petition: a card for where it is shared, a QR code and a poster."""

import io
import re

import pytest
from django.conf import settings
from PIL import Image

from campaigns.models import ArticlePage
from tests.factories import make_article, make_campaign, make_home, make_image, make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    make_home()
    return make_petition(goal=10)


def test_the_card_is_a_picture_that_may_be_shown_anywhere(client, petition):
    response = client.get(petition.url_path("card"))

    picture = Image.open(io.BytesIO(response.content))
    assert (picture.format, picture.size) == ("JPEG", (1200, 630))
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Cache-Control"].startswith("public")
    assert len(response.content) < 300_000


def test_the_code_is_a_picture_without_styles(client, petition):
    response = client.get(petition.url_path("qr_code"))

    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")
    assert b"style" not in response.content


def test_the_poster_is_one_page(client, petition):
    response = client.get(petition.url_path("poster"))

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="keep-the-river-free.pdf"'
    assert len(re.findall(rb"/Type /Page\b", response.content)) == 1


@pytest.mark.parametrize("name", ["card", "qr_code", "poster"])
def test_nothing_is_handed_out_of_a_draft(client, name):
    make_home()

    response = client.get(make_petition(live=False).url_path(name))

    assert response.status_code == 404


def test_a_shared_page_shows_the_card_unless_the_editor_chose_a_picture(client, petition):
    campaign = make_campaign(petition)
    card = f'content="{settings.BASE_URL}{petition.url_path("card")}"'
    assert card in client.get(campaign.url).content.decode()

    campaign.social_image = make_image()
    campaign.save_revision().publish()

    assert card not in client.get(campaign.url).content.decode()


def test_a_shared_article_shows_the_picture_for_lists_unless_another_was_chosen(client):
    def shown(article: ArticlePage) -> list[str]:
        return re.findall('og:image" content="([^"]+)"', client.get(article.url).content.decode())

    make_home()
    bare = shown(make_article(title="Bare"))
    article = make_article(title="Pictured", listing_image=make_image())
    listed = shown(article)
    article.social_image = make_image()
    article.save_revision().publish()

    assert (bare, len(listed)) == ([], 1)
    assert len({*listed, *shown(article)}) == 2


def test_a_shared_page_says_its_summary_unless_it_has_a_text_for_sharing(client, petition):
    fields = {"listing_summary": "The lead.", "search_description": "For search engines."}
    bare = make_campaign(petition, **fields)
    texts = [bare.url, make_article(social_text="For friends.", **fields).url]

    said = [
        re.findall('og:description" content="([^"]+)"', client.get(url).content.decode())
        for url in texts
    ]

    assert said == [["The lead."], ["For friends."]]
