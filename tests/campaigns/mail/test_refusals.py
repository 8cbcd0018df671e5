"""A refusal is final if it concerns one mailbox or one email, and not the account of the site."""

import smtplib

import pytest

from campaigns.mail.refusals import WAITS, refused_for_good
from operations.doctor.answers import Unanswered, told


def at_recipient(code: int, text: bytes) -> Exception:
    return smtplib.SMTPRecipientsRefused({"ada@example.org": (code, text)})


@pytest.mark.parametrize(
    "error",
    [
        at_recipient(550, b"5.1.1 No such user"),
        at_recipient(550, b"No such user here"),
        at_recipient(553, b"sorry, not in my list of hosts"),
        at_recipient(550, b"5.4.4 Invalid domain"),
        at_recipient(550, b"5.4.1 Recipient address rejected: Access denied."),
        smtplib.SMTPDataError(552, b"5.2.2 Mailbox full"),
        smtplib.SMTPDataError(554, "5.6.0 Message is malformed"),
    ],
    ids=str,
)
def test_what_concerns_one_mailbox_or_one_email_is_final(error):
    assert refused_for_good(error)


@pytest.mark.parametrize(
    "error",
    [
        at_recipient(550, b"5.7.1 Sending disabled for this account"),
        at_recipient(550, b"5.1.90 You have reached your daily limit"),
        at_recipient(452, b"4.3.1 daily quota"),
        at_recipient(550, b"#5.7.1 Your access to submit messages has been rejected"),
        at_recipient(550, b"5.4.1 Relay access denied"),
        at_recipient(421, b"Too many connections"),
        at_recipient(454, b"Relay access denied"),
        at_recipient(554, b"5.3.2 System not accepting messages"),
        smtplib.SMTPSenderRefused(550, b"5.1.8 Bad sender", "site@example.org"),
        smtplib.SMTPDataError(550, b"5.4.5 Daily user sending limit exceeded"),
        smtplib.SMTPDataError(554, b"5.7.1 Your account is suspended"),
        smtplib.SMTPDataError(550, b"Message limit exceeded, see 5.1.1"),
        smtplib.SMTPServerDisconnected(),
    ],
    ids=str,
)
def test_what_concerns_the_account_of_the_site_is_tried_again(error):
    assert not refused_for_good(error)


def test_a_code_alone_may_concern_the_account_until_others_are_taken():
    """RFC 5321, 4.2.3: 550 also stands for a command that is refused by policy."""
    error = at_recipient(550, b"relay not permitted")

    assert not refused_for_good(error, is_sure=False)
    assert refused_for_good(at_recipient(550, b"#5.1.1 unknown"), is_sure=False)


def test_the_log_says_what_the_server_said_without_its_text():
    errors = [
        at_recipient(550, b"5.1.1 <ada@example.org>: unknown"),
        smtplib.SMTPDataError(550, "#5.7.1 ada@example.org"),
        smtplib.SMTPSenderRefused(452, b"ada@example.org 4.3.1", "us@example.org"),
        ConnectionRefusedError(111, "Connection refused"),
        Unanswered("timed out"),
    ]

    assert [told(error) for error in errors] == [
        "SMTPRecipientsRefused 550 5.1.1",
        "SMTPDataError 550 5.7.1",
        "SMTPSenderRefused 452",
        "ConnectionRefusedError Connection refused",
        "Unanswered",
    ]


def test_mailings_and_messages_are_tried_for_two_days():
    assert sum(wait.total_seconds() for wait in WAITS) > 2 * 86_400
