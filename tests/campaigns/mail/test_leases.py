"""A worker that loses the database in the middle of a batch, and reconnects."""

from contextlib import closing
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from campaigns.mail import composing, leases, sending
from campaigns.mail.outbox import OutgoingMail
from campaigns.models import Signature
from campaigns.moderation.moderating import LOCK
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


@pytest.mark.parametrize("end", ["ROLLBACK", "COMMIT"])
def test_no_email_waits_for_a_job_that_moderates_or_deletes_other_signatures(
    three, smtp_server, monkeypatch, end
):
    compose, sender = composing.compose, sending.Sender()
    invalidated = Signature.objects.get(mails=three[1])
    Signature.objects.filter(pk=invalidated.pk).update(moderation="invalidated")

    with closing(connection.copy()) as other, other.cursor() as job, connection.cursor() as own:

        def compose_while_the_job_begins(mail):
            job.execute("DELETE FROM campaigns_outgoingmail WHERE id = %s", [three[0]])
            return compose(mail)

        monkeypatch.setattr(composing, "compose", compose_while_the_job_begins)
        own.execute("SET lock_timeout = '1s'")
        job.execute("BEGIN")
        job.execute(LOCK, {"keys": [invalidated.pk]})
        sender.send_due()
        sender.send_due()
        during = [outcome for outcome, _, _ in states()]
        job.execute(end)
    sender.send_due()

    first = [("sent", 1, None)] if end == "ROLLBACK" else []
    assert recipients(smtp_server) == ["0@example.org", "2@example.org"]
    assert during == ["", "sent", ""]
    assert states() == [*first, ("sent", 1, None), ("", 1, None)]  # the second is due later
    assert sender.held.sent == set()
