"""Signatures are locked in the order of their keys, so that nobody waits in a circle."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from campaigns.mail import pace
from campaigns.mail.new_emails import NewEmail
from campaigns.mailings import audience, due_mailings, links, sending, suppression, unticking
from campaigns.mailings.mailing import Recipient
from campaigns.models import RememberedModeration, Signature
from campaigns.moderation import moderating
from campaigns.moderation.moderating import LOCK
from campaigns.privacy import erasing
from campaigns.signatures import public_signers, tokens
from campaigns.signing import assisting, changing_emails, withdrawing
from tests import database
from tests.campaigns.signatures.conftest import FIVE, agree
from tests.factories import days_ago, make_mailing, make_petition, make_signature
from tests.new_emails import change_email

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

EMAIL = "ada@example.org"
Act = Callable[[Signature], object]


@contextmanager
def held(signature: Signature, *, statement: str = LOCK, end: str = "ROLLBACK") -> Iterator[None]:
    """Lock a row on another connection, as a job does; this one waits for a second at most."""
    with database.transaction_elsewhere() as cursor, connection.cursor() as own:
        cursor.execute(statement, {"keys": [signature.pk]})
        own.execute("SET lock_timeout = '1s'")
        yield
        own.execute("RESET lock_timeout")
        cursor.execute(end)


def wait_for(running: Future[object]) -> None:
    """Wait until it waits for a lock, or ends."""
    until = time.monotonic() + 10
    while not database.waiting() and time.monotonic() < until and not running.done():
        time.sleep(0.01)


ACTS: list[Act] = [assisting.stop_mail, lambda signature: erasing.erase(EMAIL)]


@pytest.mark.parametrize("act", ACTS, ids=["stop", "erase"])
def test_the_first_is_locked_before_the_last_is_waited_for(act):
    petition = make_petition(shares_email=True)
    about = {"email": EMAIL, "updates": True}
    first, last = Signature(), Signature()
    assert first.pk < last.pk
    # Rows without an order are read as they were written.
    for slot, each in enumerate([last, first], 1):
        make_signature(petition, pk=each.pk, household_slot=slot, **about)

    def run() -> None:
        try:
            act(Signature.objects.get(pk=first.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with held(last):
            running = threads.submit(run)
            wait_for(running)
            with transaction.atomic():
                free = Signature.objects.select_for_update(skip_locked=True)
                found = list(free.values_list("pk", flat=True))
        running.result()

    assert found == []


def test_undoing_a_decision_locks_its_signatures_before_the_decision():
    ada = make_signature(make_petition())
    decision = moderating.moderate(
        Signature.objects.all(), moderation="invalidated", reason="", by=None
    )
    lock = f"SELECT FROM campaigns_decision WHERE id = {decision.pk} FOR UPDATE"

    def run() -> None:
        try:
            moderating.undo(decision, by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with held(ada, statement=lock):  # as by a withdrawal, which has locked its signature before
            running = threads.submit(run)
            wait_for(running)
            with transaction.atomic():
                free = list(Signature.objects.select_for_update(skip_locked=True))
        running.result()

    assert free == []
    assert Signature.objects.get().moderation == ""


def test_a_new_email_address_waits_for_no_tally_and_for_no_signature_that_is_gone(monkeypatch):
    petition = make_petition()
    first, last = (make_signature(petition, email=f"{name}@example.org") for name in ("a", "b"))
    tokens_sent = []
    for signature in (first, last):
        changing_emails.ask(signature, email=f"new-{signature.email}")
        new = NewEmail.objects.get(signature=signature)
        tokens_sent.append(tokens.make("email", signature.pk, bytes(new.key)))
    lock = f"SELECT FROM campaigns_tally WHERE id = {petition.tally.pk} FOR NO KEY UPDATE"
    with held(first, statement=lock):
        change_email(tokens_sent[0])
    monkeypatch.setattr(
        changing_emails.mailboxes, "settle", lambda *args: withdrawing.withdraw(gone)
    )
    gone = last.token("withdraw")

    with pytest.raises(changing_emails.BadLink):
        change_email(tokens_sent[1])

    first.refresh_from_db()
    assert first.email == "new-a@example.org"


def test_whose_email_address_is_changed_while_staff_delete_is_remembered_by_the_new_one(
    admin_client,
):
    ada = make_signature(make_petition())
    change = "UPDATE campaigns_signature SET email_key = sha256('new') WHERE id = ANY(%(keys)s)"

    def run() -> None:
        try:
            admin_client.post(reverse("signatures_modeladmin_delete", args=[ada.pk]))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with held(ada, statement=change, end="COMMIT"):
            running = threads.submit(run)
            wait_for(running)
        running.result()

    assert not Signature.objects.exists()
    [left] = RememberedModeration.objects.all()
    assert bytes(left.email_key) == sha256(b"new").digest()


def test_whose_email_address_is_changed_while_an_erasure_waits_is_not_erased():
    ada = make_signature(make_petition(), email=EMAIL)
    change = "UPDATE campaigns_signature SET email = 'new@e.org', email_key = 'new'"

    def run() -> object:
        try:
            return erasing.erase(EMAIL)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with held(ada, statement=f"{change} WHERE id = ANY(%(keys)s)", end="COMMIT"):
            running = threads.submit(run)
            wait_for(running)
        receipt = running.result()

    assert (receipt, Signature.objects.get().email) == (None, "new@e.org")


OWN_LINKS = [
    ("manage", {"name": "Mallory", "comment": "Burn it down."}),
    ("change_email", {"new_email": "third@example.org"}),
    ("withdraw", {}),
]


@pytest.mark.parametrize(("link", "typed"), OWN_LINKS, ids=[name for name, _typed in OWN_LINKS])
def test_a_link_to_the_old_mailbox_that_waits_for_the_new_one_does_nothing(client, link, typed):
    ada = make_signature(make_petition(comment_field="optional"), comment="Let it run.")
    token = ada.token("withdraw" if link == "withdraw" else "manage")
    change = "UPDATE campaigns_signature SET link_key = 'new' WHERE id = ANY(%(keys)s)"

    def run() -> int:
        try:
            return client.post(reverse(link, args=[token]), typed).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with held(ada, statement=change, end="COMMIT"):
            running = threads.submit(run)
            wait_for(running)
        status = running.result()

    left = Signature.objects.values_list("name", "comment").get()
    assert (status, left) == (400, (ada.name, "Let it run."))
    assert not NewEmail.objects.exists()


def test_a_name_that_somebody_holds_makes_up_no_batch_and_appears_with_others_later():
    *_, last = agree(make_petition(shows_signers=True), *FIVE)

    with held(last):
        others = public_signers.show()

    assert (others, public_signers.show()) == (0, 5)


def test_who_unsubscribes_while_somebody_holds_the_signature_is_not_asked_to_try_again(client):
    petition = make_petition()
    ada = make_signature(petition, email=EMAIL, updates=True)
    make_signature(petition, email="bob@example.org", updates=True)
    suppression.suppress(suppression.keys_of("bob@example.org"), signature=None)
    mailing = make_mailing(petition)
    path = links.unsubscribe_url(ada, mailing)
    ticked = Signature.objects.filter(updates=True)
    anew = {"email": EMAIL, "updates": True}

    with held(ada):
        answer = client.post(path)
        unticking.untick()
        during = list(ticked)
        reached = audience.people(mailing)
        looks = [client.get(path)]
        again = make_signature(make_petition(slug="forest"), confirmed_at=timezone.now(), **anew)
        looks.append(client.get(path))
        again.delete()
    unticking.untick()

    assert (answer.status_code, reached, during, list(ticked.all())) == (200, [], [ada], [])
    told = ["You are unsubscribed" in look.content.decode() for look in looks]
    assert told == [True, False]
    assert mailing.numbers["unsub"] == 1


def test_no_mailing_waits_for_a_job_that_deletes_some_of_its_recipients():
    petition = make_petition()
    mailing = make_mailing(petition)
    signers = [make_signature(petition, email=f"{each}@example.org") for each in range(3)]
    about = {"mailing": mailing, "due_at": timezone.now(), "attempts": 1}
    about["started_at"] = timezone.now() - pace.LOST + timedelta(minutes=1)
    lost, taken, again = (Recipient.objects.create(signature=each, **about) for each in signers)
    Recipient.objects.filter(pk=lost.pk).update(started_at=days_ago(1))

    delete = "DELETE FROM campaigns_recipient WHERE signature_id = ANY(%(keys)s)"
    with held(lost.signature, statement=delete):
        sending.END.run(ids=[lost.pk, taken.pk], outcomes=["sent", "sent"])
        due_mailings.give_back([lost.pk, again.pk])
        due_mailings.end()
        meanwhile = set(Recipient.objects.values_list("pk", flat=True))
    is_started = Recipient.objects.get(pk=again.pk).started_at is not None
    due_mailings.end()

    assert (meanwhile, is_started) == ({lost.pk, again.pk}, False)
    assert {name: number for name, number in mailing.numbers.items() if number} == {
        "sent": 1,
        "unclear": 1,
    }
