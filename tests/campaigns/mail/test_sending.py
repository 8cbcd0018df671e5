"""The outbox is sent through a real mail server, and nothing is lost when that fails."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.mail import composing, leases, pace, posting, sending
from campaigns.models import OutgoingMail, Signature
from campaigns.privacy import erasing
from campaigns.signing import signing, withdrawing
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


def sign(petition, email: str = "ada@example.org") -> None:
    signing.sign(petition, name="Ada Lovelace", email=email, version=petition.version.pk)


def outcomes() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("outcome", flat=True))


def test_mail_is_sent_over_smtp_in_text_and_html(smtp_server):
    petition = make_petition()
    sign(petition)

    result = sending.deliver()

    message = smtp_server.messages[0]
    token = Signature.objects.get().token("confirm")
    assert (result.claimed, result.sent) == (1, 1)
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == "Please confirm your signature: Keep the river free"
    for kind in ("plain", "html"):
        text = message.get_body((kind,)).get_content()
        assert f"http://testserver/signatures/confirm/{token}/" in text
        for purpose in ("manage", "withdraw"):
            assert f"http://testserver/signatures/{purpose}/" in text
    assert outcomes() == ["sent"]


def test_what_is_sent_is_not_sent_again(smtp_server):
    sign(make_petition())

    sending.deliver()
    sending.deliver()

    assert len(smtp_server.messages) == 1


def test_nothing_typed_reaches_the_headers(smtp_server):
    petition = make_petition()
    signing.sign(
        petition, name="Bcc: eve@example.org", email="ada@example.org", version=petition.version.pk
    )

    sending.deliver()

    headers = str(dict(smtp_server.messages[0].items()))
    assert "eve@example.org" not in headers
    assert smtp_server.envelopes[0].rcpt_tos == ["ada@example.org"]


@pytest.mark.parametrize("count", [1, 3])
def test_with_the_mail_server_down_the_mail_waits_and_arrives_later(smtp_server, settings, count):
    petition = make_petition()
    for number in range(count):
        sign(petition, f"{number}@example.org")
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1

    with CaptureQueriesContext(connection) as queries:
        down = sending.deliver()
    held = set(OutgoingMail.objects.values_list("outcome", "attempts", "leased_until"))
    settings.EMAIL_PORT = port
    back = sending.deliver()

    assert (down.claimed, down.sent, down.is_unreachable) == (count, 0, True)
    assert held == {("", 0, None)}  # due as before, and no attempt was used up
    assert len(queries) == 6  # claimed in a transaction (asynchronous commit), read, given back
    assert (back.claimed, back.sent, back.is_unreachable) == (count, count, False)


def test_a_mail_server_that_dies_in_mid_batch_keeps_what_it_took(smtp_server):
    petition = make_petition()
    for number in range(4):
        sign(petition, f"{number}@example.org")
    take = smtp_server.handle_DATA

    async def die_after_the_second(server, session, envelope):
        if len(smtp_server.messages) == 2:
            smtp_server.stop_listening()
            server.transport.abort()
        return await take(server, session, envelope)

    smtp_server.handle_DATA = die_after_the_second

    sending.deliver()

    # The third was in flight: nobody can know whether it was accepted. The fourth was not tried.
    attempts = OutgoingMail.objects.order_by("pk").values_list("outcome", "attempts")
    assert list(attempts) == [("sent", 1), ("sent", 1), ("", sending.UNANSWERED), ("", 0)]


def test_with_a_slow_server_who_leaves_after_the_claim_gets_nothing(smtp_server, monkeypatch):
    monkeypatch.setattr(pace, "FRESH", 0.0)
    petition = make_petition()
    for number in range(4):
        sign(petition, f"{number}@example.org")
    withdrawn = Signature.objects.get(email="2@example.org")
    post = posting.post

    def post_slowly(message, backend):
        post(message, backend)
        if message.to == ["0@example.org"]:
            erasing.erase("1@example.org")
            withdrawing.withdraw(withdrawn.token("withdraw"))

    monkeypatch.setattr(posting, "post", post_slowly)

    result = sending.deliver()

    to = [envelope.rcpt_tos[0] for envelope in smtp_server.envelopes]
    assert to == ["0@example.org", "3@example.org"]
    assert (result.claimed, result.sent, outcomes()) == (4, 2, ["sent", "sent"])


def test_a_mail_that_cannot_be_written_holds_up_no_other(smtp_server, monkeypatch, caplog):
    petition = make_petition()
    for number in range(3):
        sign(petition, f"{number}@example.org")
    first, compose = OutgoingMail.objects.order_by("pk").first(), composing.compose

    def stumble(mail):
        return 1 / 0 if mail == first else compose(mail)

    monkeypatch.setattr(composing, "compose", stumble)

    result = sending.deliver()

    first.refresh_from_db()
    assert (result.claimed, result.sent, outcomes()) == (3, 2, ["", "sent", "sent"])
    assert (first.attempts, first.leased_until, first.due_at > timezone.now()) == (1, None, True)
    assert f"Email {first.pk} cannot be written: ZeroDivisionError" in caplog.text


def test_what_a_slow_mail_server_leaves_of_a_batch_is_given_back_in_time(smtp_server, monkeypatch):
    petition = make_petition()
    for number in range(4):
        sign(petition, f"{number}@example.org")
    take, clock = smtp_server.handle_DATA, SimpleNamespace(now=0.0)

    async def take_slowly(server, session, envelope):
        clock.now += leases.LEASE.total_seconds() / 3
        return await take(server, session, envelope)

    smtp_server.handle_DATA = take_slowly
    monkeypatch.setattr(sending, "time", SimpleNamespace(monotonic=lambda: clock.now))

    sending.deliver()

    rows = OutgoingMail.objects.order_by("pk").values_list("outcome", "attempts", "leased_until")
    assert list(rows) == [("sent", 1, None), ("sent", 1, None), ("", 0, None), ("", 0, None)]


def test_a_recipient_refused_for_good_is_marked_and_the_others_get_theirs(smtp_server):
    async def refuse(server, session, envelope, address, options):
        if address.startswith("gone"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    smtp_server.handle_RCPT = refuse
    petition = make_petition()
    for email in ("ada@example.org", "gone@example.org", "eve@example.org"):
        sign(petition, email)

    sending.deliver()

    assert outcomes() == ["sent", "refused", "sent"]


@pytest.mark.parametrize("wrong", [timedelta(), timedelta(days=1)])
def test_a_recipient_refused_for_now_is_tried_again(smtp_server, monkeypatch, wrong):
    """Also where the clock of this machine is ahead of that of the database, which decides."""
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + wrong)

    async def refuse(server, session, envelope, address, options):
        return "451 come back later"

    smtp_server.handle_RCPT = refuse
    sign(make_petition())

    sending.deliver()

    mail = OutgoingMail.objects.get()
    assert (mail.outcome, mail.attempts) == ("", 1)
    assert now() + timedelta(seconds=5) < mail.due_at < now() + timedelta(minutes=1)


def test_a_recipient_refused_for_two_days_is_given_up_and_holds_up_nobody(smtp_server):
    async def refuse(server, session, envelope, address, options):
        if address.startswith("full"):
            return "452 4.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    smtp_server.handle_RCPT = refuse
    petition = make_petition()
    for email in ("full@example.org", "ada@example.org"):
        sign(petition, email)
    first = OutgoingMail.objects.filter(pk=OutgoingMail.objects.earliest("pk").pk)

    first.update(attempts=sending.MAX_ATTEMPTS - 2)
    sending.deliver()
    waiting = first.get()
    first.update(due_at=timezone.now())
    sending.deliver()

    in_an_hour = timezone.now() + timedelta(hours=1)
    assert in_an_hour - timedelta(minutes=1) < waiting.due_at < in_an_hour
    assert outcomes() == ["abandoned", "sent"]


def test_a_claimed_mail_is_nobody_elses_until_its_lease_ends():
    sign(make_petition())

    first, second = sending.claim(10), sending.claim(10)
    OutgoingMail.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    third = sending.claim(10)

    assert [len(batch) for batch in (first, second, third)] == [1, 0, 1]


def test_three_mails_at_most_go_to_one_signer_however_often_they_sign(smtp_server):
    petition = make_petition()
    for _ in range(3):
        sign(petition)
    sending.deliver()

    for _ in range(3):
        sign(petition)
    sign(petition, "eve@example.org")
    sending.deliver()

    sent = [envelope.rcpt_tos for envelope in smtp_server.envelopes]
    assert sent == [["ada@example.org"]] * 3 + [["eve@example.org"]]
    assert outcomes() == ["sent"] * 4  # emails beyond the allowance are not even stored


def test_of_one_batch_the_first_three_are_sent(smtp_server):
    petition = make_petition()
    for _ in range(5):
        sign(petition)

    sending.deliver()

    assert outcomes() == ["sent"] * 3


def test_what_waits_for_the_mail_server_is_within_the_allowance(smtp_server):
    """A later email is beyond the allowance although none of the earlier ones has been sent yet."""
    petition = make_petition()
    for _ in range(4):
        sign(petition)
    later = timezone.now() + timedelta(hours=1)
    OutgoingMail.objects.filter(pk__lt=OutgoingMail.objects.latest("pk").pk).update(due_at=later)

    sending.deliver()

    assert smtp_server.envelopes == []
    assert outcomes() == [""] * 3


def test_who_was_confirmed_meanwhile_gets_no_second_request(smtp_server):
    petition = make_petition()
    sign(petition)
    signing.confirm(Signature.objects.get().token("confirm"))

    sending.deliver()

    subjects = [message["Subject"] for message in smtp_server.messages]
    assert subjects == ["Thank you for signing: Keep the river free"]


def test_the_mail_speaks_the_signers_language(smtp_server):
    petition = make_petition(locale="fr", title="Gardez la rivière", confirm_subject="Confirmez")
    sign(petition)

    sending.deliver()

    assert smtp_server.messages[0]["Subject"] == "Confirmez\u00a0: Gardez la rivière"
