"""Reports of mail servers are read; the return path names the signature, and no email address."""

import email
from uuid import UUID

import pytest
from django.core.mail import EmailMessage

from campaigns.bounces import reports, return_path
from campaigns.bounces.reports import Said
from campaigns.bounces.return_path import Returned
from tests.campaigns.bounces import exim, samples

MICROSOFT_365 = "Recipient address rejected: Access\n denied."
OUTLOOK = "Requested action not taken: mailbox unavailable"
ADA = UUID("0193603f-5c4e-7abc-8def-0123456789ab")


@pytest.fixture(autouse=True)
def bounce_address(settings) -> None:
    settings.BOUNCE_ADDRESS = "bounces@example.org"


def test_each_shape_says_what_it_says():
    expected = {
        samples.NO_SUCH: Said.GONE,
        samples.EXCHANGE: Said.GONE,
        samples.GMAIL: Said.GONE,
        exim.bounced("550-5.1.1 No such account.\n 550 5.1.1 Try again."): Said.GONE,
        exim.bounced("550 no mailbox here by that name (#5.1.1)"): Said.GONE,
        exim.bounced("550-5.7.26 Unauthenticated.\n 550 5.7.26 See us."): Said.REFUSED,
        exim.bounced("552 5.2.2 The mailbox is full"): Said.FAILED,
        exim.bounced("550 Blocked: 5.1.1.7 and 192.5.1.1 send spam"): Said.FAILED,
        samples.postfix("5.4.1", f"550 5.4.1 {MICROSOFT_365} AS(201806281)"): Said.GONE,
        samples.postfix("5.5.0", f"550 5.5.0 {OUTLOOK} (S2017062302)"): Said.GONE,
        exim.bounced(f"550 5.5.0 {OUTLOOK}"): Said.GONE,
        samples.postfix("5.4.1", "550 5.4.1 No answer from host"): Said.FAILED,
        samples.postfix("5.0.0", f"550 {OUTLOOK}"): Said.FAILED,  # GMX, for other reasons
        samples.FULL: Said.FAILED,
        samples.UNANSWERED: Said.FAILED,
        samples.QMAIL: Said.FAILED,
        samples.BLOCKED: Said.REFUSED,
        samples.LATE: Said.NOTHING,
        samples.AWAY: Said.NOTHING,
        samples.COMPLAINT: Said.COMPLAINED,
        samples.NOT_SPAM: Said.NOTHING,
        samples.ARF.replace("{kind}", "opt-out"): Said.UNSUBSCRIBED,
        samples.COMPLAINT.replace("Feedback-Type: abuse\n", ""): Said.NOTHING,
        "": Said.NOTHING,
    }
    path = return_path.of(return_path.make(ADA, mailing=7))

    found = [
        reports.said(email.message_from_bytes(samples.raw(sample, path))) for sample in expected
    ]

    assert found == list(expected.values())


def test_each_shape_leads_back_to_its_mail():
    reports_of_failure = (samples.NO_SUCH, samples.EXCHANGE, samples.GMAIL, exim.EXIM)
    shapes = (*reports_of_failure, samples.QMAIL, samples.COMPLAINT)
    path = return_path.of(return_path.make(ADA, mailing=7))

    found = {return_path.find(samples.raw(shape, path)) for shape in shapes}
    shouted = return_path.find(samples.raw(samples.NO_SUCH, path.upper()))

    assert found == {Returned(ADA, 7)}
    assert shouted == Returned(ADA, 7)


def test_nobody_makes_a_return_path_but_we(settings):
    path = return_path.of(return_path.make(ADA))
    local, _, domain = path.partition("@")
    forged = [
        f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}".replace("+", "+a", 1),
        f"bounces+{'a' * return_path.LENGTH}@{domain}",
        f"bounces@{domain}",
        path.replace("example.org", "example.net"),
    ]

    found = [return_path.find(samples.raw(samples.NO_SUCH, each)) for each in forged]
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 8
    old = return_path.find(path.encode())
    settings.SECRET_KEY_FALLBACKS = []
    older = return_path.find(path.encode())
    settings.BOUNCE_ADDRESS = ""
    without = return_path.find(path.encode())

    assert found == [None] * 4
    assert (old, older, without) == (Returned(ADA, 0), None, None)
    assert len(local) <= 64  # RFC 5321, 4.5.3.1.1


def test_readers_see_the_usual_sender(settings, smtp_server):
    mails = [EmailMessage("Hello", "Hello!", to=["ada@example.com"]) for _number in range(2)]
    return_path.put(mails[0], ADA, mailing=7)
    settings.BOUNCE_ADDRESS = ""
    return_path.put(mails[1], ADA)

    for mail in mails:
        mail.send()

    settings.BOUNCE_ADDRESS = "bounces@example.org"
    assert {message["From"] for message in smtp_server.messages} == {settings.DEFAULT_FROM_EMAIL}
    paths = [envelope.mail_from for envelope in smtp_server.envelopes]
    assert paths[0] == return_path.of(return_path.make(ADA, mailing=7))
    assert paths[1] in settings.DEFAULT_FROM_EMAIL
    assert "example.com" not in paths[0]
