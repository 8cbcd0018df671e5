"""The source of a signer: from the URL, past form errors, to the signature and the thanks."""

import re

import pytest
from django.http import QueryDict

from campaigns.models import Signature
from campaigns.public import visit_sources
from tests.campaigns.public.test_views import fields
from tests.database import taken_back
from tests.factories import make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db


def test_a_code_is_short_and_lower_case_and_no_persons():
    for query, code in (
        ("source=poster", "poster"),
        ("source=Poster_7", "poster_7"),
        ("source=Spring+Mail", "spring-mail"),
        ("source=newsletter/spring", "newsletter/spring"),
        ("source=newsletter%2Fspring", "newsletter/spring"),
        ("utm_source=News&utm_medium=mail&utm_campaign=Spring%202027", "news/spring-2027"),
        ("utm_source=news.example.org", "news.example.org"),
        ("utm_campaign=spring", "spring"),
        ("source=poster&utm_source=newsletter", "poster"),
        ("source=ada@example.org&utm_source=newsletter", "newsletter"),
        ("source=20270331-mail", "20270331-mail"),
        ("", ""),
        ("source=", ""),
        ("source=%3Cb%3E", ""),
        ("source=" + "a" * 41, ""),
        ("source=кот", ""),
        ("source=%00", ""),
        ("source=%ff", ""),
        ("source=ada@example.org", ""),
        ("source=4915112345678", ""),
        ("source=mail-5f4dcc3b5aa765d61d8327deb882cf99", ""),
        ("source=0193e0a0-7b1c-7def-8000-0123456789ab", ""),
        ("source=newsletter/ada@example.org", "newsletter"),
    ):
        assert visit_sources.code_in(query) == code, query
        first = QueryDict(query).get("source", "")
        if "utm" not in query:
            assert visit_sources.code(first) == code, query


def sign(client, petition, *, referer="", framed=False, **changes):
    path = petition.url_path("sign", framed=framed)
    headers = {"Referer": f"http://testserver{referer}"} if referer else None
    return client.post(path, fields(petition, **changes), headers=headers)


def stored() -> tuple[str, str]:
    return Signature.objects.values_list("source", "framed_by").get()


def test_the_script_fills_in_the_code(client):
    petition = make_petition()

    response = sign(client, petition, source="newsletter/spring", referer="/?source=another")

    assert stored() == ("newsletter/spring", "")
    assert response["Location"] == (
        "/petitions/keep-the-river-free/check-your-email/?source=newsletter/spring"
    )


def test_without_the_script_the_referer_says_it(client):
    page = make_campaign()

    sign(client, page.petition, referer=f"{page.url}?utm_source=newsletter&utm_campaign=spring")

    assert stored() == ("newsletter/spring", "")


def test_a_spoilt_code_is_dropped_and_no_error(client):
    petition = make_petition()
    for code in (
        "a" * 300,
        "\0",
        "<b>",
        "ada@example.org",
    ):
        with taken_back():
            response = sign(client, petition, source=code, framed_by=code)

            assert response.status_code == 303, code
            assert stored() == ("", ""), code


def test_a_mistake_does_not_lose_the_code_without_the_script(client):
    page = make_campaign()
    petition = page.petition

    mistaken = sign(client, petition, referer=f"{page.url}?source=leaflet", email="ada@")
    hidden = re.search(r'name="source" value="([^"]*)"', mistaken.content.decode())
    sign(client, petition, referer=petition.url_path("sign"), source=hidden[1])

    assert mistaken.status_code == 422
    assert stored() == ("leaflet", "")


def test_the_page_says_nothing_of_how_its_reader_came(client):
    page = make_campaign()

    with_code = client.get(f"{page.url}?source=leaflet&utm_source=x").content

    assert with_code == client.get(page.url).content
    assert b"leaflet" not in with_code


def test_confirming_leads_to_the_thanks_with_the_code_of_the_signature(client):
    signature = make_signature(make_petition(), confirmed_at=None, source="whatsapp-2")
    link = f"/signatures/confirm/{signature.token('confirm')}/"

    answers = [client.post(link), client.get(link)]

    assert [answer.status_code for answer in answers] == [303, 303]
    for answer in answers:
        path, query = answer["Location"].split("?")
        assert path.startswith("/petitions/keep-the-river-free/thanks/")
        assert query == "source=whatsapp-2"


def test_the_site_around_the_frame_is_one_that_the_petition_allows(client):
    petition = make_petition(embed_sites="https://www.example.org\nhttps://*.example.net")
    for site, kept in (
        ("www.example.org", "www.example.org"),
        ("WWW.example.org", "www.example.org"),
        ("blog.example.net", "blog.example.net"),
        ("example.net", ""),
        ("evil.example", ""),
        ("blog.example.net.evil.example", ""),
        ("<b>.example.net", ""),
        ("a" * 90 + ".example.net", ""),
    ):
        with taken_back():
            sign(client, petition, framed=True, framed_by=site, source="tree")

            assert stored() == ("tree", kept), site


def test_a_site_whose_name_is_too_long_to_be_kept_loses_no_signature(client):
    host = "a" * 60 + ".previews.example.net"
    petition = make_petition(embed_sites=f"https://{host}")
    petition.full_clean()

    sign(client, petition, framed=True, framed_by=host, source="tree")

    assert (len(host), stored()) == (81, ("tree", ""))


def test_only_a_frame_has_a_site_around_it(client):
    petition = make_petition(embed_sites="https://www.example.org")

    sign(client, petition, framed_by="www.example.org")

    assert stored() == ("", "")
