"""Which events there are, and that they do not slow down signing."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from campaigns.migrations._database import TOLD_COLUMNS
from campaigns.models import Delivery, Signature
from campaigns.privacy import anonymising, erasing, retention
from campaigns.signing import assisting, signing, withdrawing
from campaigns.sync import receiver as receivers
from campaigns.sync.receiver import OFFERED
from tests.campaigns.sync.conftest import make_receiver, work
from tests.factories import make_ended, make_pending, make_petition, make_signature

pytestmark = pytest.mark.django_db


def noted(receiver) -> list[str]:
    found = Delivery.objects.filter(receiver=receiver).order_by("pk")
    return list(found.values_list("kind", flat=True))


def test_each_event_is_noted_in_the_transaction_of_what_happened():
    river, forest = make_petition(), make_petition(slug="forest")
    everybody, opted_in = make_receiver(), make_receiver(only_opted_in=True)
    rivers = make_receiver(None, river.tally, sends_changed=False)

    pending = make_pending(river, days=0)
    nothing = Delivery.objects.count()
    signing.confirm(pending.token("confirm"))
    signing.correct(pending.token("manage"), name="Ada King", updates=True)
    signing.correct(pending.token("manage"), name="Ada King", updates=True)  # nothing changes
    signing.correct(pending.token("manage"), name="Ada King", updates=False)
    Signature.objects.filter(pk=pending.pk).update(moderation="invalidated")
    Signature.objects.filter(pk=pending.pk).update(moderation="")
    withdrawing.withdraw(pending.token("withdraw"))
    make_signature(forest)
    Signature.objects.filter(tally=forest.tally).update(times_signed=2)
    erasing.erase("ada@example.org")
    anonymising.anonymise([make_signature(forest, email="g@example.org", updates=True).pk])

    assert nothing == 0
    assert noted(everybody) == [
        *("added", "changed", "changed", "removed", "added", "removed"),  # Ada's signature
        *("added", "removed", "added", "removed"),  # her other signature, and an anonymised one
    ]
    assert noted(opted_in) == ["added", "removed", "added", "removed"]
    assert noted(rivers) == ["added", "removed", "added", "removed"]


def test_what_is_kept_for_mailings_alone_is_told_to_mailing_lists_alone():
    everybody, opted_in = make_receiver(), make_receiver(only_opted_in=True)
    signature = make_signature(make_ended(mailing_days=9, offers_updates=True), updates=True)

    retention.run()
    Signature.objects.filter(pk=signature.pk).update(updates=False)
    retention.run()

    assert noted(everybody) == ["added", "removed"]
    assert noted(opted_in) == ["added", "changed", "removed"]


def test_an_email_that_nobody_has_proved_goes_to_no_receiver_of_those_who_want_mail(server):
    make_receiver(server, only_opted_in=True)
    unproven = make_petition(confirms_by_email=False)
    make_signature(unproven, email="victim@example.org", updates=True)
    listed = make_signature(unproven, email="b@example.org", updates=True, channel="import")
    work()

    assert server.told == [("added", str(listed.pk))]


def test_a_signature_confirmed_by_hand_is_added_for_those_who_want_mail_once_it_is_proven(server):
    make_receiver(server, only_opted_in=True, sends_changed=False)
    signature = make_pending(make_petition(), days=0, updates=True)
    assisting.confirm_by_hand(signature, reason="A phone call", by=None)
    work()
    by_hand = list(server.told)
    signing.confirm(signature.token("confirm"))
    work()
    withdrawing.withdraw(signature.token("withdraw"))
    work()

    key = str(signature.pk)
    assert (by_hand, server.told) == ([], [("added", key), ("removed", key)])


def test_while_it_is_off_only_removals_are_noted():
    river = make_petition()
    receiver = make_receiver()
    signature = make_signature(river)

    is_changed = receivers.switch(receiver, on=False), receivers.switch(receiver, on=False)
    make_signature(river, email="grace@example.org")
    withdrawing.withdraw(signature.token("withdraw"))

    assert is_changed == (True, False)
    assert noted(receiver) == ["added", "removed"]


def test_signing_and_confirming_ask_the_database_nothing_more():
    river = make_petition()
    counts = []
    for each in ("first", "without", "with"):
        if each == "with":
            make_receiver()
        with CaptureQueriesContext(connection) as asked:
            signing.sign(river, name="Ada", email=f"{each}@example.org", version=river.version.pk)
            signature = Signature.objects.get(email=f"{each}@example.org")
            signing.confirm(signature.token("confirm"))
        counts.append((len(asked), Delivery.objects.count()))

    _first, without, with_receiver = counts
    assert with_receiver[0] == without[0]
    assert (without[1], with_receiver[1]) == (0, 1)
    assert set(Delivery.objects.values_list("kind", flat=True)) == {"added"}


def test_what_is_rolled_back_was_no_event():
    river = make_petition()
    receiver = make_receiver()

    with transaction.atomic():
        make_signature(river)
        was_noted = noted(receiver)
        transaction.set_rollback(True)

    assert was_noted == ["added"]
    assert noted(receiver) == []


def test_removals_outlive_their_petition(server):
    river, forest = make_petition(slug="river"), make_petition(slug="forest")
    feed = make_receiver(kind="feed", url="")
    make_receiver(server, sends_added=False)
    ada, grace = make_signature(river), make_signature(forest, email="grace@example.org")
    for signature in (ada, grace):
        withdrawing.withdraw(signature.token("withdraw"))
    key = str(river.translation_key)

    river.delete()
    work()

    assert server.told == [("removed", str(ada.pk)), ("removed", str(grace.pk))]
    named = [got.event["data"]["petition"] for got in server.got]
    assert named == [
        {"id": key, "slug": "river"},
        {"id": str(forest.translation_key), "slug": "forest"},
    ]
    assert noted(feed) == ["added", "added", "removed", "removed"]


def test_the_triggers_watch_every_column_that_a_receiver_can_get():
    never_change = {"signed_at", "channel", "source"}

    assert set(OFFERED) - set(TOLD_COLUMNS) == never_change
