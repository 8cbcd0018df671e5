"""People sign in several processes while the key is replaced: nobody counts twice."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from campaigns.mailings import suppression
from campaigns.models import Petition, Signature, SuppressedMailbox
from campaigns.rekeying import moving, switching
from campaigns.signatures.email_keys import email_key
from campaigns.signing import signing, withdrawing
from operations import keyring, locks
from tests.campaigns.signing.test_signing import sign
from tests.factories import make_petition

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PEOPLE, AT_ONCE = 24, 6


def email(number: int) -> str:
    return f"signer{number}@example.org"


def sign_all(petition: Petition, end: Event, offset: int) -> int:
    """Let each of these people sign repeatedly; some withdraw in between."""
    times = 0
    try:
        while not end.is_set() or times < PEOPLE:
            number = (offset * 7 + times) % PEOPLE
            name = ("Ada", "Ben")[(times + offset) % 2]
            sign(petition, name=name, email=email(number))
            times += 1
            if times % 11 == 0:
                row = Signature.objects.filter(email=email(number)).first()
                with contextlib.suppress(signing.BadLink):  # another thread was first
                    if row:
                        withdrawing.withdraw(row.token("withdraw"))
    finally:
        connection.close()
    return times


@pytest.mark.parametrize("shares_email", [False, True])
def test_nobody_counts_twice_while_keys_change(replace, monkeypatch, shares_email):
    monkeypatch.setattr(moving, "BATCH", 3)
    petition = make_petition(shares_email=shares_email)
    for number in range(0, PEOPLE, 2):
        sign(petition, name="Ada", email=email(number))
    old = set(Signature.objects.values_list("email_key"))
    replace()
    end = Event()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        signers = [pool.submit(sign_all, petition, end, each) for each in range(AT_ONCE)]
        try:
            switching.switch()
            reports = [moving.run(rest=0) for _ in range(3)]
        finally:
            end.set()
        times = [each.result() for each in signers]
    moving.run(rest=0)

    assert all(number >= PEOPLE for number in times)
    assert [each.merged for each in reports] == [0, 0, 0]
    rows = list(Signature.objects.all())
    whose = [(row.email, row.name if shares_email else "") for row in rows]
    assert len(whose) == len(set(whose))
    assert not old & {(row.email_key,) for row in rows}
    assert all(bytes(row.email_key) == email_key(petition.tally.pk, row.email) for row in rows)


def test_the_second_of_two_processes_that_switch_marks_nothing_of_the_new_key(replace, monkeypatch):
    replace()
    wait = locks.wait

    def other() -> None:
        switching.switch()
        suppression.suppress(suppression.keys_of("eve@example.org"), signature=None)
        connection.close()

    def after_another(name: str) -> None:
        monkeypatch.setattr(locks, "wait", wait)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(other).result()
        wait(name)

    monkeypatch.setattr(locks, "wait", after_another)
    switching.switch()

    [stored] = SuppressedMailbox.objects.all()
    assert stored.old_key == ""


def test_whoever_stores_for_long_keeps_the_change_waiting(replace, monkeypatch):
    replace()
    monkeypatch.setattr(switching, "ATTEMPTS", 2)
    monkeypatch.setattr(switching, "PAUSE", 0)
    monkeypatch.setattr(switching, "PATIENCE", "10ms")
    stored, end = Event(), Event()

    def store() -> None:
        try:
            with transaction.atomic():
                keyring.digest(b"an import")
                stored.set()
                end.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(store)
        stored.wait(10)
        with pytest.raises(CommandError, match="Nothing was changed: try again"):
            call_command("rekey")
        was_due = switching.is_due()
        end.set()
    call_command("rekey")

    assert (was_due, switching.is_due()) == (True, False)
