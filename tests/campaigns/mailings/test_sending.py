"""Mailings are sent once to each recipient, through a real mail server, as they were approved."""

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campaigns.mail import pace
from campaigns.mailings import audience, mailing_actions, sending, suppression
from campaigns.mailings.mailing import Mailing, Recipient, State
from campaigns.models import Signature
from campaigns.privacy import anonymising, erasing
from campaigns.signing import withdrawing
from operations.doctor.answers import Unanswered
from tests.campaigns.bounces.test_consequences import moved
from tests.factories import days_ago, make_mailing, make_petition, make_signature

pytestmark = pytest.mark.django_db


def make_signers(petition, number: int) -> list[Signature]:
    return [
        make_signature(petition, email=f"signer{each}@example.org", updates=True)
        for each in range(number)
    ]


def approved(*petitions, **fields) -> Mailing:
    mailing = make_mailing(*petitions, **fields)
    mailing_actions.submit(mailing, seen=mailing.stamp)
    mailing.refresh_from_db()
    approver, _ = User.objects.get_or_create(username="approver")
    assert mailing_actions.approve(mailing, seen=mailing.submitted_at, by=approver)
    return mailing


def let_time_pass(_seconds: float = 0.0) -> None:
    """Free the slots that were reserved, in the place of waiting for them."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_pace SET next_at = clock_timestamp()")


def work(times: int = 1) -> None:
    """Send as the worker does, without its pauses."""
    for _time in range(times):
        sending.send_due(sleep=let_time_pass)


def counted(mailing: Mailing) -> dict[str, int]:
    return {name: number for name, number in mailing.numbers.items() if number}


def state(mailing: Mailing) -> str:
    return Mailing.objects.values_list("state", flat=True).get(pk=mailing.pk)


def recipients(smtp_server) -> list[str]:
    return [envelope.rcpt_tos[0] for envelope in smtp_server.envelopes]


def test_each_gets_one_mail_and_only_the_numbers_stay(smtp_server, settings):
    settings.MAILING_RATE = 24  # two within five seconds
    river = make_petition()
    make_signers(river, 5)
    mailing = approved(river)

    work(2)
    halfway = (state(mailing), len(smtp_server.messages), Recipient.objects.count())
    work(3)

    assert halfway == (State.SENDING, 4, 1)
    assert sorted(recipients(smtp_server)) == [f"signer{each}@example.org" for each in range(5)]
    assert (state(mailing), counted(mailing)) == (State.SENT, {"sent": 5})
    assert not Recipient.objects.exists()
    assert smtp_server.messages[0]["Auto-Submitted"] == "auto-generated"


def test_nothing_leaves_before_its_time_or_without_approval(smtp_server):
    river = make_petition()
    make_signers(river, 1)
    make_mailing(river)
    submitted = make_mailing(river)
    mailing_actions.submit(submitted, seen=submitted.stamp)
    later = approved(river, send_at=timezone.now() + timedelta(hours=1))

    work()
    with pytest.raises(IntegrityError), transaction.atomic():
        Mailing.objects.filter(pk=submitted.pk).update(state=State.SENDING)

    assert (smtp_server.messages, state(later)) == ([], State.APPROVED)


def test_what_was_approved_is_what_is_sent(smtp_server):
    river = make_petition()
    make_signers(river, 1)
    mailing = approved(river)

    with pytest.raises(IntegrityError), transaction.atomic():
        Mailing.objects.filter(pk=mailing.pk).update(subject="Something else")
    with pytest.raises(IntegrityError), transaction.atomic():
        Mailing.objects.filter(pk=mailing.pk).update(html="Something else")
    work()

    sent = smtp_server.messages[0]
    assert sent["Subject"] == "The minister has answered"
    assert "Dear Ada, the dam will not be built." in sent.get_body(("plain",)).get_content()
    assert "Dear Ada, the dam will not be built." in sent.get_body(("html",)).get_content()


def test_whoever_wrote_it_cannot_approve_it_nor_what_was_changed_since():
    writer, other = User.objects.create(username="w"), User.objects.create(username="o")
    mailing = make_mailing(make_petition())
    mailing.writers.add(writer)
    mailing_actions.submit(mailing, seen=mailing.stamp)
    mailing.refresh_from_db()
    seen = mailing.submitted_at
    with pytest.raises(mailing_actions.IsWriter):
        mailing_actions.approve(mailing, seen=seen, by=writer)

    mailing_actions.take_back(mailing)
    mailing_actions.submit(mailing, seen=mailing.stamp)

    assert not mailing_actions.approve(mailing, seen=seen, by=other)
    assert state(mailing) == State.WAITING


def test_it_pauses_resumes_and_stops_and_says_how_many_were_left(smtp_server, settings):
    settings.MAILING_RATE = 24
    river = make_petition()
    make_signers(river, 5)
    mailing = approved(river)
    work()

    mailing_actions.pause(mailing)
    work()
    paused = len(smtp_server.messages)
    mailing_actions.resume(mailing)
    work()
    resumed = len(smtp_server.messages)
    is_stopped_at_once = mailing_actions.stop(mailing)
    mailing_actions.pause(mailing)
    mailing_actions.stop(mailing)
    work()

    assert (paused, resumed, len(smtp_server.messages)) == (2, 4, 4)
    assert not is_stopped_at_once  # it has to be paused first
    assert (state(mailing), counted(mailing)) == (State.STOPPED, {"sent": 4, "stopped": 1})


def test_who_withdrew_unsubscribed_or_was_erased_meanwhile_gets_nothing(smtp_server, settings):
    settings.MAILING_RATE = 12  # one within five seconds
    river, ended = make_petition(), make_petition(slug="ended", closes_at=days_ago(200))
    make_signature(ended, email="signer1@example.org", updates=True)  # who withdraws the newer one
    signers = make_signers(river, 7)
    old = make_signature(ended, email="old@example.org", updates=True)
    mailing = approved(river, ended)
    work()

    first, withdrawn, erased, unsubscribed, unticked, quarantined, left = signers
    withdrawing.withdraw(withdrawn.token("withdraw"))
    erasing.erase(erased.email)
    suppression.suppress(suppression.keys_of(unsubscribed.email), signature=None)
    Signature.objects.filter(pk=unticked.pk).update(updates=False)
    Signature.objects.filter(pk=quarantined.pk).update(moderation="quarantined")
    anonymising.anonymise([old.pk])
    work(7)

    assert recipients(smtp_server) == [first.email, left.email]
    assert (state(mailing), counted(mailing)) == (State.SENT, {"sent": 2})


@pytest.mark.parametrize("is_other", [True, False])
def test_who_changes_the_address_meanwhile_gets_it_once(smtp_server, settings, is_other):
    """At an address that has signed, too, and gets its own; otherwise at the new address."""
    settings.MAILING_RATE = 12  # one within five seconds
    river, forest = make_petition(), make_petition(slug="forest")
    signers = {"a@example.org": make_signature(river, email="a@example.org", updates=True)}
    signers["b@example.org"] = make_signature(forest, email="b@example.org", updates=True)
    mailing = approved(river, forest)
    work()

    [first] = recipients(smtp_server)
    [(_email, later)] = [each for each in signers.items() if each[0] != first]
    moved(later, first if is_other else "c@example.org")
    work(3)

    assert recipients(smtp_server) == ([first] if is_other else [first, "c@example.org"])
    assert state(mailing) == State.SENT


def test_a_mail_whose_worker_was_killed_is_not_sent_again(smtp_server, monkeypatch):
    river = make_petition()
    make_signers(river, 2)
    mailing = approved(river)

    def killed(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, "hand_over", killed)
        with pytest.raises(KeyboardInterrupt):
            work()
    work()
    before = (state(mailing), len(smtp_server.messages))
    Recipient.objects.update(started_at=days_ago(1))
    work()

    assert before == (State.SENDING, 1)
    assert (state(mailing), counted(mailing)) == (State.SENT, {"sent": 1, "unclear": 1})
    assert len(smtp_server.messages) == 1


def test_a_refusal_ends_it_a_later_is_tried_again_and_what_was_not_answered_is_not(
    smtp_server, monkeypatch
):
    river = make_petition()
    signers = make_signers(river, 5)
    answers = {
        signers[0].email: [smtplib.SMTPRecipientsRefused({"x": (550, b"5.2.1 Disabled")})],
        signers[3].email: [smtplib.SMTPRecipientsRefused({"x": (550, b"5.1.1 No such user")})],
        signers[1].email: [smtplib.SMTPDataError(451, b"Try again later")],
        signers[4].email: [smtplib.SMTPServerDisconnected()],  # before the email was handed over
        signers[2].email: [Unanswered()],
    }
    hand_over = sending.hand_over

    def answer(started, begun, signature, backend):
        if answers[signature.email]:
            raise answers[signature.email].pop()
        return hand_over(started, begun, signature, backend)

    monkeypatch.setattr(sending, "hand_over", answer)
    mailing = approved(river)

    work(2)
    at_first = counted(mailing)
    Recipient.objects.update(due_at=timezone.now())
    work(2)

    assert at_first == {"refused": 2, "unclear": 1}
    assert recipients(smtp_server) == [signers[1].email, signers[4].email]
    assert counted(mailing) == {"refused": 2, "unclear": 1, "sent": 2}
    # A mailbox that does not exist gets no more; a refusal because of us changes nothing.
    reached = audience.people(make_mailing(river))
    assert set(reached) == {each.pk for each in (*signers[:3], signers[4])}


def test_without_a_mail_server_or_a_rate_nobody_is_started(smtp_server, settings):
    river = make_petition()
    make_signers(river, 2)
    mailing = approved(river)
    rate, settings.MAILING_RATE = settings.MAILING_RATE, 0
    work(2)
    settings.MAILING_RATE = rate
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1

    work()
    waiting = Recipient.objects.filter(started_at=None).count()
    settings.EMAIL_PORT = port
    work(2)

    assert (waiting, counted(mailing)) == (2, {"sent": 2})


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once(smtp_server):
    river = make_petition()
    make_signers(river, 30)
    mailing = approved(river)

    def worker(_number: int) -> None:
        try:
            work(4)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(worker, range(2)))
    work()

    found = recipients(smtp_server)
    assert (len(found), len(set(found))) == (30, 30)
    assert (state(mailing), counted(mailing)) == (State.SENT, {"sent": 30})


def test_with_a_slow_server_a_batch_ends_early_and_the_next_follows(smtp_server, monkeypatch):
    monkeypatch.setattr(pace, "LONGEST", 0.0)
    river = make_petition()
    make_signers(river, 2)
    approved(river)

    work()
    first = len(recipients(smtp_server))
    work()

    assert (first, len(recipients(smtp_server))) == (1, 2)
