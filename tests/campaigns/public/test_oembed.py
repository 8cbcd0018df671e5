"""oEmbed: other sites ask how to show a petition in their pages."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from wagtail.contrib.redirects.models import Redirect
from wagtail.embeds.finders import get_finders
from wagtail.models import PageViewRestriction

from campaigns.pages.campaign import CampaignPage
from campaigns.sharing import embedding
from tests.campaigns.public.conftest import SITES
from tests.campaigns.public.test_frames import parse_address
from tests.factories import make_campaign, make_home, make_petition

pytestmark = pytest.mark.django_db


def ask(client, url, **query):
    return client.get("/oembed/", {"url": url, "format": "json", **query})


def test_an_address_is_answered_with_its_frame(client, petition):
    answer = ask(client, petition.full_url)

    data = answer.json()
    frame = f"{settings.BASE_URL}{petition.url_path(framed=True)}"
    assert data | {"html": ""} == {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Lastdrop",
        "provider_url": settings.BASE_URL,
        "title": petition.title,
        "html": "",
        "width": 640,
        "height": 900,
        "cache_age": 86400,
    }
    assert data["html"].startswith(f'<iframe src="{frame}" title="{petition.title}"')
    assert 'allow="web-share; clipboard-write"' in data["html"]
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_campaign_is_answered_with_its_petition(client, petition):
    campaign = make_campaign(petition)

    answer = ask(client, settings.BASE_URL + campaign.url, maxwidth="320", maxheight="500")

    data = answer.json()
    assert (data["title"], data["width"], data["height"]) == (petition.title, 320, 500)


def test_a_campaign_may_be_named_like_a_language(client, petition):
    campaign = CampaignPage(petition=petition, title="De facto", listing_summary="A river.")
    make_home().add_child(instance=campaign)

    answer = ask(client, f"{settings.BASE_URL}/de-facto/")

    assert answer.json()["title"] == petition.title


def test_a_campaign_may_have_letters_of_any_script_in_its_address(client, petition):
    campaign = make_campaign(petition, slug="спасите-реку")

    encoded = ask(client, settings.BASE_URL + campaign.url)
    plain = ask(client, f"{settings.BASE_URL}/campaigns/спасите-реку/")

    assert "%D1%81" in campaign.url
    assert [answer.status_code for answer in (encoded, plain)] == [200, 200]
    assert encoded.json()["title"] == petition.title


def test_a_wagtail_site_with_our_entry_shows_films_as_before(settings, petition):
    lines: dict[str, Any] = {}
    exec(embedding.wagtail_finder(), lines)
    settings.WAGTAILEMBEDS_FINDERS = lines["WAGTAILEMBEDS_FINDERS"]
    get_finders.cache_clear()

    shown = [
        [finder.accept(url) for finder in get_finders()]
        for url in (petition.full_url, "https://www.youtube.com/watch?v=river")
    ]

    get_finders.cache_clear()
    assert shown == [[True, False], [False, True]]


def test_an_address_from_which_the_site_leads_on_is_answered_too(
    client, petition, django_capture_on_commit_callbacks
):
    campaign = make_campaign(petition, slug="спасите-реку")
    old = campaign.url
    with django_capture_on_commit_callbacks(execute=True):
        campaign.slug = "river"
        campaign.save_revision().publish()
    private = make_campaign(petition, slug="private")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    Redirect.objects.create(old_path="/private", redirect_page=private)
    Redirect.objects.create(old_path="/away", redirect_link="https://elsewhere.example/")

    found = [
        ask(client, settings.BASE_URL + path).status_code
        for path in (
            old,
            old.rstrip("/"),
            petition.url_path().rstrip("/"),
            "/private/",
            "/away/",
        )
    ]

    assert client.get(old).status_code == 301
    assert found == [200, 200, 200, 404, 404]


def test_a_page_leads_other_sites_to_its_frame(client, petition):
    page = client.get(petition.get_absolute_url()).content.decode()

    tag = page.split('type="application/json+oembed" ')[1].split(">")[0]
    query = parse_qs(urlsplit(parse_address(tag).replace("&amp;", "&")).query)
    assert query == {"url": [petition.full_url], "format": ["json"]}
    assert client.get("/oembed/", query).status_code == 200


def test_who_allows_no_site_offers_no_frame(client):
    make_home()
    petition = make_petition()

    page = client.get(petition.get_absolute_url()).content.decode()

    assert "oembed" not in page
    assert ask(client, petition.full_url).status_code == 404


def test_private_pages_and_drafts_are_not_told(client, petition):
    campaign = make_campaign(petition)
    PageViewRestriction.objects.create(page=campaign, restriction_type="login")
    draft = make_petition(title="Draft", slug="draft", live=False, embed_sites=SITES)

    assert ask(client, settings.BASE_URL + campaign.url).status_code == 404
    assert ask(client, draft.full_url).status_code == 404


NO_PETITIONS = [
    "",
    "https://elsewhere.example/petitions/x/",
    "http://[",
    "/petitions/x/",
    "x" * 5000,
] + [
    settings.BASE_URL + path
    for path in ("", "/", "/nothing/", "/search/", "/admin/", "/\0/", "/%00/", "/%ff/")
]


def test_an_address_that_shows_no_petition_is_not_found(client, petition):
    found = {url: ask(client, url).status_code for url in NO_PETITIONS}

    assert found == dict.fromkeys(NO_PETITIONS, 404)


def test_only_json_is_spoken(client, petition):
    assert ask(client, petition.full_url, format="xml").status_code == 501


def test_an_odd_size_is_a_usual_one(client, petition):
    sizes = ["0", "-1", "9999999999", "١٢", "x", ""]

    widths = {size: ask(client, petition.full_url, maxwidth=size).json()["width"] for size in sizes}

    assert {size: width for size, width in widths.items() if width not in (640, 280)} == {}


def test_the_count_may_be_read_by_a_frame_that_was_cut_off(client, petition):
    response = client.get(petition.url_path("count"))

    assert response["Access-Control-Allow-Origin"] == "*"
    assert json.loads(response.content)["state"] == "open"
