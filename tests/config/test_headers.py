"""What a browser may do with our pages: a table, asserted on every public kind of page."""

import pytest

from campaigns import tokens
from tests.factories import make_article, make_campaign, make_home, make_signature, reword

pytestmark = pytest.mark.django_db

HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "microphone=(), midi=(), payment=(), usb=()"
    ),
    "Content-Security-Policy": {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src https://www.youtube-nocookie.com https://player.vimeo.com",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    },
}
PAGES = [
    ("home", 200, "same-origin"),
    ("campaign", 200, "same-origin"),
    ("campaigns", 200, "same-origin"),
    ("article", 200, "same-origin"),
    ("petition", 200, "same-origin"),
    ("check_your_email", 200, "same-origin"),
    ("thanks", 200, "same-origin"),
    ("changes", 200, "same-origin"),
    ("count", 200, "same-origin"),
    ("search", 200, "same-origin"),
    ("confirm", 200, "no-referrer"),
    ("manage", 200, "no-referrer"),
    ("withdraw", 200, "no-referrer"),
    ("bad link", 400, "no-referrer"),
    ("not there", 404, "same-origin"),
    ("error", 500, "same-origin"),
]


@pytest.fixture
def addresses() -> dict[str, str]:
    campaign = make_campaign()
    petition, signature = campaign.petition, make_signature(campaign.petition, confirmed_at=None)
    links = {
        purpose: f"/signatures/{purpose}/{tokens.make(purpose, signature.pk)}/"
        for purpose in ("confirm", "manage", "withdraw")
    }
    reword(petition, close="Let it flow.")
    names = ("petition", "check_your_email", "thanks", "changes", "count")
    return {
        "home": make_home().url,
        "campaign": campaign.url,
        "campaigns": campaign.get_parent().url,
        "article": make_article().url,
        **{name: petition.address(name) for name in names},
        "search": "/search/",
        **links,
        "bad link": "/signatures/confirm/x/",
        "not there": "/nothing/",
        "error": "/search/?query=break",
    }


@pytest.mark.parametrize(("page", "status", "referrer"), PAGES, ids=[page for page, *_ in PAGES])
def test_every_public_answer_says_what_a_browser_may_do(
    client, addresses, monkeypatch, page, status, referrer
):
    if page == "error":
        monkeypatch.setattr("search.views.find_pages", None)
    client.raise_request_exception = False

    response = client.get(addresses[page])

    said = {name: response.get(name) for name in HEADERS}
    said["Content-Security-Policy"] = set(said["Content-Security-Policy"].split("; "))
    assert (response.status_code, response["Referrer-Policy"], said) == (status, referrer, HEADERS)


def test_the_cms_may_be_framed_by_itself_alone(admin_client):
    policy = admin_client.get("/admin/")["Content-Security-Policy"].split("; ")

    assert "frame-ancestors 'self'" in policy
    assert "default-src 'self'" in policy


@pytest.mark.parametrize("page", ["campaign", "petition", "thanks", "home"])
def test_nothing_is_inline_that_the_policy_forbids(client, addresses, page):
    text = client.get(addresses[page]).content.decode()

    forbidden = (" style=", "<style", " onclick=", " onload=", "<script>", "javascript:")
    assert [word for word in forbidden if word in text] == []
