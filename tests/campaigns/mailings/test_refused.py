"""While the mail server refuses one email after another, a mailing waits, and loses nobody."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from campaigns import health_readings
from campaigns.appeals import sending as messages
from campaigns.appeals import writing
from campaigns.appeals.message import Message
from campaigns.mail import sending as outbox
from campaigns.mail.refusals import SURE_FROM, WAITS
from campaigns.mailings import mailing_actions, notices, refused_in_a_row
from campaigns.mailings.mailing import MOST_UNANSWERED, Mailing, Recipient, State
from campaigns.models import MailingNotice, OutgoingMail
from campaigns.signing import signing
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.mailings.test_sending import (
    approved,
    counted,
    make_signers,
    recipients,
    state,
    work,
)
from tests.factories import make_appeal, make_petition, make_signature

pytestmark = pytest.mark.django_db

HOME = "/admin/"
FEW = 6  # in the place of twenty, after whose refusals a mailing pauses (test_helping.py)
QUOTA = "550 5.4.5 Daily user sending limit exceeded"


@pytest.fixture
def provider(smtp_server, monkeypatch):
    """A mail server that takes as many emails as its `left` says, and refuses the others.

    It never takes an email to those who are `barred`.
    """
    for each in (mailing_actions, refused_in_a_row):
        monkeypatch.setattr(each, "MOST_REFUSED", FEW)
    take = smtp_server.handle_DATA
    smtp_server.answer, smtp_server.barred = QUOTA, set()

    async def handle_data(server, session, envelope):
        if smtp_server.left <= 0 or envelope.rcpt_tos[0] in smtp_server.barred:
            return smtp_server.answer
        smtp_server.left -= 1
        return await take(server, session, envelope)

    smtp_server.handle_DATA = handle_data
    return smtp_server


def test_a_mailing_is_paused_and_goes_on_to_everybody_who_has_not_got_it(provider, caplog):
    provider.left = 3
    river = make_petition()
    make_signers(river, 12)
    mailing = approved(river)

    for _time in range(3):  # while it is resumed in vain
        work(3)
        assert (state(mailing), counted(mailing)) == (State.PAUSED, {"sent": 3})
        assert mailing.recipients.exclude(attempts=0).count() == FEW
        assert Mailing.objects.get(pk=mailing.pk).why_paused == "refused"
        assert MailingNotice.objects.filter(kind="paused").count() == 1
        mailing_actions.resume(mailing)
    provider.left = 100
    work(3)

    assert (state(mailing), counted(mailing)) == (State.SENT, {"sent": 12})
    assert len(set(recipients(provider))) == len(recipients(provider)) == 12
    # What the operator can say about it, without the text, which may contain an email address.
    refused = f"An email of mailing {mailing.pk} was not taken: SMTPDataError 550 5.4.5\n"
    assert refused in caplog.text


def test_those_who_can_resume_it_are_notified_and_the_history_says_it(provider, client):
    provider.left = 0
    river = make_petition()
    make_signers(river, FEW)
    mailing = approved(river)
    admin = User.objects.create_superuser("admin", "admin@example.org")
    MailingNotice.objects.all().delete()
    work()
    for _time in range(12):  # refused by the same server, for hours
        notices.send_due()
        MailingNotice.objects.update(due_at=timezone.now())
    provider.left = 1
    notices.send_due()

    said = provider.messages[-1]
    # Of a header whose text begins on the second line, Python 3.11 keeps the space before it.
    assert (said["To"], said["Subject"].strip()) == (
        "admin@example.org",
        "Paused: the mailing “The minister has answered”",
    )
    assert "refused one email after another" in said.get_body(("plain",)).get_content()
    assert not MailingNotice.objects.exists()
    client.force_login(make_user("editor", "Editors"))
    assert "Paused mailings" not in client.get(HOME).content.decode()
    client.force_login(admin)
    for address in (reverse("mailing", args=[mailing.pk]), HOME):
        page = client.get(address).content.decode()
        assert "The mail server has refused one email after another" in page, address
    mailing_actions.resume(mailing)
    assert "Paused mailings" not in client.get(HOME).content.decode()
    assert "petition.mailing_refused" in ModelLogEntry.objects.values_list("action", flat=True)


def test_a_server_that_does_not_say_whether_it_takes_them_pauses_it_and_costs_few(provider, client):
    """It hangs up once it has the email: whoever is written to again may get it twice."""
    provider.left = 100
    take = provider.handle_DATA

    async def hang_up(server, session, envelope):
        server.transport.abort()
        return await take(server, session, envelope)

    provider.handle_DATA = hang_up
    river = make_petition()
    make_signers(river, 12)
    mailing = approved(river)
    admin = User.objects.create_superuser("admin", "admin@example.org")
    MailingNotice.objects.all().delete()
    work(3)
    notices.send_due()
    MailingNotice.objects.update(due_at=timezone.now())
    paused = Mailing.objects.get(pk=mailing.pk)
    found = (paused.state, paused.why_paused, counted(mailing))
    client.force_login(admin)
    page = client.get(reverse("mailing", args=[mailing.pk])).content.decode()
    provider.handle_DATA = take
    notices.send_due()
    perhaps, told = (each.get_body(("plain",)).get_content() for each in provider.messages[-2:])
    del provider.messages[-2:], provider.envelopes[-2:]

    mailing_actions.resume(mailing)
    work(3)

    said = "has not said of one email after another whether it has taken it"
    assert said in page
    assert said in told
    assert perhaps == told  # had twice is better than never
    assert "petition.mailing_unanswered" in ModelLogEntry.objects.values_list("action", flat=True)
    assert found == (State.PAUSED, "unanswered", {"unclear": MOST_UNANSWERED})
    rest = {"sent": 12 - MOST_UNANSWERED, "unclear": MOST_UNANSWERED}
    assert (state(mailing), counted(mailing)) == (State.SENT, rest)
    assert len(set(recipients(provider))) == len(recipients(provider)) == 12


def confirmed_message() -> Message:
    typed = {"name": "Ada", "email": "ada@example.org", "subject": "S", "text": "Please"}
    appeal = make_appeal()
    to = appeal.representatives.first()
    writing.write(appeal, network=None, to=to, aside="", **typed)
    message = Message.objects.get()
    messages.send_due(sleep=lambda seconds: None)
    message.refresh_from_db()
    writing.confirm(message)
    return message


def test_a_server_that_relays_for_nobody_any_more_costs_nobody_anything(provider):
    """It answers without a status, as for a mailbox that does not exist."""

    async def refuse(server, session, envelope, address, options):
        if address != "ada@example.org":
            return "550 relay not permitted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    provider.left = 100
    river, forest = make_petition(), make_petition(slug="forest")
    make_signers(river, 12)
    for name in ("ada", "bea", "cal", "eve"):
        make_signature(forest, email=f"{name}@example.org", updates=True)
        signing.sign(river, name=name, email=f"{name}@example.org", version=river.version.pk)
    mailing, small = approved(river), approved(forest)
    message, before = confirmed_message(), timedelta(minutes=45)
    provider.handle_RCPT = refuse

    for number in range(health_readings.TRIED):
        mailing_actions.resume(mailing)
        now = timezone.now()
        for table in (Recipient, Message):
            table.objects.filter(attempts__lt=SURE_FROM).update(due_at=now)
        OutgoingMail.objects.update(due_at=now)
        work(3)
        outbox.deliver()
        messages.send_due(sleep=lambda seconds: None)
        if number == 0:  # what it has taken was taken long before
            OutgoingMail.objects.filter(outcome="sent").update(ended_at=now - before)
            refused_in_a_row.TAKEN_AT[small.pk] -= before.total_seconds()
    found = (state(mailing), counted(mailing), state(small), counted(small))
    health, mail = health_readings.outbox(), OutgoingMail.objects.latest("pk")
    message.refresh_from_db()
    del provider.handle_RCPT
    mailing_actions.resume(mailing)
    Recipient.objects.update(due_at=timezone.now())
    work(4)

    assert found == (State.PAUSED, {}, State.SENDING, {"sent": 1})
    assert (mail.outcome, health[0]) == (OutgoingMail.Outcome.OWED, False)
    assert (message.outcome, message.attempts) == ("", SURE_FROM)
    assert (counted(mailing), counted(small)) == ({"sent": 12}, {"sent": 4})


def test_a_busy_server_is_waited_for(provider, monkeypatch):
    """It takes three emails now and then, and does not say when it takes the next."""
    provider.answer = "451 4.7.1 Too many emails in this minute"
    river = make_petition()
    make_signers(river, 20)
    mailing = approved(river)

    for _minute in range(3):
        provider.left = 3
        work(2)
        Recipient.objects.update(due_at=timezone.now())
    waited = (state(mailing), counted(mailing))
    provider.left = 0
    monkeypatch.setattr(refused_in_a_row, "PATIENCE", 0.0)
    newest = Recipient.objects.latest("pk")
    Recipient.objects.filter(pk=newest.pk).update(attempts=0)  # it was not tried before
    work(2)

    assert waited == (State.SENDING, {"sent": 9})
    assert state(mailing) == State.PAUSED
    mailing_actions.resume(mailing)
    assert not mailing.recipients.filter(attempts__gt=1).exists()


def test_a_mailing_ends_though_its_last_recipients_are_always_refused(provider):
    provider.left = 100
    river = make_petition()
    signers = make_signers(river, 2 * FEW)
    provider.barred = {each.email for each in signers[::2]}
    mailing = approved(river)

    work(4)
    mailing_actions.pause(mailing)
    paused = Mailing.objects.get(pk=mailing.pk)
    why_paused = paused.why_paused
    mailing_actions.resume(mailing)
    for _time in range(len(WAITS)):
        Recipient.objects.update(due_at=timezone.now())
        work(4)

    work()
    # Somebody has paused it, and not the server's refusals of a few.
    assert (paused.state, why_paused) == (State.PAUSED, "")
    assert (state(mailing), counted(mailing)) == (State.SENT, {"sent": FEW, "refused": FEW})


def test_one_mailbox_that_is_tried_again_and_again_pauses_nothing(provider):
    provider.left = 0
    river = make_petition()
    make_signers(river, 2)
    mailing = approved(river)

    for _time in range(6):
        work(2)
        Recipient.objects.update(due_at=timezone.now())
    waiting = (state(mailing), counted(mailing))
    work()

    assert waiting == (State.SENDING, {})
    assert counted(mailing) == {"refused": 2}


def test_emails_to_signers_and_messages_wait_and_the_reading_says_it(provider):
    provider.left = 100
    river, message = make_petition(), confirmed_message()
    provider.left = 0

    signing.sign(river, name="Eve", email="eve@example.org", version=river.version.pk)
    messages.send_due(sleep=lambda seconds: None)
    for _time in range(health_readings.TRIED):
        outbox.deliver()
        OutgoingMail.objects.update(due_at=timezone.now())

    message.refresh_from_db()
    assert (message.outcome, message.text) == ("", "Please")
    assert OutgoingMail.objects.get().outcome == OutgoingMail.Outcome.OWED
    assert health_readings.outbox() == (
        False,
        "1 emails were not taken, and none was sent lately.",
    )
    provider.left = 100
    outbox.deliver()
    assert OutgoingMail.objects.get().outcome == OutgoingMail.Outcome.SENT
