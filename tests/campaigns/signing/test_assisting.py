"""Assistance for a signer: another email, a confirmation by hand, a name, no more emails."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from campaigns.counting import counting
from campaigns.mail import reminders, sending
from campaigns.models import HandConfirmation, OutgoingMail, Signature, StoppedMailbox, Tally
from campaigns.privacy import access_report, erasing, retention
from campaigns.signatures import tokens
from campaigns.signing import assisting, signing
from tests.factories import make_ended, make_mail, make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def pending() -> Signature:
    return make_signature(make_petition(), confirmed_at=None)


def test_another_mail_to_confirm_leaves(pending, mailoutbox):
    was_sent = assisting.resend(pending)
    sending.deliver()

    assert was_sent
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["ada@example.org"], "Please confirm your signature: Keep the river free")
    ]
    assert OutgoingMail.objects.get().outcome == "sent"


def test_no_more_mails_go_to_a_mailbox_than_its_allowance(pending):
    for _ in range(2):
        make_mail(pending)

    resent = [assisting.resend(pending), assisting.resend(pending)]

    assert resent == [True, False]
    assert OutgoingMail.objects.count() == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"confirmed_at": timezone.now()},
        {"moderation": "quarantined"},
        {"moderation": "invalidated"},
    ],
)
def test_only_what_awaits_confirmation_is_resent_or_confirmed_by_hand(fields):
    signature = make_signature(make_petition(), **{"confirmed_at": None, **fields})
    before = signature.confirmed_at

    done = [
        assisting.resend(signature),
        assisting.confirm_by_hand(signature, reason="A letter", by=None),
    ]

    signature.refresh_from_db()
    assert (done, signature.confirmed_at) == ([False, False], before)
    assert not HandConfirmation.objects.exists()


def test_a_signature_confirmed_by_hand_counts_and_says_so(pending, client, admin_user):
    confirmed = assisting.confirm_by_hand(pending, reason="Letter of 3 May", by=admin_user)
    again = assisting.confirm_by_hand(pending, reason="Twice", by=admin_user)
    counting.recount()

    assert (confirmed, again, Tally.objects.get().total) == (True, False, 1)
    page = client.get(f"/signatures/manage/{tokens.make('manage', pending.pk)}/").content.decode()
    assert "Confirmed for you by the organisation" in page
    assert "Letter of 3 May" in page
    (row,) = access_report.export("ada@example.org")["signatures"]
    by_hand = HandConfirmation.objects.get()
    assert row["confirmed_by_hand"] == {
        "reason": "Letter of 3 May",
        "confirmed_at": by_hand.confirmed_at,
        "confirmed_by": admin_user.username,
    }


def test_nothing_is_confirmed_by_hand_when_the_petition_takes_no_more_confirmations():
    signature = make_signature(make_ended(days=2), confirmed_at=None)

    assert not assisting.confirm_by_hand(signature, reason="A letter", by=None)


def test_the_mark_of_a_confirmation_by_hand_goes_with_the_data(pending):
    assisting.confirm_by_hand(pending, reason="Letter of 3 May", by=None)

    erasing.erase("ada@example.org")

    assert not HandConfirmation.objects.exists()


def test_a_corrected_name_is_corrected_in_public_too(pending):
    now = timezone.now()
    Signature.objects.filter(pk=pending.pk).update(shown_as="Ada L.", shown_at=now)
    pending.refresh_from_db()

    assert assisting.correct_name(pending, name="Augusta King")

    pending.refresh_from_db()
    assert (pending.name, pending.shown_as, pending.shown_at) == (
        "Augusta King",
        "Augusta K.",
        None,
    )


def test_no_mail_of_any_kind_goes_to_who_asked_for_none(pending, mailoutbox):
    petition = pending.tally.petition
    other = make_petition(title="Another")
    Signature.objects.update(updates=True, signed_at=timezone.now() - timedelta(days=3))
    assert reminders.remindable().exists()

    assisting.stop_mail(pending)
    assisting.stop_mail(pending)

    assert not reminders.remindable().exists()
    assert not assisting.resend(pending)
    for each in (petition, other):
        signing.sign(each, name="Ada", email="ADA+x@example.org", version=each.version.pk)
    sending.deliver()
    assert [mail.subject for mail in mailoutbox] == ["Please confirm your signature: Another"]
    assert Signature.objects.get(tally=petition.tally).updates is False


def test_no_mail_goes_after_the_signature_was_deleted_either(pending, mailoutbox):
    petition = pending.tally.petition
    assisting.stop_mail(pending)
    erasing.erase("ada@example.org")

    signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)
    sending.deliver()

    assert mailoutbox == []
    assert [row["petition"] for row in access_report.export("ada@example.org")["stopped_mail"]] == [
        petition.title
    ]


def test_mail_that_is_allowed_again_goes(pending, mailoutbox):
    Signature.objects.update(updates=True)
    assisting.stop_mail(pending)

    assisting.allow_mail(pending)
    assisting.resend(pending)
    sending.deliver()

    assert len(mailoutbox) == 1
    assert Signature.objects.get().updates is False


def test_that_mail_is_stopped_is_stored_as_long_as_the_data_of_signers(capsys):
    running, ended = make_petition(), make_ended(days=10)
    signatures = [make_signature(petition) for petition in (running, ended)]
    for signature in signatures:
        assisting.stop_mail(signature)

    retention.run()
    before = StoppedMailbox.objects.count()
    type(ended).objects.filter(pk=ended.pk).update(retention_days=5)
    call_command("retention")

    assert before == 2
    assert StoppedMailbox.objects.get().tally == running.tally


def test_signing_is_answered_alike_whether_mail_is_stopped_or_not(pending):
    petition = pending.tally.petition
    assisting.stop_mail(pending)
    data = {"name": "Ada", "consent": "on", "country": "RU", "version": petition.version.pk}

    answers = [
        Client().post(petition.url_path("sign"), {**data, "email": email})
        for email in ("ada@example.org", "new@example.org")
    ]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (303, petition.url_path("check_your_email"))
    ] * 2
