"""A petition on the pages of other sites: in a frame that it allows, and nowhere else."""

import json
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError

from campaigns.models import Petition, Signature
from tests.factories import change_texts, make_campaign, make_home, make_petition, make_signature

pytestmark = pytest.mark.django_db

LINKED = '<p>Read <a href="https://donate.example.org/">how to help</a>.</p>'
FRAMED = ["framed_petition", "framed_check_your_email", "framed_thanks"]


def ancestors(response) -> str:
    policy = response["Content-Security-Policy"].split("; ")
    return next(part for part in policy if part.startswith("frame-ancestors"))


def form(petition, **fields):
    values = {"name": "Ada Lovelace", "email": "ada@example.org", "consent": "on"}
    return {**values, "version": petition.version.pk, **fields}


def test_the_sites_that_a_petition_names_may_frame_it(client, petition):
    allowed = "frame-ancestors https://www.example.org https://*.example.net"
    for name in FRAMED:
        response = client.get(petition.url_path(name))

        assert response.status_code == 200, name
        assert ancestors(response) == allowed, name
        assert "X-Frame-Options" not in response, name
        assert response["Cache-Control"].startswith("public"), name
        assert not response.cookies, name


def test_without_sites_nobody_may(client):
    make_home()
    petition = make_petition()
    for name in FRAMED:
        response = client.get(petition.url_path(name))

        assert ancestors(response) == "frame-ancestors 'none'", name
        assert response["X-Frame-Options"] == "DENY", name


def test_its_other_pages_stay_closed_to_frames(client, petition):
    for name in ("petition", "check_your_email", "thanks"):
        response = client.get(petition.url_path(name))

        assert ancestors(response) == "frame-ancestors 'none'", name
        assert response["X-Frame-Options"] == "DENY", name


def test_what_is_not_there_is_said_in_the_frame_of_any_site_without_a_form(client, petition):
    Petition.objects.update(live=False)

    response = client.get(petition.url_path(framed=True))

    assert response.status_code == 404
    assert ancestors(response) == "frame-ancestors https:"
    assert "X-Frame-Options" not in response
    assert "<form" not in response.content.decode()


@pytest.mark.parametrize(
    ("broken", "shown_to"),
    [
        ("petitions.cached_petitions.petition", "https:"),
        ("signing.signing.sign", "https://www.example.org https://*.example.net"),
    ],
)
def test_an_outage_is_told_in_the_frame(client, petition, monkeypatch, broken, shown_to):
    monkeypatch.setattr(f"campaigns.{broken}", Mock(side_effect=OperationalError))

    response = client.post(petition.url_path("sign", framed=True), form(petition))

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert ancestors(response) == f"frame-ancestors {shown_to}"
    assert "X-Frame-Options" not in response
    assert "<form" not in response.content.decode()


def test_signing_stays_in_the_frame_and_says_where_it_came_from(client, petition):
    response = client.post(
        petition.url_path("sign", framed=True),
        form(petition),
        headers={"Referer": f"http://testserver{petition.url_path(framed=True)}?source=tree"},
    )

    assert (response.status_code, response.url) == (
        303,
        petition.url_path("check_your_email", framed=True) + "?source=tree",
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


@pytest.mark.parametrize("follows", ["the usual", "own blocks"])
def test_every_link_out_of_the_frame_opens_a_window(client, petition, follows):
    make_campaign(make_petition(title="Another", slug="another"))
    make_signature(petition)
    change_texts(petition, close="Let it flow.")
    if follows == "own blocks":
        told = {"day": "2026-01-31", "heading": "The minister answers", "text": LINKED}
        updates = [{"type": "update", "value": told, "id": str(uuid4())}]
        make_campaign(petition, slug="own", updates=json.dumps(updates))
        blocks = [{"type": "text", "value": LINKED}, {"type": "update", "value": None}]
        Petition.objects.filter(pk=petition.pk).update(thanks_blocks=json.dumps(blocks))

    for name in FRAMED:
        page = client.get(petition.url_path(name)).content.decode()
        own = 2 if (follows, name) == ("own blocks", "framed_thanks") else 0
        assert page.count("donate.example.org") == own
        for link in page.split("<a ")[1:]:
            tag = link[: link.index(">")]
            address = parse_address(tag)
            assert address.startswith(("#", "../", "mailto:")) or 'target="_blank"' in tag, tag


def parse_address(tag: str) -> str:
    return tag.split('href="')[1].split('"')[0]


NO_SITES = [
    *("example.org", "http://example.org", "https://example.org/page", "*", "https://*"),
    *("'self'", "https://*.co.uk", "https://*.kawasaki.jp", "https://*.xn--55qx5d.cn:8443"),
    *("https://*.github.io", "https://*.s3.amazonaws.com"),
]


def test_what_is_no_site_is_a_form_error(petition):
    errors = {}
    for line in NO_SITES:
        petition.embed_sites = line
        try:
            petition.full_clean()
        except ValidationError as error:
            errors[line] = error.message_dict

    assert {line: list(told) for line, told in errors.items()} == {
        line: ["embed_sites"] for line in NO_SITES
    }
    told = {each for of in errors.values() for each in of["embed_sites"]}
    assert all("These are not web addresses of sites" in each for each in told)


def test_a_domain_below_which_everybody_registers_is_no_site_but_one_below_it_is(petition):
    sites = ["https://*.example.co.uk", "https://co.uk", "https://*.intranet.lan"]
    sites += ["https://example.github.io", "https://*.example.github.io"]
    petition.embed_sites = "\n".join(sites)

    petition.full_clean()
