"""Which responses a proxy may cache, and which are private."""

import pytest

from campaigns.pages.news import ArticlePage
from tests.campaigns.public.test_links_in_mails import link
from tests.factories import make_campaign, make_home, make_petition, make_signature

pytestmark = pytest.mark.django_db

PRIVATE = "private, no-store"
PUBLIC = "public, max-age=3, stale-while-revalidate=1"


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


@pytest.mark.parametrize("slug", ["de-facto", "es-tu-turno", "ar-15"])
def test_a_page_may_be_named_like_a_language(client, slug):
    page = make_home().add_child(instance=ArticlePage(title="A river", slug=slug))

    response = client.get(page.url)

    assert (response.status_code, response["Content-Language"]) == (200, "en")


@pytest.mark.parametrize("cookie", ["whatever", "stale"])
def test_with_a_session_cookie_nothing_may_be_kept(client, cookie):
    client.cookies["sessionid"] = cookie

    response = client.get(make_campaign().url)

    assert (response.status_code, response["Cache-Control"]) == (200, PRIVATE)


@pytest.mark.parametrize("path", ["/", "/petitions/nothing/", "/admin/"])
def test_a_session_that_cannot_be_is_none(client, path):
    """In quotes, a cookie may contain any character (RFC 2109), even NUL: PostgreSQL refuses it."""
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
