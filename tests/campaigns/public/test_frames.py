"""A petition on the pages of other sites: in a frame that it allows, and nowhere else."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from wagtail.models import PageViewRestriction

from campaigns.models import Signature
from tests.factories import change_texts, make_campaign, make_home, make_petition, make_signature

pytestmark = pytest.mark.django_db

SITES = "https://www.example.org\nhttps://*.example.net"
FRAMED = ["framed_petition", "framed_check_your_email", "framed_thanks"]


@pytest.fixture
def petition():
    make_home()
    return make_petition(embed_sites=SITES)


def ancestors(response) -> str:
    policy = response["Content-Security-Policy"].split("; ")
    return next(part for part in policy if part.startswith("frame-ancestors"))


def form(petition, **fields):
    values = {"name": "Ada Lovelace", "email": "ada@example.org", "consent": "on"}
    return {**values, "version": petition.version.pk, **fields}


@pytest.mark.parametrize("name", FRAMED)
def test_the_sites_that_a_petition_names_may_frame_it(client, petition, name):
    response = client.get(petition.url_path(name))

    assert response.status_code == 200
    assert ancestors(response) == "frame-ancestors https://www.example.org https://*.example.net"
    assert "X-Frame-Options" not in response
    assert response["Cache-Control"].startswith("public")
    assert not response.cookies


@pytest.mark.parametrize("name", FRAMED)
def test_without_sites_nobody_may(client, name):
    make_home()

    response = client.get(make_petition().url_path(name))

    assert ancestors(response) == "frame-ancestors 'none'"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", ["petition", "check_your_email", "thanks"])
def test_its_other_pages_stay_closed_to_frames(client, petition, name):
    response = client.get(petition.url_path(name))

    assert ancestors(response) == "frame-ancestors 'none'"
    assert response["X-Frame-Options"] == "DENY"


def test_signing_stays_in_the_frame_and_says_where_it_came_from(client, petition):
    response = client.post(
        petition.url_path("sign", framed=True),
        form(petition),
        headers={"Referer": f"http://testserver{petition.url_path(framed=True)}?source=tree"},
    )

    assert (response.status_code, response.url) == (
        303,
        petition.url_path("check_your_email", framed=True),
    )
    signature = Signature.objects.get()
    assert (signature.channel, signature.source) == ("embed", "tree")


def test_mistakes_are_answered_in_the_frame(client, petition):
    response = client.post(petition.url_path("sign", framed=True), form(petition, name=""))

    page = response.content.decode()
    assert response.status_code == 422
    assert ancestors(response).endswith("https://*.example.net")
    assert f'action="{petition.url_path("sign", framed=True)}"' in page
    assert 'class="framed"' in page


def test_who_loads_the_answer_again_stays_in_the_frame(client, petition):
    response = client.get(petition.url_path("sign", framed=True))

    assert (response.status_code, response.url) == (302, petition.url_path(framed=True))


def test_every_link_out_of_the_frame_opens_a_window(client, petition):
    make_campaign(make_petition(title="Another", slug="another"))
    make_signature(petition)
    change_texts(petition, close="Let it flow.")

    for name in FRAMED:
        page = client.get(petition.url_path(name)).content.decode()
        for link in page.split("<a ")[1:]:
            tag = link[: link.index(">")]
            address = parse_address(tag)
            assert address.startswith(("#", "../", "mailto:")) or 'target="_blank"' in tag, tag


def parse_address(tag: str) -> str:
    return tag.split('href="')[1].split('"')[0]


@pytest.mark.parametrize(
    "line",
    ["example.org", "http://example.org", "https://example.org/page", "*", "https://*", "'self'"],
)
def test_what_is_no_site_is_a_form_error(petition, line):
    petition.embed_sites = line

    with pytest.raises(Exception, match="This is not the web address of a site") as caught:
        petition.full_clean()

    assert list(caught.value.message_dict) == ["embed_sites"]


# --- oEmbed ---


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
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_campaign_is_answered_with_its_petition(client, petition):
    campaign = make_campaign(petition)

    answer = ask(client, settings.BASE_URL + campaign.url, maxwidth="320", maxheight="500")

    data = answer.json()
    assert (data["title"], data["width"], data["height"]) == (petition.title, 320, 500)


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


@pytest.mark.parametrize(
    "url",
    ["", "https://elsewhere.example/petitions/x/", "http://[", "/petitions/x/", "x" * 5000]
    + [settings.BASE_URL + path for path in ("", "/", "/nothing/", "/search/", "/admin/", "/\0/")],
)
def test_an_address_that_shows_no_petition_is_not_found(client, petition, url):
    assert ask(client, url).status_code == 404


def test_only_json_is_spoken(client, petition):
    assert ask(client, petition.full_url, format="xml").status_code == 501


@pytest.mark.parametrize("size", ["0", "-1", "9999999999", "١٢", "x", ""])
def test_an_odd_size_is_a_usual_one(client, petition, size):
    data = ask(client, petition.full_url, maxwidth=size).json()

    assert data["width"] in (640, 280)


def test_the_count_may_be_read_by_a_frame_that_was_cut_off(client, petition):
    response = client.get(petition.url_path("count"))

    assert response["Access-Control-Allow-Origin"] == "*"
    assert json.loads(response.content)["state"] == "open"
