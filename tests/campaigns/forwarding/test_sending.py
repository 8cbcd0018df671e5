"""Emails to targets are sent only once, whatever happens to the worker; domains may be IDNs."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.urls import reverse

from campaigns.forwarding import gathering, sending, stopping
from campaigns.mail import pace
from campaigns.models import Forwarded, ForwardedMail, Signature, Tally
from campaigns.signing import withdrawing
from operations import rounds
from tests import database
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.forwarding.test_forwarding import forwarding, send
from tests.factories import days_ago, make_signature


def forward() -> None:
    """Run the worker's round, as it is registered."""
    next(each for each in rounds.discover() if each.name == "forwarding").run()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_after_a_mail_has_left_does_not_send_it_again(monkeypatch):
    make_signature(forwarding())
    gathering.gather()
    take = EmailBackend.send_messages

    def killed(backend: EmailBackend, messages: list) -> int:
        take(backend, messages)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", killed)
        with pytest.raises(SystemExit):
            forward()
    forward()

    assert len(mail.outbox) == 1
    assert ForwardedMail.objects.get().outcome == ForwardedMail.Outcome.UNDER_WAY


@pytest.mark.django_db(transaction=True)
def test_who_withdraws_while_signatures_are_gathered_is_left_out_alone():
    petition = forwarding()
    signers = [make_signature(petition, email=f"{each}@example.org") for each in range(3)]

    def gather() -> None:
        try:
            gathering.gather()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            withdrawing.withdraw(signers[1].token("withdraw"))
            gathered = threads.submit(gather)
            while not database.waiting():
                time.sleep(0.01)
        gathered.result()

    left = [signers[0].pk, signers[2].pk]
    assert list(Forwarded.objects.order_by("pk").values_list("signature", flat=True)) == left


@pytest.mark.django_db
def test_with_a_slow_server_a_round_ends_early_and_the_next_follows(monkeypatch):
    monkeypatch.setattr(pace, "LONGEST", 0.0)
    for number in range(2):
        make_signature(forwarding(slug=f"{number}"))
    gathering.gather()

    waits, numbers = [], []
    for _round in range(3):
        waits.append(sending.send_due(sleep=lambda seconds: None))
        numbers.append(len(mail.outbox))

    assert (waits, numbers) == ([0.0, 0.0, None], [1, 2, 2])


@pytest.mark.django_db
def test_a_second_worker_keeps_to_the_rate_of_the_petition():
    petition = forwarding(hourly=1)
    for number in range(2):
        make_signature(petition, email=f"{number}@example.org")
    gathering.gather()
    (office,) = gathering.offices(petition)

    first = sending.start(petition.tally, office)
    second = sending.start(petition.tally, office)  # another worker, which had found it due, too

    assert (first is None, second) == (False, None)


@pytest.mark.django_db
def test_a_signer_with_a_domain_in_other_letters_is_mailed_and_answered():
    petition = forwarding(offers_answers=True)
    make_signature(petition, email="ada@m\u00fcnchen.example", may_answer=True)

    (sent,) = send()

    assert sent.reply_to == ["Ada Lovelace <ada@xn--mnchen-3ya.example>"]
    assert ForwardedMail.objects.get().outcome == ForwardedMail.Outcome.SENT


@pytest.mark.django_db
def test_a_mail_that_cannot_be_written_has_certainly_not_left(monkeypatch):
    petition = forwarding()
    make_signature(petition)

    def unwritable(*arguments: object, **values: object) -> None:
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr(sending.composing, "compose", unwritable)
        send()
    stopped = ForwardedMail.objects.get().outcome
    petition.tally.refresh_from_db()

    assert (stopped, petition.tally.forwarding_at) == (ForwardedMail.Outcome.REFUSED, None)
    assert Forwarded.objects.get().mail is None  # its signature waits for the next email


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 2])
def test_who_is_quarantined_as_the_mail_is_written_is_mailed_once_released(monkeypatch, number):
    petition = forwarding(forwards="digest", together=number)
    for each in range(number):
        make_signature(petition, name=f"Signer {each}", email=f"{each}@example.org")
    start = sending.start

    def quarantine(*arguments: object) -> ForwardedMail | None:
        started = start(*arguments)
        Signature.objects.filter(name="Signer 0").update(moderation="quarantined")
        return started

    with monkeypatch.context() as patch:
        patch.setattr(sending, "start", quarantine)
        first = send()
    Signature.objects.update(moderation="")
    gathering.gather()
    Forwarded.objects.update(found_at=days_ago(1))

    (second,) = send()

    assert ["Signer 0" in each.body for each in first] == [False] * (number - 1)
    assert ("Signer 0" in second.body, "Signer 1" in second.body) == (True, False)


@pytest.mark.django_db
def test_the_history_says_why_the_emails_have_stopped(client):
    petition = forwarding()
    make_signature(petition)
    Tally.objects.update(forwarding_at=days_ago(1))
    send()
    client.force_login(make_user("manager", "Campaign managers"))

    stopping.came_back(ForwardedMail.objects.get().pk, is_complaint=True)

    history = reverse("wagtailsnippets_campaigns_petition:history", args=[petition.pk])
    said = "Emails to the targets stopped: one was reported as spam"
    assert said in client.get(history).content.decode()
