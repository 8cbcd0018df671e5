"""The public API of petitions, which anybody may read."""

import json

import jsonschema
import pytest
from django.conf import settings
from openapi_spec_validator import validate
from wagtail.models import PageViewRestriction

from campaigns import caching
from campaigns.public import api
from campaigns.signatures import public_signers
from tests.factories import (
    make_article,
    make_campaign,
    make_home,
    make_petition,
    make_signature,
    make_translation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def description(client):
    return client.get("/api/openapi.json").json()


@pytest.fixture
def check(description):
    """A function that checks a response against the API's description (OpenAPI)."""

    def check(answer, name):
        schema = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
        checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
        jsonschema.Draft202012Validator(schema, format_checker=checker).validate(answer)
        return answer

    return check


def test_the_description_is_valid_and_knows_where_it_is(client, description):
    validate(description)

    assert description["servers"] == [{"url": settings.BASE_URL}]
    french = client.get("/fr/api/openapi.json").json()
    assert french["servers"] == [{"url": f"{settings.BASE_URL}/fr"}]


def test_a_petition_is_told_with_its_letter(client, check):
    minister = {"name": "The Minister", "role": "Energy"}
    petition = make_petition(goal=10, targets=[("target", minister)])
    petition.tally.total = 3
    petition.tally.save()

    answer = check(client.get("/api/petitions/keep-the-river-free/").json(), "Petition")

    address = f"{settings.BASE_URL}/petitions/keep-the-river-free/"
    assert answer == {
        "slug": "keep-the-river-free",
        "language": "en",
        "title": petition.title,
        "ask": petition.ask,
        "url": address,
        "petition_url": address,
        "api_url": f"{settings.BASE_URL}/api/petitions/keep-the-river-free/",
        "state": "open",
        "count": 3,
        "elsewhere": 0,
        "goal": 10,
        "opens_at": None,
        "closes_at": None,
        "letter": {
            "targets": [minister],
            "salutation": petition.salutation,
            "opening": petition.opening,
            "demands": [demand.value for demand in petition.demands],
            "close": petition.close,
        },
        "countries": {},
    }


def test_petitions_are_listed_the_newest_first_page_by_page(client, check, monkeypatch):
    monkeypatch.setattr(api, "PER_PAGE", 2)
    for number in range(3):
        make_petition(slug=f"petition-{number}")

    first = check(client.get("/api/petitions/").json(), "Petitions")
    second = check(client.get(first["next"].removeprefix(settings.BASE_URL)).json(), "Petitions")

    assert [each["slug"] for each in first["results"]] == ["petition-2", "petition-1"]
    assert [each["slug"] for each in second["results"]] == ["petition-0"]
    assert (first["count"], first["previous"], second["next"]) == (3, None, None)
    assert second["previous"].endswith("/api/petitions/?page=1")


def test_an_odd_page_is_a_page(client, check):
    make_petition()
    for page in (
        "0",
        "-1",
        "x",
        "999999999999",
        "%00",
        "",
    ):
        check(client.get(f"/api/petitions/?page={page}").json(), "Petitions")


def test_each_language_lists_its_own(client):
    make_petition(locale="fr", slug="riviere")

    assert client.get("/api/petitions/").json()["results"] == []
    (found,) = client.get("/fr/api/petitions/").json()["results"]
    assert found["url"] == f"{settings.BASE_URL}/fr/petitions/riviere/"


def test_drafts_are_not_told(client):
    make_petition(live=False)

    assert client.get("/api/petitions/").json()["count"] == 0
    assert client.get("/api/petitions/keep-the-river-free/").status_code == 404


def test_a_petition_whose_pages_are_private_is_not_told_of(client):
    make_home()
    page = make_campaign(make_petition())
    before = client.get("/api/petitions/").json()["count"]

    PageViewRestriction.objects.create(page=page, restriction_type="login")

    assert (before, client.get("/api/petitions/").json()["count"]) == (1, 0)


def test_a_petition_in_the_story_of_private_pages_alone_is_not_told_of(
    client,
):
    petition = make_petition()
    body = json.dumps([{"type": "petition", "value": {"petition": petition.pk}}])
    members, all_readers = (make_article(slug=slug, body=body) for slug in ("members", "all"))
    PageViewRestriction.objects.create(page=members, restriction_type="login")
    before = client.get("/api/petitions/").json()["count"]

    all_readers.unpublish()

    assert (before, client.get("/api/petitions/").json()["count"]) == (1, 0)
    assert petition.full_url not in client.get("/sitemap.xml").content.decode()


def test_a_translation_whose_page_is_not_written_yet_is_as_private_as_the_original(client):
    petition = make_petition()
    page = make_campaign(petition)
    make_translation(petition, "fr", title="Sauvons la rivière")
    before = client.get("/fr/api/petitions/").json()["count"]

    PageViewRestriction.objects.create(page=page, restriction_type="login")

    assert (before, client.get("/fr/api/petitions/").json()["count"]) == (1, 0)


@pytest.mark.parametrize("address", ["", "keep-the-river-free/"])
def test_scripts_of_any_site_may_read_and_all_may_keep(client, address):
    make_petition()

    response = client.get(f"/api/petitions/{address}")

    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Cache-Control"].startswith("public")
    assert client.post(f"/api/petitions/{address}").status_code == 405


@pytest.mark.parametrize("address", ["api/petitions/draft/", "petitions/draft/count.json"])
def test_scripts_of_any_site_read_that_there_is_no_such_petition(client, check, address):
    make_petition(slug="draft", live=False)

    response = client.get(f"/{address}")

    assert response.status_code == 404
    assert response["Access-Control-Allow-Origin"] == "*"
    assert check(response.json(), "Error") == {"error": api.NOT_FOUND}
    assert not response.get("Cache-Control", "").startswith("public")


def test_nobody_is_named(client):
    """Nor in the feeds. The page itself shows signers who agreed to it, and their comments."""
    petition = make_petition(shows_signers=True, shows_comments=True, comment_field="optional")
    make_campaign(petition)
    for number in range(5):
        make_signature(
            petition,
            name="Ada Lovelace",
            email=f"ada{number}@mailbox.example",
            shown_as="Ada L.",
            comment="Mine",
            comment_as="Ada",
            comment_state="shown",
        )
    public_signers.show()
    caching.clear()
    names = ("Ada", "mailbox.example", "Mine")

    page = client.get(petition.url_path()).content.decode()
    assert [word in page for word in names] == [True, False, True]
    for address in (
        "/api/petitions/",
        "/api/petitions/keep-the-river-free/",
        "/feeds/rss.xml",
        "/feeds/atom.xml",
    ):
        text = client.get(address).content.decode()
        assert "Keep the river free" in text
        assert not [word for word in names if word in text]


def test_one_petition_or_three_take_as_many_queries(client, django_assert_num_queries):
    for number in range(3):
        make_petition(slug=f"petition-{number}")
        with django_assert_num_queries(9):
            client.get("/api/petitions/")
