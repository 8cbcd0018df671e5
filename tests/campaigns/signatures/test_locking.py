"""Signatures are locked in the order of their keys, so that nobody waits in a circle."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Page

from campaigns.mailings import suppression, unticking
from campaigns.models import Signature, SuppressedMailbox
from campaigns.moderation.moderating import LOCK
from campaigns.privacy import erasing
from campaigns.signatures import public_signers
from campaigns.signing import assisting
from tests import database
from tests.factories import make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

EMAIL = "ada@example.org"
Act = Callable[[Signature], object]


def suppress(signature: Signature) -> None:
    suppression.suppress(suppression.keys_of(EMAIL), signature=signature)


def untick(signature: Signature) -> None:
    key = suppression.keys_of(EMAIL)[0]
    later = timezone.now() + timedelta(minutes=1)
    SuppressedMailbox.objects.create(mailbox_key=key, suppressed_at=later, may_be_ticked=True)
    unticking.untick()


ACTS: list[Act] = [
    suppress,
    untick,
    assisting.stop_mail,
    lambda signature: public_signers.show(),
    lambda signature: erasing.erase(EMAIL),
    lambda signature: Page.objects.get(pk=signature.page_id).delete(),
]


@pytest.mark.parametrize("act", ACTS, ids=["suppress", "untick", "stop", "show", "erase", "page"])
def test_the_first_is_locked_before_the_last_is_waited_for(act, monkeypatch):
    monkeypatch.setattr(public_signers, "SHOW", public_signers.SHOW.replace(">= 5", ">= 2"))
    petition = make_petition(shows_signers=True, shares_email=True)
    page = Page.objects.get(pk=make_campaign(petition).pk)
    about = {"email": EMAIL, "updates": True, "shown_as": "Ada L.", "page": page}
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
        with closing(connection.copy()) as other, other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(LOCK, {"keys": [last.pk]})
            running = threads.submit(run)
            until = time.monotonic() + 10
            while not database.waiting() and time.monotonic() < until and not running.done():
                time.sleep(0.01)
            with transaction.atomic():
                free = Signature.objects.select_for_update(skip_locked=True)
                found = list(free.values_list("pk", flat=True))
        running.result()

    assert found == []
