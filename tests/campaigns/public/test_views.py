"""The public's doors."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.counting import counting
from campaigns.models import Petition, Signature, Tally
from campaigns.signatures import tokens
from campaigns.signing import signing
from tests.factories import make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PUBLIC = "public, max-age=3, stale-while-revalidate=1"
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


def link(purpose: str, signature: Signature) -> str:
    return f"/signatures/{purpose}/{tokens.make(purpose, signature.pk)}/"


# --- what anybody may keep ---


@pytest.mark.parametrize("name", ["petition", "check_your_email", "thanks", "count"])
def test_a_public_page_sets_no_cookie_and_may_be_kept(client, name):
    response = client.get(make_petition().url_path(name))

    assert (response.status_code, response["Cache-Control"], response["Vary"]) == (
        200,
        PUBLIC,
        "Accept-Encoding",
    )
    assert not response.cookies
    assert response["Referrer-Policy"] == "same-origin"


def test_a_campaign_page_sets_no_cookie_and_may_be_kept(client):
    response = client.get(make_campaign().url)

    assert (response.status_code, response["Cache-Control"]) == (200, PUBLIC)
    assert (response["Vary"], dict(response.cookies)) == ("Accept-Encoding", {})


@pytest.mark.parametrize("cookie", ["whatever", "stale"])
def test_with_a_session_cookie_nothing_may_be_kept(client, cookie):
    client.cookies["sessionid"] = cookie

    response = client.get(make_campaign().url)

    assert (response.status_code, response["Cache-Control"]) == (200, PRIVATE)


@pytest.mark.parametrize("path", ["/", "/petitions/nothing/", "/admin/"])
def test_a_session_that_cannot_be_is_none(client, path):
    """In quotes a cookie may hold any character (RFC 2109), also the one no database takes."""
    make_campaign()

    odd = client.get(path, headers={"Cookie": r'sessionid="aaaaaaaaaaaa\000"'})
    none = client.get(path)

    assert (odd.status_code, "no-store" in odd["Cache-Control"]) == (none.status_code, True)


def test_a_page_for_members_only_is_never_public(client):
    page = make_campaign()
    page.view_restrictions.create(restriction_type="password", password="open sesame")

    control = client.get(page.url)["Cache-Control"]

    assert ("no-store" in control, "public" in control) == (True, False)


def test_what_is_not_there_is_never_public(client):
    response = client.get("/petitions/nothing/")

    assert (response.status_code, response["Cache-Control"]) == (404, PRIVATE)


def test_links_from_mails_are_kept_by_nobody_and_told_to_nobody(client):
    signature = make_signature(make_petition(), confirmed_at=None)

    for address in (
        link("confirm", signature),
        link("withdraw", signature),
        "/signatures/confirm/nonsense/",
    ):
        response = client.get(address)
        assert response["Cache-Control"] == PRIVATE
        assert response["Referrer-Policy"] == "no-referrer"
        assert not response.cookies


# --- signing ---


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

    assert {(a.status_code, a["Location"]) for a in answers} == {
        (303, "/petitions/keep-the-river-free/thanks/")
    }
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
    assert 'aria-invalid="true"' in text
    assert f'href="{page.url}"' in text


def test_a_changed_letter_is_shown_again_with_its_own_version(client):
    petition = make_petition()

    response = post(client, petition, version=123456789)

    assert response.status_code == 422
    assert f'name="version" value="{petition.version.pk}"' in response.content.decode()
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("rules", "facts", "status"),
    [
        ({"opens_at": timezone.now() + DAY}, {}, 409),
        ({}, {"paused_at": timezone.now()}, 409),
        ({"closes_at": timezone.now() - DAY}, {}, 410),
        ({}, {"won_at": timezone.now()}, 410),
    ],
    ids=["scheduled", "paused", "closed", "won"],
)
def test_a_petition_that_is_not_open_says_so_and_shows_no_form(client, rules, facts, status):
    petition = make_petition(**rules)
    Tally.objects.update(**facts)

    answer = post(client, petition)
    page = client.get(petition.url_path())

    assert (answer.status_code, page.status_code) == (status, 200)
    for response in (answer, page):
        assert "petition-form" not in response.content.decode()
        assert "Dear Minister," in response.content.decode()
    assert not Signature.objects.exists()


@pytest.mark.parametrize("slug", ["unknown", "draft"])
def test_an_unknown_or_unpublished_petition_is_not_found(client, slug):
    make_petition(live=False, slug="draft")

    assert client.get(f"/petitions/{slug}/").status_code == 404
    assert client.post(f"/petitions/{slug}/sign/", {"name": "Ada"}).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
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
    ],
)
def test_a_form_of_another_site_is_refused(client, headers, status):
    petition = make_petition()

    assert post(client, petition, headers).status_code == status


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("text/plain", b"name=Ada", 415),
        ("", b"name=Ada", 415),
        ("application/x-www-form-urlencoded; charset=utf-16", b"name=Ada", 415),
        ("multipart/form-data; boundary=x; charset=hex", b"--x--", 415),
        ("application/x-www-form-urlencoded", b"name=" + b"a" * 10_000_000, 413),
        ("application/x-www-form-urlencoded", b"name=Ada", 422),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%ff&name=%ff%fe", 422),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(2000)), 400),
        ("multipart/form-data", b"--x--", 400),
    ],
)
def test_what_cannot_be_read_gets_a_clear_answer(client, kind, body, status):
    petition = make_petition()

    response = client.generic("POST", petition.url_path("sign"), body, kind)

    assert (response.status_code, response["Cache-Control"]) == (status, PRIVATE)
    assert "<h1" in response.content.decode()


def test_who_is_refused_is_led_back_to_the_petition(client):
    petition = make_petition()

    foreign = post(client, petition, {"Sec-Fetch-Site": "cross-site"})
    unread = client.generic("POST", petition.url_path("sign"), b"{}", "application/json")

    for response in (foreign, unread):
        assert f'<a class="button" href="{petition.url_path()}">' in response.content.decode()


# --- the links in mails ---


def test_looking_at_the_link_changes_nothing_and_shows_the_name(client):
    signature = make_signature(make_petition(), confirmed_at=None)

    for method in (client.get, client.head, client.get):
        assert method(link("confirm", signature)).status_code == 200

    assert "Ada Lovelace" in client.get(link("confirm", signature)).content.decode()
    signature.refresh_from_db()
    assert signature.confirmed_at is None


def test_confirming_counts_and_thanks_again_and_again(client):
    petition = make_petition()
    signature = make_signature(petition, confirmed_at=None)

    answers = [client.post(link("confirm", signature)) for _ in range(2)]
    answers.append(client.get(link("confirm", signature)))

    assert {(a.status_code, a["Location"]) for a in answers} == {(303, petition.url_path("thanks"))}
    counting.recount()
    assert client.get(petition.url_path("count")).json() == {
        "count": 1,
        "goal": None,
        "state": "open",
    }


def test_an_origin_that_says_nothing_can_still_confirm(client):
    """A page with no-referrer posts `Origin: null`."""
    signature = make_signature(make_petition(), confirmed_at=None)

    response = client.post(link("confirm", signature), headers={"Origin": "null"})

    assert response.status_code == 303


def test_withdrawing_asks_then_removes_then_knows_nothing(client):
    signature = make_signature(make_petition())
    address = link("withdraw", signature)

    statuses = [client.get(address).status_code, client.head(address).status_code]
    assert Signature.objects.exists()
    statuses += [client.post(address).status_code, client.post(address).status_code]

    assert statuses == [200, 200, 200, 400]
    assert not Signature.objects.exists()


def test_cut_foreign_and_erased_links_get_one_kind_page(client):
    signature = make_signature(make_petition(), confirmed_at=None)
    good = tokens.make("confirm", signature.pk)
    erased = make_signature(signature.petition, email="b@example.org")
    gone = tokens.make("confirm", erased.pk)
    erased.delete()

    answers = [
        client.get(f"/signatures/confirm/{token}/")
        for token in (good[:-3], tokens.make("withdraw", signature.pk), gone, "x")
    ]

    assert {(a.status_code, a.content) for a in answers} == {(400, answers[0].content)}


def test_confirming_long_after_closing_is_too_late_and_says_so(client):
    petition = make_petition()
    signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)
    Petition.objects.update(closes_at=timezone.now() - 2 * DAY)

    response = client.post(link("confirm", Signature.objects.get()))

    assert response.status_code == 410
    assert "stopped taking signatures before you confirmed yours" in response.content.decode()


def test_the_links_speak_the_signers_language(client):
    petition = make_petition(locale="ar", title="أنقذوا النهر")
    signature = make_signature(petition, confirmed_at=None)

    text = client.get(link("confirm", signature)).content.decode()

    assert '<html lang="ar" dir="rtl"' in text


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
