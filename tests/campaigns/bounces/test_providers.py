"""Reports of providers, in their own formats, end mailings; without the secret they do nothing."""

import hashlib
import hmac
import json
import runpy
from base64 import b64encode
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage

from campaigns.bounces import return_path
from campaigns.mailings import suppression, unticking
from campaigns.models import Mailing, Signature, SuppressedMailbox
from tests.campaigns.bounces.test_reading import counted, sending
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

SECRET = "lastdrop:only-in-the-tests-of-hooks"
URL = "/mail-events/"
UNKNOWN = "550 5.1.1 The email account that you tried to reach does not exist"


@pytest.fixture(autouse=True)
def provider(settings) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": "key"}
    settings.MAIL_PROVIDER = "postmark"


def header(signature: Signature, mailing: Mailing, provider: str) -> str:
    """The value of our header that the provider returns with each report."""
    mail = EmailMessage("Hello", "Hello!", to=["ada@example.org"])
    return_path.put(mail, signature.pk, mailing=mailing.pk)
    value = mail.message()[return_path.HEADERS[provider]]
    assert "@" not in value
    return str(value)


def bounce(provider: str, email: str, told: str) -> object:
    """The data that each provider posts about a bounced email."""
    named = {} if provider == "postmark" else json.loads(told)
    failed = {"event": "failed", "severity": "permanent", "recipient": email}
    shapes: dict[str, object] = {
        "brevo": {"event": "hard_bounce", "email": email, "X-Mailin-custom": told},
        "mailgun": signed(
            {
                "event-data": {
                    **failed,
                    "timestamp": 1732615872.1,
                    "user-variables": named,
                    "delivery-status": {"code": 550, "message": UNKNOWN},
                }
            }
        ),
        "mailjet": [{"event": "bounce", "email": email, "hard_bounce": True, "Payload": told}],
        "postmark": {
            "RecordType": "Bounce",
            "Type": "HardBounce",
            "Email": email,
            "Details": f"smtp;{UNKNOWN}",
            "Metadata": {return_path.NAME: told},
        },
        "sparkpost": [
            {
                "msys": {
                    "message_event": {
                        "type": "bounce",
                        "bounce_class": "10",
                        "raw_reason": UNKNOWN,
                        "raw_rcpt_to": email,
                        "rcpt_meta": named.get("metadata"),
                    }
                }
            }
        ],
    }
    return shapes[provider]


def signed(body: dict[str, Any]) -> dict[str, Any]:
    """Sign the data as Mailgun does."""
    digest = hmac.new(b"key", b"1732615872token", hashlib.sha256).hexdigest()
    return {"signature": {"timestamp": "1732615872", "token": "token", "signature": digest}, **body}


def postmark(email: str, **fields: object) -> dict[str, object]:
    return {"RecordType": "Bounce", "Email": email, **fields}


def post(client, body: object, *, secret: str = SECRET) -> int:
    text = body if isinstance(body, str) else json.dumps(body)
    headers = {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"}
    answer = client.post(URL, text, content_type="application/json", headers=headers)
    return int(answer.status_code)


def suppressed() -> set[tuple[bytes, str]]:
    rows = SuppressedMailbox.objects.values_list("mailbox_key", "reason")
    return {(bytes(key), reason) for key, reason in rows}


def test_a_bounce_of_each_provider_is_counted_for_its_mailing(client, settings):
    river = make_petition()
    mailing = sending(river)
    for provider in settings.MAIL_PROVIDERS:
        settings.MAIL_PROVIDER = provider
        signature = make_signature(river, email=f"{provider}@example.org", updates=True)
        told = header(signature, mailing, provider)

        codes = [post(client, bounce(provider, signature.email, told)) for _time in range(2)]

        assert (provider, codes) == (provider, [200, 200])
    assert counted(mailing) == {"bounced": 5}
    assert suppressed() == {
        (suppression.keys_of(f"{provider}@example.org")[0], "bounced")
        for provider in settings.MAIL_PROVIDERS
    }


def test_without_a_token_the_mailbox_is_known_and_what_may_pass_ends_nothing(client):
    complained = {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": "a@example.org"}
    left = {"RecordType": "SubscriptionChange", "Recipient": "b@example.org"}
    left |= {"SuppressSending": True, "SuppressionReason": "ManualSuppression"}
    reports = [
        complained,
        left,
        postmark("c@example.org", Type="SoftBounce", Details="smtp;552 5.2.2 mailbox full"),
        postmark("d@example.org", Type="HardBounce", Details="smtp;550 5.7.1 blocked"),
        postmark("e@example.org", Type="Transient"),
        postmark("f@example.org", Type="BadEmailAddress"),
        {"RecordType": "Open", "Recipient": "g@example.org"},
        postmark("h@example.org", Type="SpamNotification", Details="smtp;550 spam detected"),
    ]

    codes = {post(client, report) for report in reports}

    assert codes == {200}
    assert suppressed() == {
        (suppression.keys_of("a@example.org")[0], "complained"),
        (suppression.keys_of("b@example.org")[0], "unsubscribed"),
        (suppression.keys_of("f@example.org")[0], "bounced"),
    }


def test_who_complains_by_a_report_without_our_token_is_kept_informed_of_nothing_more(client):
    for slug in ("river", "forest"):
        make_signature(make_petition(slug=slug), email="ada@example.org", updates=True)
    make_signature(make_petition(slug="lake"), email="grace@example.org", updates=True)
    reports = [
        {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": "Ada+x@example.org"},
        postmark("grace@example.org", Type="BadEmailAddress"),
    ]

    for report in reports:
        post(client, report)

    informed = Signature.objects.filter(updates=True).values_list("email", flat=True)
    assert list(informed) == ["grace@example.org"], "A bounce takes no consent away."


def test_who_complains_of_a_signature_that_is_gone_gets_no_mail_for_another(client):
    river, forest = make_petition(slug="river"), make_petition(slug="forest")
    mailing = sending(river)
    gone = make_signature(river, email="ada@example.org", updates=True)
    make_signature(forest, email="Ada@example.org", updates=True)
    told = header(gone, mailing, "postmark")
    gone.delete()
    complained = {
        "RecordType": "SpamComplaint",
        "Type": "SpamComplaint",
        "Email": "ada@example.org",
    }

    codes = {post(client, {**complained, "Metadata": {return_path.NAME: told}}) for _ in range(2)}
    unticking.untick()

    assert (codes, counted(mailing)) == ({200}, {"spam": 1})
    assert suppressed() == {(suppression.keys_of("ada@example.org")[0], "complained")}
    assert not Signature.objects.filter(updates=True).exists()


def test_without_the_secret_or_switched_off_nothing_is_believed(client, settings, caplog):
    report = postmark("ada@example.org", Type="BadEmailAddress")

    wrong = post(client, report, secret="lastdrop:guessed")
    none = client.post(URL, json.dumps(report), content_type="application/json").status_code
    got = client.get(URL).status_code
    head = client.head(URL).status_code
    nonsense = [post(client, text) for text in ("", "[", "[]", "7", '"x"', "null")]
    settings.MAIL_PROVIDER = "mailjet"
    unsent = [post(client, text) for text in ("{}", "[{}]", "[7]")]
    settings.MAIL_PROVIDER = ""
    off = post(client, report)

    assert (wrong, none, got, head, off) == (400, 400, 405, 200, 404)
    assert set(nonsense) == {400}
    assert unsent[1:] == [400, 400]
    assert not SuppressedMailbox.objects.exists()
    assert "ada@" not in caplog.text


def test_settings_of_no_use_stop_the_start_with_a_sentence(monkeypatch):
    host = {"BOUNCE_ADDRESS": "bounces@example.org", "BOUNCE_IMAP_HOST": "imap.example.org"}
    wrong = [
        ({"BOUNCE_ADDRESS": "bounces"}, "BOUNCE_ADDRESS must be an email address"),
        ({"BOUNCE_ADDRESS": "a-very-long-local-part@example.org"}, "at most 18 characters"),
        ({"BOUNCE_IMAP_HOST": "imap.example.org"}, "variable BOUNCE_ADDRESS"),
        (host, "variable BOUNCE_IMAP_USER"),
        ({"MAIL_PROVIDER": "ourselves"}, "MAIL_PROVIDER must be one of brevo,"),
        ({"MAIL_PROVIDER": "postmark"}, "variable MAIL_PROVIDER_SECRET"),
        ({"MAIL_PROVIDER": "postmark", "MAIL_PROVIDER_SECRET": "lastdrop:short"}, "20 or more"),
        ({"MAIL_PROVIDER": "mailgun", "MAIL_PROVIDER_SECRET": SECRET}, "MAIL_PROVIDER_KEY"),
    ]
    for variables, sentence in wrong:
        with monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            with pytest.raises(ImproperlyConfigured, match=sentence):
                runpy.run_module("config.settings.mail")
    monkeypatch.setenv("MAIL_PROVIDER", "Postmark")
    monkeypatch.setenv("MAIL_PROVIDER_SECRET", SECRET)

    found = runpy.run_module("config.settings.mail")

    assert (found["MAIL_PROVIDER"], found["ANYMAIL"]) == ("postmark", {"WEBHOOK_SECRET": SECRET})
    assert found["BOUNCE_ADDRESS"] == found["BOUNCE_IMAP_HOST"] == ""
