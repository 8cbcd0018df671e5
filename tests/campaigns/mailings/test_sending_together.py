"""The emails of a mailing that are sent within a second are started together."""

import re
import smtplib
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns import health_readings
from campaigns.mail import pace, posting
from campaigns.mail.refusals import WAITS
from campaigns.mailings import composing, mailing_actions, sending
from campaigns.mailings.mailing import Recipient
from campaigns.models import Signature
from campaigns.privacy import erasing
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.mailings.test_sending import (
    approved,
    counted,
    make_signers,
    recipients,
    work,
)
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


def test_of_those_who_were_started_together_who_was_not_tried_waits_again(smtp_server, monkeypatch):
    river = make_petition()
    signers = make_signers(river, 4)
    mailing = approved(river)
    Signature.objects.filter(pk=signers[1].pk).update(updates=False)
    hand_over = sending.hand_over

    def killed_at_third(started, begun, signature, backend):
        if signature.email == signers[2].email:
            raise KeyboardInterrupt
        return hand_over(started, begun, signature, backend)

    monkeypatch.setattr(sending, "hand_over", killed_at_third)
    with pytest.raises(KeyboardInterrupt):
        work()

    left = Recipient.objects.order_by("pk").values_list("signature", "attempts", "started_at")
    assert [(key, tries, at is None) for key, tries, at in left] == [
        (signers[2].pk, 1, False),
        (signers[3].pk, 0, True),
    ]
    assert (recipients(smtp_server), counted(mailing)) == ([signers[0].email], {"sent": 1})


@pytest.mark.parametrize(
    "error", [ZeroDivisionError(), OSError(), smtplib.SMTPSenderRefused(553, b"", "")]
)
def test_what_our_code_cannot_write_is_refused_by_nobody_and_is_tried_again(
    error, client, smtp_server, monkeypatch, caplog
):
    client.force_login(make_user("manager", "Campaign managers"))
    river = make_petition()
    signers = make_signers(river, 3)
    mailing, compose = approved(river), composing.compose

    def stumble(begun, signature, recipient):
        if signature == signers[0]:
            raise error
        return compose(begun, signature, recipient)

    def unwritten() -> tuple[bool, list[str]]:
        page = client.get(reverse("mailing", args=[mailing.pk])).content.decode()
        return health_readings.mailings()[0], re.findall(r"\d+ emails? of this mailing", page)

    with monkeypatch.context() as patch:
        patch.setattr(composing, "compose", stumble)
        for _time in range(2 * len(WAITS)):
            work()
            Recipient.objects.update(due_at=timezone.now())
    meanwhile, is_waiting = counted(mailing), Recipient.objects.filter(started_at=None).exists()
    shown, logged = unwritten(), caplog.text
    with monkeypatch.context() as patch:
        patch.setattr(posting, "post", Mock(side_effect=smtplib.SMTPDataError(451, b"4.3.2")))
        Recipient.objects.update(attempts=0)
        work()
    written = unwritten()
    Recipient.objects.update(due_at=timezone.now())
    work()

    assert (meanwhile, is_waiting) == ({"sent": 2}, True)
    assert (shown, written) == ((False, ["1 email of this mailing"]), (True, []))
    assert counted(mailing) == {"sent": 3}
    said = f"An email of mailing {mailing.pk} cannot be written: {type(error).__name__}"
    assert said in logged
    assert "was not taken" not in logged


def test_with_a_slow_server_who_leaves_after_the_start_gets_nothing(smtp_server, monkeypatch):
    monkeypatch.setattr(pace, "FRESH", 0.0)
    river = make_petition()
    signers = make_signers(river, 4)
    mailing = approved(river)
    post = posting.post

    def post_slowly(message, backend):
        post(message, backend)
        erasing.erase("signer1@example.org")
        Signature.objects.filter(pk=signers[2].pk).update(updates=False)

    monkeypatch.setattr(posting, "post", post_slowly)
    work()

    assert recipients(smtp_server) == [signers[0].email, signers[3].email]
    assert counted(mailing) == {"sent": 2}
    assert not Recipient.objects.exists()


def test_who_was_in_hand_when_it_was_stopped_does_not_wait_for_ever(smtp_server, monkeypatch):
    """The second must be retried later; the fourth is given back when the worker is killed."""
    river = make_petition()
    signers = make_signers(river, 4)
    mailing = approved(river)
    hand_over = sending.hand_over

    def killed_at_third(started, begun, signature, backend):
        if signature.email == signers[0].email:
            return hand_over(started, begun, signature, backend)
        if signature.email == signers[1].email:
            raise smtplib.SMTPDataError(451, b"later")
        mailing_actions.pause(mailing)
        mailing_actions.stop(mailing)
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "hand_over", killed_at_third)
    with pytest.raises(KeyboardInterrupt):
        work()
    left = Recipient.objects.count()
    work()

    assert (left, counted(mailing)) == (2, {"sent": 1, "stopped": 2})
    # Nobody knows what became of the third.
    assert [each.signature_id for each in Recipient.objects.all()] == [signers[2].pk]


def test_after_a_refusal_nobody_else_is_tried_if_it_was_stopped_meanwhile(smtp_server, monkeypatch):
    river = make_petition()
    make_signers(river, 4)
    mailing = approved(river)
    tried = []

    def stopped_at_first(started, begun, signature, backend):
        tried.append(signature)
        mailing_actions.pause(mailing)
        mailing_actions.stop(mailing)
        raise smtplib.SMTPDataError(451, b"later")

    monkeypatch.setattr(sending, "hand_over", stopped_at_first)
    work(2)

    assert (len(tried), counted(mailing)) == (1, {"stopped": 4})
    assert not Recipient.objects.exists()


@pytest.mark.parametrize("number", [1, 4])
def test_a_batch_asks_the_database_as_often_for_one_as_for_several(smtp_server, number):
    river = make_petition()
    make_signers(river, number)
    approved(river)

    with CaptureQueriesContext(connection) as queries:
        work()

    about_people = [each["sql"] for each in queries if 'FROM "campaigns_signature"' in each["sql"]]
    starts = [
        each["sql"] for each in queries if "SET started_at = clock_timestamp()" in each["sql"]
    ]
    assert len(recipients(smtp_server)) == number
    assert (len(starts), len(about_people)) == (1, 2)  # who is listed, and who may still get it
