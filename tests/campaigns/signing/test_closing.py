"""The second of closing or pausing: requests that wait for the database until then are too late."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from campaigns.models import OutgoingMail, Petition, Signature
from campaigns.petitions import immediate_actions
from campaigns.signing import signing
from tests import database
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def petition() -> Petition:
    """An open petition with a pending signature."""
    petition = make_petition()
    make_signature(petition, email="grace@example.org", confirmed_at=None)
    return petition


def post(petition: Petition, email: str) -> int:
    fields = {"name": "Late", "email": email, "consent": "on", "version": petition.version.pk}
    fields |= {"country": "FR"}
    try:
        return Client().post(petition.url_path("sign"), fields).status_code
    finally:
        connection.close()


def lock_the_table(petition: Petition) -> None:
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE campaigns_signature IN ACCESS EXCLUSIVE MODE")


def lock_the_tally(petition: Petition) -> None:
    type(petition.tally).objects.select_for_update().get(pk=petition.tally.pk)


def lock_the_row(petition: Petition) -> None:
    Signature.objects.select_for_update().get()


def sign_first(petition: Petition) -> None:
    """Sign with the same email address, without a commit."""
    signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)


def does_wait(posting: Future) -> bool:
    until = time.monotonic() + 10
    while time.monotonic() < until and not posting.done():
        if database.waiting():
            return True
        time.sleep(0.01)
    return False


def until_it_waits(posting: Future) -> None:
    assert does_wait(posting), "The POST did not wait."


def by_the_clock(petition: Petition) -> None:
    """Wait until the closing time, which was set beforehand, has passed."""
    time.sleep((petition.closes_at - timezone.now()).total_seconds() + 0.05)


def elsewhere(change: Callable[[], object]) -> None:
    """Make a change over another connection, while the POST waits."""

    def make() -> None:
        change()
        connection.close()

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()


def by_hand(petition: Petition) -> None:
    elsewhere(lambda: Petition.objects.update(closes_at=timezone.now()))


HOLDS = {
    lock_the_table: "ada@example.org",
    lock_the_tally: "ada@example.org",
    lock_the_row: "grace@example.org",
    sign_first: "ada@example.org",
}


@pytest.mark.parametrize("close", [by_the_clock, by_hand])
def test_who_waits_until_after_closing_is_refused(petition: Petition, close: Callable):
    before = list(Signature.objects.values())

    statuses = {}
    for hold, email in HOLDS.items():
        # On a busy machine the POST may come too late to wait; then it has more time once more.
        for seconds in (0.3, 2, 10) if close is by_the_clock else (60,):
            petition.closes_at = timezone.now() + timedelta(seconds=seconds)
            petition.save(update_fields=["closes_at"])
            with ThreadPoolExecutor(1) as pool, transaction.atomic():
                hold(petition)
                posting = pool.submit(post, petition, email)
                if has_waited := does_wait(posting):
                    close(petition)
                transaction.set_rollback(True)
            if has_waited:
                statuses[hold.__name__] = posting.result()
                break

    assert statuses == {hold.__name__: 410 for hold in HOLDS}
    assert list(Signature.objects.values()) == before
    assert not OutgoingMail.objects.exists()


def test_who_waits_until_the_petition_is_paused_is_refused(petition: Petition):
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        lock_the_row(petition)
        posting = pool.submit(post, petition, "grace@example.org")
        until_it_waits(posting)
        elsewhere(lambda: immediate_actions.pause(petition, by=None))

    assert posting.result() == 409
    assert Signature.objects.get().times_signed == 1
    assert not OutgoingMail.objects.exists()


def test_who_waits_and_is_still_in_time_has_signed(petition: Petition):
    petition.closes_at = timezone.now() + timedelta(seconds=60)
    petition.save(update_fields=["closes_at"])

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        lock_the_tally(petition)
        posting = pool.submit(post, petition, "ada@example.org")
        until_it_waits(posting)

    assert posting.result() == 303
    assert Signature.objects.filter(email="ada@example.org").count() == 1
