"""Signing on the public pages, and the responses to forms that cannot be accepted."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.counting import counting
from campaigns.models import Petition, Signature, Tally
from tests.factories import make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PRIVATE = "private, no-store"


def fields(petition: Petition, **changes: object) -> dict[str, object]:
    data = {
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "country": "RU",
        "consent": "on",
        "version": petition.version.pk,
        "page": "",
    }
    return data | changes


def post(client: Client, petition: Petition, headers: dict | None = None, **changes: object):
    return client.post(petition.url_path("sign"), fields(petition, **changes), headers=headers)


def test_signing_leads_to_the_same_page_for_everybody(client):
    petition = make_petition()
    make_signature(petition, email="confirmed@example.org")
    make_signature(petition, email="pending@example.org", confirmed_at=None)
    make_signature(petition, email="blocked@example.org", moderation="quarantined")

    answers = [
        post(client, petition, email=f"{who}@example.org")
        for who in ("new", "confirmed", "pending", "blocked", "new", "new", "new", "new")
    ]

    assert {(a.status_code, a["Location"], a.content, str(a.headers)) for a in answers} == {
        (
            303,
            "/petitions/keep-the-river-free/check-your-email/",
            b"",
            str(answers[0].headers),
        )
    }


def test_without_confirmation_everybody_is_thanked(client):
    petition = make_petition(confirms_by_email=False)

    answers = [post(client, petition) for _ in range(2)]

    assert {a.status_code for a in answers} == {303}
    assert {a["Location"].rpartition("thanks/")[0] for a in answers} == {petition.url_path()}
    assert Signature.objects.get().state == "confirmed"


def test_the_page_and_the_source_it_came_from_are_kept(client):
    page = make_campaign()
    referer = f"http://testserver{page.url}?source=leaflet-7"

    post(client, page.petition, {"Referer": referer}, page=page.pk)

    row = Signature.objects.get()
    assert (row.page_id, row.source) == (page.pk, "leaflet-7")


def test_reading_the_address_of_the_form_leads_to_the_petition(client):
    petition = make_petition()

    response = client.get(petition.url_path("sign"))

    assert (response.status_code, response["Location"]) == (302, petition.url_path())


def test_what_was_typed_is_kept_with_the_errors_beside_it(client):
    page = make_campaign()

    response = post(client, page.petition, name="Ada <b>", email="ada@", page=page.pk)

    text = response.content.decode()
    assert (response.status_code, response["Cache-Control"]) == (422, PRIVATE)
    assert 'value="Ada &lt;b&gt;"' in text
    assert 'value="ada@"' in text
    # Firefox tells screen readers that a field is invalid while it is empty and required.
    said = dict(re.findall(r'name="(\w+)"[^>]+aria-invalid="(\w+)"', text))
    assert said == {"name": "false", "email": "true", "consent": "false"}
    assert f'href="{page.url}"' in text


def test_of_a_comment_that_is_too_long_nothing_is_lost(client):
    """A browser that knew the limit would cut what is pasted, and say nothing."""
    petition = make_petition(comment_field="optional")
    comment = "Let the river run. " * 60

    asked = client.get(petition.get_absolute_url()).content.decode()
    answer = post(client, petition, comment=comment)

    (box,) = re.findall("<textarea[^>]+>", asked)
    assert "maxlength" not in box
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Please write at most 1,000 characters." in text
    assert comment in text


def test_what_the_form_no_longer_asks_for_is_not_dropped_without_a_word(client):
    """Editors have removed the comment and a question while the form was open."""
    petition = make_petition(comment_field="off")
    gone = [{"comment": "Keep it."}, {"question-1234": "Yes"}, {"comment": "", "question-1": ""}]

    answers = [post(client, petition, **typed) for typed in gone]

    assert [answer.status_code for answer in answers] == [422, 422, 303]
    text = answers[0].content.decode()
    assert "no longer asks for all that you typed" in text
    assert "Keep it." not in text
    assert Signature.objects.get().comment is None


def test_a_changed_letter_is_shown_again_with_its_own_version(client):
    petition = make_petition()

    response = post(client, petition, version=123456789)

    assert response.status_code == 422
    assert f'name="version" value="{petition.version.pk}"' in response.content.decode()
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("chosen", "tally", "status", "words"),
    [
        ({"opens_at": timezone.now() + DAY}, {}, 409, "This petition is not open yet."),
        ({}, {"paused_at": timezone.now()}, 409, "We are not collecting signatures at the moment."),
        (
            {"closes_at": timezone.now() - DAY},
            {},
            410,
            "This campaign has ended and no longer takes signatures.",
        ),
        ({}, {"won_at": timezone.now()}, 410, "We won. Thank you to everybody who signed."),
    ],
    ids=["scheduled", "paused", "closed", "won"],
)
def test_a_petition_that_is_not_open_says_so_and_shows_no_form(
    client, chosen, tally, status, words
):
    petition = make_petition(**chosen)
    Tally.objects.update(**tally)

    answer = post(client, petition)
    page = client.get(petition.url_path())

    assert (answer.status_code, page.status_code) == (status, 200)
    for response in (answer, page):
        assert "petition-form" not in response.content.decode()
        assert "Dear Minister," in response.content.decode()
        assert words in response.content.decode()
    # The page is the same, so whoever has pressed the button is told first what became of it.
    told = "Your signature was not taken."
    assert f"<title>{told} {petition.title}" in answer.content.decode()
    assert re.search(rf'role="alert" [^>]*data-answer>{told}<', answer.content.decode())
    assert "js/errors" in answer.content.decode()
    assert told not in page.content.decode()
    assert not Signature.objects.exists()


@pytest.mark.parametrize("slug", ["unknown", "draft"])
def test_an_unknown_or_unpublished_petition_is_not_found(client, slug):
    make_petition(live=False, slug="draft")

    assert client.get(f"/petitions/{slug}/").status_code == 404
    assert client.post(f"/petitions/{slug}/sign/", {"name": "Ada"}).status_code == 404


def test_a_form_of_another_site_is_refused(client):
    petition = make_petition()
    for headers, status in (
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Origin": "http://testserver"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Referer": "http://testserver/campaigns/"}, 303),
        ({"Referer": "https://evil.example/campaigns/"}, 403),
        ({"Referer": "http://[broken"}, 403),
    ):
        assert post(client, petition, headers).status_code == status, headers


def test_what_cannot_be_read_gets_a_clear_answer(client):
    petition = make_petition()
    for kind, body, status in (
        ("application/json", b"{}", 415),
        ("text/plain", b"name=Ada", 415),
        ("", b"name=Ada", 415),
        ("application/x-www-form-urlencoded; charset=utf-16", b"name=Ada", 415),
        ("application/x-www-form-urlencoded; charset=utf8", b"name=Ada", 415),
        ("multipart/form-data; boundary=x; charset=hex", b"--x--", 415),
        ("application/x-www-form-urlencoded", b"name=" + b"a" * 10_000_000, 413),
        ("application/x-www-form-urlencoded", b"name=Ada", 422),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%ff&name=%ff%fe", 422),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(2000)), 400),
        ("multipart/form-data", b"--x--", 400),
    ):
        response = client.generic("POST", petition.url_path("sign"), body, kind)

        found = (response.status_code, response["Cache-Control"])
        assert found == (status, PRIVATE), (kind, body[:40])
        assert "<h1" in response.content.decode(), (kind, body[:40])


def test_who_is_refused_is_led_back_to_the_petition(client):
    petition = make_petition()

    foreign = post(client, petition, {"Sec-Fetch-Site": "cross-site"})
    unread = client.generic("POST", petition.url_path("sign"), b"{}", "application/json")

    for response in (foreign, unread):
        assert f'<a class="button" href="{petition.url_path()}">' in response.content.decode()


def test_nothing_personal_is_in_any_public_page(client):
    page = make_campaign()
    make_signature(page.petition, name="Canary Bird", email="canary@example.org", comment="Cheep")
    counting.recount()

    names = ("petition", "check_your_email", "thanks", "count")
    addresses = [page.petition.url_path(name) for name in names]
    seen = "".join(
        client.get(address).content.decode()
        for address in [*addresses, page.url, "/", "/search/?query=river"]
    )

    assert [word for word in ("Canary Bird", "canary@", "Cheep") if word in seen] == []
