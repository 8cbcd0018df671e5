"""Bounced emails are read from a real IMAP server, and their mailbox gets no more emails."""

import logging
import os
from collections.abc import Iterator
from email.utils import parseaddr
from typing import Any

import pytest
from imap_tools import MailBoxUnencrypted

from campaigns.bounces import consequences, reading, return_path
from campaigns.bounces.reports import Said
from campaigns.bounces.return_path import Returned
from campaigns.mail import reminders
from campaigns.mail import sending as outbox
from campaigns.mailings import audience, failing, suppression
from campaigns.mailings.mailing import Mailing, State
from campaigns.models import FailingMailbox, OutgoingMail, Signature, SuppressedMailbox
from campaigns.privacy import access_report, erasing
from campaigns.signing import changing_emails, signing
from servers import imap
from tests.campaigns.bounces import samples
from tests.conftest import needed
from tests.factories import (
    days_ago,
    make_mail,
    make_mailing,
    make_pending,
    make_petition,
    make_signature,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def server() -> Iterator[imap.Server]:
    needed("dovecot")
    if os.getuid():
        pytest.skip("Dovecot is started as root only.")
    with imap.running() as found:
        yield found


@pytest.fixture
def folder(server, settings, request) -> Iterator[MailBoxUnencrypted]:
    """The IMAP folder of this test, as a person with an email program sees it."""
    settings.BOUNCE_ADDRESS = "bounces@example.org"
    settings.BOUNCE_IMAP_HOST, settings.BOUNCE_IMAP_PORT = "127.0.0.1", server.port
    settings.BOUNCE_IMAP_TLS, settings.BOUNCE_IMAP_FOLDER = False, "INBOX"
    settings.BOUNCE_IMAP_USER = request.node.name
    settings.BOUNCE_IMAP_PASSWORD = imap.PASSWORD
    with MailBoxUnencrypted("127.0.0.1", server.port, timeout=20) as opened:
        opened.login(settings.BOUNCE_IMAP_USER, imap.PASSWORD)
        yield opened


@pytest.fixture(autouse=True)
def bounce_address(settings) -> None:
    settings.BOUNCE_ADDRESS = "bounces@example.org"


def sending(*petitions, **fields: Any) -> Mailing:
    mailing = make_mailing(*petitions, **fields)
    Mailing.objects.filter(pk=mailing.pk).update(
        state=State.SENDING, began_at=days_ago(1), approved_at=days_ago(1)
    )
    return mailing


def counted(mailing: Mailing) -> dict[str, int]:
    return {name: number for name, number in mailing.numbers.items() if number}


def left(folder: MailBoxUnencrypted) -> list[tuple[str, bool]]:
    """The messages that are left, and whether each is marked as read."""
    folder.folder.set("INBOX")
    found = folder.fetch(mark_seen=False)
    return [(message.subject, "\\Seen" in message.flags) for message in found]


def test_what_comes_back_is_counted_once_and_deleted_and_other_mail_stays(folder, caplog):
    caplog.set_level(logging.INFO)
    river = make_petition()
    gone, complains, full, kept = (
        make_signature(river, email=f"{name}@example.com", updates=True)
        for name in ("gone", "complains", "full", "kept")
    )
    mailing = sending(river)
    about = [(gone, samples.GMAIL), (gone, samples.NO_SUCH), (full, samples.FULL)]
    about += [(full, samples.FULL), (complains, samples.COMPLAINT), (kept, samples.LATE)]
    for signature, sample in [*about, (kept, samples.BLOCKED), (kept, samples.AWAY)]:
        token = return_path.make(signature.pk, mailing=mailing.pk)
        folder.append(samples.raw(sample, return_path.of(token)))
    folder.append(samples.raw(samples.GMAIL, "bounces@example.org"))
    folder.append(b"Subject: Dear colleagues\r\n\r\nHello!\r\n")

    waits = [reading.read_due(), reading.read_due()]

    assert waits == [None, None]
    assert counted(mailing) == {"bounced": 3, "spam": 1}
    assert left(folder) == [
        ("Delivery Status Notification (Failure)", True),
        ("Dear colleagues", True),
    ]
    assert audience.people(mailing) == [kept.pk, full.pk]
    assert set(SuppressedMailbox.objects.values_list("mailbox_key", "reason")) == {
        (suppression.keys_of("gone@example.com")[0], "bounced"),
        (suppression.keys_of("complains@example.com")[0], "complained"),
    }
    # A complaint withdraws the consent; a mailbox that no longer exists does not.
    assert set(Signature.objects.filter(updates=False)) == {complains}
    assert "example.com" not in caplog.text


def test_a_folder_that_cannot_be_read_is_tried_later_and_off_is_off(folder, settings, caplog):
    settings.BOUNCE_IMAP_PASSWORD = "wrong"
    refused = reading.read_due()
    settings.BOUNCE_IMAP_PASSWORD, settings.BOUNCE_IMAP_TLS = imap.PASSWORD, True
    untrusted = reading.read_due()
    settings.BOUNCE_IMAP_PORT, settings.BOUNCE_IMAP_TLS = 1, False
    unreachable = reading.read_due()
    settings.BOUNCE_IMAP_HOST = ""

    assert (refused, untrusted, unreachable) == (reading.PAUSE,) * 3
    assert reading.read_due() is None
    assert [each.name for each in caplog.records].count(reading.__name__) == 3
    assert settings.BOUNCE_IMAP_USER not in caplog.text


def test_a_message_that_breaks_our_code_does_not_come_again(folder, monkeypatch, caplog):
    ada = make_signature(make_petition(), email="ada@example.com", updates=True)
    folder.append(samples.raw(samples.GMAIL, return_path.of(return_path.make(ada.pk))))

    def broken(message: object) -> None:
        raise LookupError(ada.email)

    monkeypatch.setattr(reading.reports, "said", broken)
    reading.read_due()

    assert left(folder) == [("Delivery Status Notification (Failure)", True)]
    assert "A message in the folder of bounces failed: LookupError" in caplog.text
    assert "ada@" not in caplog.text


def test_with_a_slow_server_a_batch_ends_early_and_the_next_follows(folder, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST", 0.0)
    for subject in (b"one", b"two"):
        folder.append(b"Subject: %s\r\n\r\nHello!\r\n" % subject)

    first = reading.read_due()
    halfway = left(folder)
    others = [reading.read_due(), reading.read_due()]

    assert (first, halfway) == (0, [("one", True), ("two", False)])
    assert others == [0, None]


def test_the_third_mailing_that_fails_is_the_last():
    river = make_petition()
    ada = make_signature(river, updates=True)
    mailings = [sending(river) for _number in range(3)]
    reached = []
    for mailing in mailings:
        for _time in range(2):
            consequences.act(Returned(ada.pk, mailing.pk), Said.FAILED)
        reached.append(bool(audience.people(mailing)))

    assert reached == [True, True, False]
    assert [counted(mailing) for mailing in mailings] == [{"bounced": 1}] * 3
    assert FailingMailbox.objects.get().failures == 0


def test_failures_are_forgotten_after_half_a_year():
    keys = suppression.keys_of("ada@example.org")
    failing.note(keys, mailing=1)
    failing.delete_old()
    before = FailingMailbox.objects.count()
    FailingMailbox.objects.update(failed_at=days_ago(181))

    failing.delete_old()

    assert (before, FailingMailbox.objects.count()) == (1, 0)


def test_who_confirms_again_gets_mailings_again():
    river, forest = make_petition(), make_petition(slug="forest")
    ada = make_signature(river, updates=True)
    mailing = sending(river, forest)
    consequences.act(Returned(ada.pk, mailing.pk), Said.GONE)
    before = audience.people(mailing)

    again = make_pending(forest, days=0, updates=True)
    signing.confirm(again.token("confirm"))

    assert (before, audience.people(mailing)) == ([], [again.pk])


def test_a_mail_to_confirm_that_came_back_is_not_followed_by_a_reminder():
    river = make_petition()
    signers = [make_pending(river, days=3, email=f"{each}@example.org") for each in range(3)]
    for signature in signers:
        make_mail(signature)
    gone, late, kept = signers

    consequences.act(Returned(gone.pk, 0), Said.GONE)
    consequences.act(Returned(late.pk, 0), Said.FAILED)

    assert set(reminders.remindable()) == {late, kept}
    assert not SuppressedMailbox.objects.exists()  # nobody has proved that it is their mailbox


def test_nothing_follows_where_the_signature_is_gone_or_the_mailing_is_unknown():
    ada = make_signature(make_petition(), updates=True)

    consequences.act(Returned(ada.pk, 4_000_000_000), Said.FAILED)
    consequences.act(Returned(ada.pk, 0), Said.FAILED)
    consequences.act(Returned(ada.pk, 0), Said.NOTHING)
    gone = Returned(ada.pk, 0)
    ada.delete()
    consequences.act(gone, Said.GONE)

    assert not SuppressedMailbox.objects.exists()
    assert not FailingMailbox.objects.exists()


def test_the_person_learns_of_it_and_an_erasure_deletes_it():
    river = make_petition()
    make_signature(river, email="ada@example.org", updates=True)
    suppression.suppress(
        suppression.keys_of("ada@example.org"), signature=None, reason=suppression.Reason.BOUNCED
    )
    failing.note(suppression.keys_of("ada@example.org"), mailing=1)
    suppression.suppress(suppression.keys_of("bob@example.org"), signature=None)

    told = access_report.export("ada@example.org")
    receipt = erasing.erase("ada@example.org")
    erasing.erase("bob@example.org")

    assert told["bounced_at"]
    assert (told["unsubscribed_at"], told["failed_mailings"]) == (None, 1)
    assert receipt.others == {erasing.BOUNCED: 2}
    assert not FailingMailbox.objects.exists()
    # Unsubscribing is a person's own wish, which outlives an erasure.
    assert SuppressedMailbox.objects.get().reason == "unsubscribed"


def test_a_mail_of_the_outbox_has_a_return_path_of_its_own(smtp_server):
    ada = make_pending(make_petition(), days=0)
    make_mail(ada, outcome="")

    outbox.deliver()

    assert smtp_server.envelopes[0].mail_from == return_path.of(return_path.make(ada.pk))


def test_the_mails_about_a_new_email_have_none_since_there_are_two_mailboxes(smtp_server, settings):
    settings.MAIL_PROVIDER = "postmark"
    ada = make_signature(make_petition())
    changing_emails.ask(ada, email="ada@new.example")

    outbox.deliver()
    OutgoingMail.objects.filter(outcome="").update(due_at=days_ago(0.01))
    outbox.deliver()

    usual = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    assert [envelope.mail_from for envelope in smtp_server.envelopes] == [usual] * 2
    headers = [message[return_path.HEADERS["postmark"]] for message in smtp_server.messages]
    assert headers == [None] * 2
