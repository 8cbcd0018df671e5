"""A backup of many signatures, made while people sign, is consistent and complete."""

import contextlib
import threading
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from campaigns.counting import counting
from campaigns.models import Petition, Signature, Tally
from campaigns.signing import signing
from operations.backups import scratch
from tests.campaigns.moderation.test_moderating_many import fill
from tests.campaigns.signing.test_signing import sign
from tests.factories import make_petition
from tests.operations.backups.test_restoring import backup

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("nothing_left"),
]
# One digest of all columns of all rows.
DIGEST = """
    SELECT count(*), md5(string_agg(md5(s::text), '' ORDER BY id)) FROM campaigns_signature s
    WHERE email LIKE '%@fake.example'
"""


@contextlib.contextmanager
def signing_one_by_one(petition: Petition) -> Iterator[None]:
    """Let people sign and confirm, one after another, during the block."""
    begun, ends, broken = threading.Event(), threading.Event(), []

    def run() -> None:
        number = 0
        try:
            while not ends.is_set():
                number += 1
                sign(petition, name=f"Ada {number}", email=f"{number}@live.example")
                token = Signature.objects.get(email=f"{number}@live.example").token("confirm")
                signing.confirm(token)
                begun.set()
        except Exception as error:
            broken.append(error)
        finally:
            begun.set()
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    begun.wait()
    try:
        yield
    finally:
        ends.set()
        thread.join()
    assert broken == []


def filled() -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(DIGEST)
        return cursor.fetchone()


def live() -> list[tuple]:
    """The signatures of signing_one_by_one, in order: key, name and time of confirmation."""
    found = Signature.objects.filter(email__endswith="@live.example").order_by("signed_at", "pk")
    return list(found.values_list("pk", "name", "confirmed_at"))


@pytest.mark.storm
def test_a_backup_of_many_signatures_made_while_people_sign_is_of_one_moment(key, size):
    petition, many = make_petition(), size(100_000, 25)
    with transaction.atomic():
        fill(petition, many)  # of which half are quarantined
    with signing_one_by_one(petition):
        before = len(live())
        file = backup("--untried")
        after = len(live())
    counting.fold()
    known, signed = filled(), live()
    assert known[0] == many
    empty = f"{scratch.name()}_empty"
    scratch.create(empty)

    with scratch.instead(empty):
        call_command("restore", str(file), "--key", str(key))

        restored = live()
        assert filled() == known
        assert before <= len(restored) < after, "Nobody signed while the backup was made."
        # The last signer may not have confirmed yet at that moment.
        assert restored[:-1] == signed[: len(restored) - 1]
        assert restored[-1][:2] == signed[len(restored) - 1][:2]
        confirmed = sum(1 for _, _, confirmed_at in restored if confirmed_at)
        assert Tally.objects.get().total == many // 2 + confirmed
    assert Tally.objects.get().total == many // 2 + len(signed)
