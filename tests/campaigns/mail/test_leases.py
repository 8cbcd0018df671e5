"""A worker that loses the database in the middle of a batch, and reconnects."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from campaigns.mail import composing, leases, sending
from campaigns.mail.outbox import OutgoingMail
from campaigns.signing import signing
from tests.factories import make_petition

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def three() -> list[int]:
    """The emails to three signers, in the order in which they are sent."""
    petition = make_petition()
    for number in range(3):
        email = f"{number}@example.org"
        signing.sign(petition, name="Ada", email=email, version=petition.version.pk)
    return list(OutgoingMail.objects.order_by("due_at").values_list("pk", flat=True))


def lose() -> None:
    """Close the connection as if its server had died."""
    connection.ensure_connection()
    connection.connection.close()


def recipients(smtp_server) -> list[str]:
    return [envelope.rcpt_tos[0] for envelope in smtp_server.envelopes]


def states() -> list[tuple]:
    mails = OutgoingMail.objects.order_by("due_at")
    return list(mails.values_list("outcome", "attempts", "leased_until"))


def test_what_it_could_not_send_is_due_at_once_when_the_database_is_back(
    three, smtp_server, monkeypatch
):
    compose = composing.compose

    def compose_without_database(mail):
        monkeypatch.setattr(composing, "compose", compose)
        lose()
        return compose(mail)

    sender = sending.Sender()
    monkeypatch.setattr(composing, "compose", compose_without_database)

    with pytest.raises(DatabaseError):
        sender.send_due()
    connection.close()  # as the worker does
    before = recipients(smtp_server)
    sender.send_due()

    assert before == []
    assert recipients(smtp_server) == ["0@example.org", "1@example.org", "2@example.org"]
    assert states() == [("sent", 1, None)] * 3


def test_what_was_sent_when_the_database_went_is_not_sent_again(three, smtp_server, monkeypatch):
    end, sender = leases.END.run, sending.Sender()

    def end_without_database(**values):
        monkeypatch.setattr(leases.END, "run", end)
        raise DatabaseError("the server closed the connection")

    monkeypatch.setattr(leases.END, "run", end_without_database)

    with pytest.raises(DatabaseError):
        sender.send_due()
    before = states()
    sender.send_due()

    assert [(outcome, attempts) for outcome, attempts, _ in before] == [("", 1)] * 3
    assert recipients(smtp_server) == ["0@example.org", "1@example.org", "2@example.org"]
    assert states() == [("sent", 1, None)] * 3


def test_what_another_worker_has_claimed_meanwhile_stays_its_own(three):
    held = leases.Held()
    sending.claim(10, held)
    later = timezone.now() + timedelta(minutes=9)
    OutgoingMail.objects.filter(pk=three[0]).update(leased_until=later, attempts=2)

    held.let_go()

    assert states() == [("", 2, later), ("", 0, None), ("", 0, None)]
