"""A mail server that takes its time gets each email once, and one that does not answer thrice."""

import asyncio
from datetime import timedelta

import pytest
from aiosmtpd.smtp import SMTP
from django.utils import timezone

from campaigns import health_readings
from campaigns.mail import pace, sending
from campaigns.mailings import refused_in_a_row
from campaigns.mailings.mailing import MOST_REFUSED, Recipient, State
from campaigns.models import OutgoingMail
from tests.campaigns.mail.test_sending import outcomes, sign
from tests.campaigns.mailings.test_sending import approved, make_signers, state, work
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


def test_a_mail_server_that_takes_its_time_gets_each_mail_once(smtp_server, settings):
    settings.EMAIL_TIMEOUT = 0.1
    take = smtp_server.handle_DATA

    async def take_slowly(server, session, envelope):
        await asyncio.sleep(0.3)
        return await take(server, session, envelope)

    smtp_server.handle_DATA = take_slowly
    sign(make_petition())

    sending.deliver()

    assert (outcomes(), len(smtp_server.messages)) == (["sent"], 1)


def test_what_a_mail_server_has_perhaps_taken_is_tried_three_times_in_hours(
    smtp_server, monkeypatch
):
    monkeypatch.setattr(pace, "ANSWERED_WITHIN", 0.1)
    take = smtp_server.handle_DATA

    async def take_and_hang(server, session, envelope):
        await take(server, session, envelope)
        await asyncio.sleep(0.3)
        return "250 OK"

    smtp_server.handle_DATA = take_and_hang
    sign(make_petition())

    waits, health = [], []
    for _time in range(4):
        sending.deliver()
        waits.append(OutgoingMail.objects.get().due_at - timezone.now())
        health.append(health_readings.outbox())
        OutgoingMail.objects.filter(outcome="").update(due_at=timezone.now())

    assert all(timedelta(minutes=59) < wait < timedelta(hours=1) for wait in waits[:2])
    assert (outcomes(), len(smtp_server.messages)) == (["abandoned"], 3)
    assert health[:2] == [(False, "1 emails were not taken, and none was sent lately.")] * 2


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_connection_that_breaks_before_the_mail_was_handed_over_delays_it_a_little(
    command, smtp_server, monkeypatch
):
    async def leave(server, argument):
        server.transport.abort()

    monkeypatch.setattr(SMTP, f"smtp_{command}", leave)
    sign(make_petition())

    sending.deliver()

    mail = OutgoingMail.objects.get()
    assert (mail.outcome, mail.attempts) == ("", 1)
    assert mail.due_at < timezone.now() + timedelta(minutes=1)


def test_a_mailing_waits_for_a_server_that_breaks_off_ten_minutes_and_then_pauses(
    smtp_server, monkeypatch
):
    async def leave(server, argument):
        server.transport.abort()

    monkeypatch.setattr(SMTP, "smtp_MAIL", leave)
    river = make_petition()
    make_signers(river, MOST_REFUSED + 1)
    mailing = approved(river)

    for _time in range(MOST_REFUSED):
        work()
    waited = state(mailing)
    monkeypatch.setattr(refused_in_a_row, "PATIENCE", 0.0)
    work()
    Recipient.objects.update(due_at=timezone.now(), attempts=0)
    work()

    assert (waited, state(mailing)) == (State.SENDING, State.PAUSED)
