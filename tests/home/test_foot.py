"""What every page has: privacy notice, imprint and contact in its footer, and a link onwards."""

import re

import pytest
from wagtail.models import Site

from home.models import ContentPage, Identity
from tests.factories import make_campaign, make_home, make_petition, make_translated_page
from tests.factories import make_translation as translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def identity() -> Identity:
    home = make_home()
    pages = [
        home.add_child(instance=ContentPage(title=title, slug=title.lower()))
        for title in ("Privacy", "Imprint")
    ]
    return Identity.objects.create(
        site=Site.objects.get(is_default_site=True),
        privacy_page=pages[0],
        imprint_page=pages[1],
        contact_email="act@example.org",
        social=[("link", {"label": "Mastodon", "url": "https://social.example/@act"})],
    )


def foot(text: str) -> list[str]:
    return re.findall(r'href="([^"]+)"', text.partition('<footer class="site-foot">')[2])


def test_the_foot_has_them_in_every_language(client, identity):
    campaign = make_campaign()
    russian = make_translated_page(campaign, translate(campaign.petition, "ru"))

    links = [foot(client.get(page.url).content.decode()) for page in (campaign, russian)]

    everywhere = ["mailto:act@example.org", "https://social.example/@act"]
    assert links == [["/privacy/", "/imprint/", *everywhere]] * 2


def test_a_page_that_is_not_there_offers_the_search_and_what_can_be_signed(client):
    campaign = make_campaign()

    response = client.get("/nothing/")

    text = response.content.decode()
    assert response.status_code == 404
    assert 'role="search" action="/search/"' in text
    assert f'<a href="{campaign.url}">' in text


def test_a_petition_alone_names_its_campaign_page_as_its_address(client, settings):
    settings.BASE_URL = "https://act.example.org"
    petition, alone = make_petition(), make_petition(title="Alone")
    page = make_campaign(petition)

    found = [
        re.findall(r'rel="canonical" href="([^"]+)"', client.get(each.url_path()).content.decode())
        for each in (petition, alone)
    ]

    base = settings.BASE_URL
    assert found == [[f"{base}{page.url}"], [f"{base}{alone.url_path()}"]]


def test_two_numbers_never_have_one_label(client, identity):
    campaign = make_campaign(make_petition(goal=10))

    text = client.get(campaign.url).content.decode()

    labels = re.findall(r'class="count-label">([^<]+)<', text)
    assert set(labels) <= {"Actions taken", "Total Actions taken"}
