"""What a browser may do with our pages: a table, asserted on every public kind of page."""

import json
import re
from pathlib import Path
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.core.exceptions import DisallowedHost, PermissionDenied
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from campaigns.appeals import writing
from campaigns.appeals.message import Message
from campaigns.mail.new_emails import NewEmail
from campaigns.mailings import links
from campaigns.signatures import tokens
from campaigns.signing import changing_emails
from campaigns.signing.thanks_page import Thanked, mark
from home.models import ContentPage
from tests.factories import (
    change_texts,
    make_appeal,
    make_article,
    make_campaign,
    make_ended,
    make_home,
    make_mailing,
    make_petition,
    make_signature,
)
from tests.new_emails import press

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
        "child-src 'self'",
        "frame-src https://www.youtube-nocookie.com https://player.vimeo.com",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    },
}
PAGES = [
    ("home", 200, "same-origin"),
    ("campaign", 200, "same-origin"),
    ("update", 200, "same-origin"),
    ("campaigns", 200, "same-origin"),
    ("article", 200, "same-origin"),
    ("petition", 200, "same-origin"),
    ("check_your_email", 200, "same-origin"),
    ("thanks", 200, "same-origin"),
    ("thanked", 200, "same-origin"),
    ("changes", 200, "same-origin"),
    ("code", 200, "same-origin"),
    ("appeal", 200, "same-origin"),
    ("message asked", 200, "same-origin"),
    ("message", 200, "no-referrer"),
    ("second message", 409, "no-referrer"),
    ("message done", 200, "no-referrer"),
    ("message to nobody", 409, "no-referrer"),
    ("bad message link", 400, "no-referrer"),
    ("count", 200, "same-origin"),
    ("search", 200, "same-origin"),
    ("confirm", 200, "no-referrer"),
    ("manage", 200, "no-referrer"),
    ("withdraw", 200, "no-referrer"),
    ("unsubscribe", 200, "no-referrer"),
    ("unsubscribed", 200, "no-referrer"),
    ("new email", 200, "no-referrer"),
    ("email taken", 409, "no-referrer"),
    ("withdrawn", 200, "no-referrer"),
    ("gone", 410, "no-referrer"),
    ("too late", 410, "no-referrer"),
    ("replaced", 409, "no-referrer"),
    ("bad link", 400, "no-referrer"),
    ("ended draft", 410, "no-referrer"),
    ("news", 200, "same-origin"),
    ("content", 200, "same-origin"),
    ("private", 200, "same-origin"),
    ("form errors", 422, "same-origin"),
    ("from elsewhere", 403, "same-origin"),
    ("not a form", 415, "same-origin"),
    ("closed", 410, "same-origin"),
    ("another host", 400, "same-origin"),
    ("forbidden", 403, "same-origin"),
    ("stale form", 403, "same-origin"),
    ("database down", 503, "same-origin"),
    ("not there", 404, "same-origin"),
    ("error", 500, "same-origin"),
]


# The form data for pages that are reached by a POST, and the errors that the test causes.
POSTED = {
    "withdrawn": {},
    "second message": {},
    "unsubscribed": {},
    "too late": {},
    "closed": {},
    "form errors": {},
    "from elsewhere": {"headers": {"Sec-Fetch-Site": "cross-site"}},
    "not a form": {"content_type": "text/plain", "data": "hello"},
    "stale form": {},
}
HAPPENING = {
    "error": TypeError,
    "another host": DisallowedHost,
    "forbidden": PermissionDenied,
    "database down": OperationalError,
}
FORBIDDEN = (" style=", "<style", " onclick=", " onload=", "<script>", "javascript:")
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# Templates of whole pages: they extend one of the two bases of public pages, or none. Frames on
# other sites, emails and pages for staff have headers of their own, which other tests check.
PAGE = re.compile(r'extends "(base|campaigns/message)\.html"|<!doctype', re.IGNORECASE)
ELSEWHERE = re.compile(
    r"/(mails|staff|cms|home/identity|styleguide|wagtail\w*)/|frame|default_texts_preview"
)


@pytest.fixture
def addresses() -> dict[str, str]:
    told = {"day": "2026-01-31", "heading": "The minister answers", "text": "<p>He waits.</p>"}
    update = {"type": "update", "value": told, "id": "12345678-1234-4234-8234-123456789abc"}
    campaign = make_campaign(updates=json.dumps([update]))
    petition, signature = campaign.petition, make_signature(campaign.petition, confirmed_at=None)
    links = {
        purpose: f"/signatures/{purpose}/{tokens.make(purpose, signature.pk)}/"
        for purpose in ("confirm", "manage", "withdraw")
    }
    change_texts(petition, close="Let it flow.")
    names = ("petition", "check_your_email", "thanks", "changes", "count")
    return {
        "home": make_home().url,
        "campaign": campaign.url,
        "update": f"{campaign.url}updates/12345678/",
        "campaigns": campaign.get_parent().url,
        "article": make_article().url,
        **{name: petition.url_path(name) for name in names},
        "thanked": f"{petition.url_path('thanks')}{mark(Thanked(petition, 7))}/",
        "search": "/search/",
        "code": "/code/",
        **message_urls(),
        **links,
        "withdrawn": links["withdraw"],
        "gone": f"/signatures/withdraw/{tokens.make('withdraw', uuid4())}/",
        **dict.fromkeys(("unsubscribe", "unsubscribed"), unsubscribe_url()),
        "too late": confirm_late(),
        "new email": asked_email("new@example.org"),
        "email taken": asked_email("ada@example.org"),
        "replaced": confirm_replaced(),
        "closed": f"{make_ended(title='Over').url_path()}sign/",
        "bad link": "/signatures/confirm/x/",
        "ended draft": "/drafts/x/",
        "news": make_article(title="More").get_parent().url,
        **dict(zip(("content", "private"), content_urls(), strict=True)),
        **dict.fromkeys(("form errors", "from elsewhere", "not a form"), petition.url_path("sign")),
        **dict.fromkeys(("another host", "forbidden", "database down"), "/search/?query=break"),
        "not there": "/nothing/",
        "stale form": "/search/",
        "error": "/search/?query=break",
    }


def content_urls() -> list[str]:
    """The URLs of a page that everybody may read, and of one that asks for a password."""
    pages = [make_home().add_child(instance=ContentPage(title=title)) for title in ("About", "Us")]
    PageViewRestriction.objects.create(page=pages[1], restriction_type="password", password="word")
    return [page.url for page in pages]


def asked_email(email: str) -> str:
    """The link that confirms a new email address. Ada's has already signed the petition."""
    petition = make_petition(title=f"Asked by {email}")
    make_signature(petition)
    signature = make_signature(petition, email="grace@example.org")
    changing_emails.ask(signature, email=email)
    key = bytes(NewEmail.objects.get(signature=signature).key)
    return f"/signatures/email/{tokens.make('email', signature.pk, key)}/"


def message_urls() -> dict[str, str]:
    """The URLs of an appeal, and of the pages that follow a message to a representative."""
    appeal = make_appeal()
    [member] = appeal.representatives.filter(area="Area 1")
    to = {f"recipient_{name}": getattr(member, name) for name in ("name", "email")}
    to |= {"appeal": appeal, "area": member.area}
    gone = Message.objects.create(appeal=appeal, recipient_email="gone@e.org")
    message = Message.objects.create(**to)
    twice = {**to, "mailbox_key": b"of one mailbox"}
    done = Message.objects.create(**twice, confirmed_at=timezone.now())
    second = Message.objects.create(**twice)
    return {
        "appeal": appeal.get_absolute_url(),
        "message asked": f"{appeal.get_absolute_url()}check-your-email/",
        "message": f"/signatures/message/{writing.token_of(message)}/",
        "second message": f"/signatures/message/{writing.token_of(second)}/",
        "message done": f"/signatures/message/{writing.token_of(done)}/",
        "message to nobody": f"/signatures/message/{writing.token_of(gone)}/",
        "bad message link": "/signatures/message/x/",
    }


def unsubscribe_url() -> str:
    petition = make_petition(title="Written about")
    mailing = make_mailing(petition)
    url = links.unsubscribe_url(make_signature(petition), mailing)
    return url.removeprefix("http://testserver")


def confirm_late() -> str:
    """The link of somebody who signed in time and confirms long after closing."""
    late = make_signature(make_ended(title="Long over"), confirmed_at=None)
    return f"/signatures/confirm/{tokens.make('confirm', late.pk)}/"


def confirm_replaced() -> str:
    """A link that was made before somebody signed again."""
    typed = {"confirmed_at": None, "typed_digest": b"newer"}
    replaced = make_signature(make_petition(title="Replaced"), **typed)
    return f"/signatures/confirm/{tokens.make('confirm', replaced.pk, b'older')}/"


def ask(client: Client, addresses: dict[str, str], page: str) -> HttpResponse:
    """Request a page as a visitor would; raise the errors that no request can cause."""
    client.raise_request_exception = False
    client.handler.enforce_csrf_checks = page == "stale form"
    if page == "email taken":
        return press(client, addresses[page])
    send = client.post if page in POSTED else client.get
    with pytest.MonkeyPatch.context() as patch:
        if page in HAPPENING:
            patch.setattr("search.views.answer", Mock(side_effect=HAPPENING[page]))
        return send(addresses[page], **POSTED.get(page, {}))


def test_every_public_answer_says_what_a_browser_may_do(client, addresses):
    public = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if PAGE.search(path.read_text()) and not ELSEWHERE.search(str(path))
    }

    wrong, shown, inline, stale = {}, set(), {}, ""
    for page, status, referrer in PAGES:
        response = ask(client, addresses, page)
        said = {name: response.get(name, "") for name in HEADERS}
        said["Content-Security-Policy"] = set(said["Content-Security-Policy"].split("; "))
        found = response.status_code, response.get("Referrer-Policy"), said
        if found != (status, referrer, HEADERS):
            wrong[page] = found
        shown |= {template.name for template in response.templates}
        text = response.content.decode()
        inline[page] = [word for word in FORBIDDEN if word in text]
        stale = text if page == "stale form" else stale

    assert wrong == {}
    assert len(public) > 15
    assert public - shown == set(), "A public template is left out."
    assert inline == {page: [] for page in inline}, "The policy forbids what is inline."
    # A form that was open for too long gets a page of the site.
    assert "Please send it once more" in stale
    assert "CSRF" not in stale
