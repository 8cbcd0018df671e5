"""Bulk emails are sent at one rate, however many workers there are."""

import time
from datetime import timedelta

import pytest
from aiosmtpd.smtp import SMTP
from django.db import connection
from django.db.models.functions import Now

from campaigns import rounds
from campaigns.appeals.message import Message
from campaigns.mail import pace, sending
from campaigns.mail.outbox import OutgoingMail
from campaigns.mailings.mailing import Recipient
from tests.factories import (
    days_ago,
    make_appeal,
    make_mail,
    make_mailing,
    make_petition,
    make_signature,
)


@pytest.mark.django_db
def test_all_workers_share_one_rate():
    span = timedelta(seconds=20)

    waits = [pace.reserve(span) for _worker in range(3)]

    assert [round(wait / 10) for wait in waits] == [0, 2, 4]


@pytest.mark.django_db
def test_nobody_sleeps_for_more_than_a_minute():
    """A thread that sleeps for five minutes counts as hung, and systemd ends its worker."""
    pace.reserve(timedelta(seconds=100))

    with pytest.raises(pace.Unreachable):
        pace.reserve(timedelta(seconds=10))

    assert 90 < seconds_ahead() < 100  # nothing was reserved


@pytest.mark.django_db
def test_a_clock_that_was_ahead_holds_nothing_up():
    pace.reserve(timedelta(hours=3))

    waits = [pace.reserve(timedelta(seconds=10)) for _worker in range(2)]

    assert [round(wait / 10) for wait in waits] == [0, 1]


@pytest.mark.django_db
def test_a_password_that_is_refused_is_tried_once_a_minute(smtp_server, settings, monkeypatch):
    """The server would lock out the account, or this machine."""
    tried = []

    async def offer(server, session, envelope, hostname, responses):
        return [*responses[:-1], "250-AUTH PLAIN", responses[-1]]

    async def refuse(server, argument):
        tried.append(argument)
        await server.push("535 5.7.8 wrong password")

    smtp_server.handle_EHLO = offer
    monkeypatch.setattr(SMTP, "smtp_AUTH", refuse)
    monkeypatch.setattr(pace.LogIn, "after", 0.0)
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "lastdrop"
    make_mail(make_signature(make_petition(), confirmed_at=None), outcome="")

    found = [sending.deliver().is_unreachable for _time in range(3)]
    in_a_minute = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: in_a_minute)
    found.append(sending.deliver().is_unreachable)

    assert (found, len(tried)) == ([True] * 4, 2)
    assert OutgoingMail.objects.get().attempts == 0


@pytest.mark.django_db
def test_what_it_put_off_by_a_day_is_due_once_it_is_right_again():
    """And nothing else: what a network's limit delays, and what waits for its next attempt."""
    petition, tomorrow = make_petition(), days_ago(-1)
    mailing, rows = make_mailing(petition), {}
    for name, signed, due, attempts in (
        ("refused while it was ahead", days_ago(0), tomorrow, 1),
        ("signed while it was ahead", tomorrow, tomorrow, 0),
        ("confirmed while it was ahead", days_ago(0), tomorrow, 0),
        ("delayed for its network", days_ago(0), tomorrow, 0),
        ("delayed for its network then", tomorrow, days_ago(-1.5), 0),
        ("waits for an hour", days_ago(0), days_ago(-1 / 24), 9),
    ):
        confirmed = tomorrow if name.startswith("confirmed") else None
        fields = {"signed_at": signed, "confirmed_at": confirmed, "email": f"{len(rows)}@x.org"}
        mail = make_mail(make_signature(petition, **fields), outcome="")
        OutgoingMail.objects.filter(pk=mail.pk).update(due_at=due, attempts=attempts)
        rows[name] = mail
    for attempts, due in ((0, tomorrow), (1, tomorrow), (3, days_ago(-1 / 24)), (6, tomorrow)):
        Recipient.objects.create(
            mailing=mailing,
            signature=make_signature(petition, email=f"{attempts}@y.org"),
            due_at=due,
            attempts=attempts,
        )
    Message.objects.create(
        appeal=make_appeal(), recipient_email="m@parliament.example", due_at=tomorrow
    )

    rounds.bring_back()

    due = OutgoingMail.objects.filter(due_at__lte=Now())
    assert [name for name, mail in rows.items() if mail in due] == [*rows][:3]
    again = Recipient.objects.filter(due_at__lte=Now())
    assert list(again.order_by("attempts").values_list("attempts", flat=True)) == [0, 1]
    assert Message.objects.filter(due_at__lte=Now()).count() == 1


def seconds_ahead() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM next_at - clock_timestamp()) FROM campaigns_pace")
        return float(cursor.fetchone()[0])
