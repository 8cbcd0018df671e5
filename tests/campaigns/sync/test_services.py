"""Mailing lists contain exactly the people who opted in here."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from campaigns.mailings import suppression
from campaigns.models import Delivery, Known, Receiver, Signature
from campaigns.moderation import moderating
from campaigns.privacy import erasing
from campaigns.signing import signing, withdrawing
from campaigns.sync import keys, posting, sending, upkeep
from campaigns.sync.receiver import switch
from campaigns.sync.services.api import MOST_REQUESTS
from tests.campaigns.sync import doubles
from tests.campaigns.sync.conftest import LISTS, make_list, make_receiver, state, work
from tests.campaigns.sync.server import receiving
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db


def leave(double: doubles.Double) -> None:
    """Unsubscribe the only person on the list, at the list itself."""
    [person] = double.people.values()
    if isinstance(double, doubles.Listmonk):
        person["lists"][3] = "unsubscribed"
    elif isinstance(double, doubles.Mailchimp):
        person |= {"status": "unsubscribed", "left": "by themselves"}
    else:
        person["dnc"] = True


def test_a_list_holds_those_who_opted_in_until_they_leave(double):
    river, forest = make_petition(), make_petition(slug="forest")
    receiver = make_list(double)
    make_signature(river, email="silent@example.org")
    ada = make_signature(river, updates=True, country="KE")
    grace = make_signature(river, email="o'grace@example.org", updates=True)
    grace_too = make_signature(forest, email="o'grace@example.org", updates=True)
    work()
    first = state(double)
    stored = [bytes(row.remote) + bytes(row.remote_key) for row in Known.objects.all()]

    signing.correct(ada.token("manage"), name="Ada King", updates=False)
    withdrawing.withdraw(grace.token("withdraw"))
    work()
    second = state(double)
    signing.correct(ada.token("manage"), name="Ada King", updates=True)
    work()
    third = state(double)
    signing.correct(ada.token("manage"), name="Ada King", updates=False)
    work()
    erasing.erase("ada@example.org")
    withdrawing.withdraw(grace_too.token("withdraw"))
    work()

    both = {"ada@example.org": "subscribed", "o'grace@example.org": "subscribed"}
    assert first == both
    assert second == both | {"ada@example.org": "unsubscribed"}
    assert third == both
    assert state(double) == {}
    assert not Known.objects.exists()
    assert set(Delivery.objects.values_list("outcome", flat=True)) == {"sent"}
    assert not any(b"example.org" in each for each in stored)
    assert receiver.is_on


def test_who_unsubscribed_there_stays_so_until_they_ask_anew(double):
    river, forest = make_petition(), make_petition(slug="forest")
    receiver = make_list(double)
    ada = make_signature(river, updates=True)
    work()
    leave(double)

    signing.correct(ada.token("manage"), name="Ada King")
    upkeep.send_all(receiver)
    work()
    upkeep.repeat(Delivery.objects.filter(kind="added"))
    work()
    before, is_renamed = state(double), "Ada King" in str(double.people)
    make_signature(forest, updates=True)
    work()

    is_asked_first = isinstance(double, doubles.Mailchimp)
    assert before == {"ada@example.org": "unsubscribed"}
    assert state(double) == {"ada@example.org": "pending" if is_asked_first else "subscribed"}
    assert is_renamed


def test_a_new_email_is_changed_there(double):
    make_list(double)
    ada = make_signature(make_petition(), updates=True)
    work()

    type(ada).objects.filter(pk=ada.pk).update(email="ada@example.net")
    work()

    assert state(double) == {"ada@example.net": "subscribed"}


def test_a_test_asks_for_the_list_and_a_wrong_key_is_told(double):
    receiver = make_list(double)
    upkeep.send_test(receiver)
    work()
    Receiver.objects.update(credential=keys.sealed("wrong"))
    upkeep.send_test(receiver)
    work()

    first, second = Delivery.objects.order_by("pk")
    assert (first.outcome, first.problem) == ("sent", "")
    assert (second.outcome, second.status) == ("", 401)
    assert double.people == {}


def test_who_was_there_before_is_taken_off_the_list_and_not_deleted(settings):
    settings.RECEIVERS_ON_LOOPBACK = True
    with (
        doubles.running(doubles.Listmonk()) as listmonk,
        doubles.running(doubles.Mautic()) as mautic,
    ):
        listmonk.add(
            body={
                **{"email": "ada@example.org", "name": "Ada", "attribs": {"city": "London"}},
                **{"status": "enabled", "lists": [9]},
            }
        )
        mautic.new(body={"email": "ada@example.org"})
        for double in (listmonk, mautic):
            make_list(double)
        ada = make_signature(make_petition(), updates=True, country="KE")
        work()
        during = {**listmonk.people[1], "lists": sorted(listmonk.people[1]["lists"])}
        withdrawing.withdraw(ada.token("withdraw"))
        work()

    sent = {"name": "Ada Lovelace", "country": "KE", "updates": True}
    assert during["attribs"] == {"city": "London"} | sent
    assert during["lists"] == [3, 9]
    assert list(listmonk.people[1]["lists"]) == [9]
    assert mautic.people[1]["segments"] == []


def test_mautic_gets_its_own_name_of_a_country_and_none_that_it_does_not_know(settings):
    settings.RECEIVERS_ON_LOOPBACK = True
    river = make_petition()
    with doubles.running(doubles.Mautic()) as mautic, override("de"):
        make_list(mautic)
        for code in ("CZ", "KE", "KR", "IM"):
            make_signature(river, email=f"{code.lower()}@example.org", country=code, updates=True)
        work()
        signed = [person["country"] for person in mautic.people.values()]
        Signature.objects.update(country="IM")
        work()

    assert signed == ["Czech Republic", "Kenya", "South Korea", ""]
    assert [person["country"] for person in mautic.people.values()] == [""] * 4
    assert set(Delivery.objects.values_list("outcome", flat=True)) == {"sent"}


@pytest.mark.parametrize("body", [b"{}", b"null", b"[]", b"[" * 200_000], ids=lambda b: b[:4])
def test_an_odd_answer_is_a_failure_of_the_receiver_and_ends_no_worker(body, settings):
    """A wrong URL may answer every request with the same JSON."""
    settings.RECEIVERS_ON_LOOPBACK = True
    with receiving() as server:
        server.status, server.body = 200, body
        receivers = [
            make_receiver(
                kind=kind,
                url=server.url,
                audience=audience,
                **{"only_opted_in": True, "fields": ("name",)},
                **{"user": "lastdrop", "credential": keys.sealed("key")},
            )
            for kind, audience in LISTS.items()
        ]
        make_signature(make_petition(), updates=True)
        work()

    for receiver in receivers:
        receiver.refresh_from_db()
        [delivery] = receiver.deliveries.all()
        assert (delivery.outcome, delivery.attempts, delivery.status) == ("", 1, 502), receiver.kind
        assert (receiver.attempts, bool(receiver.failing_since)) == (1, True), receiver.kind


def test_an_email_that_nobody_has_proved_is_put_on_no_list(double):
    make_list(double)
    unproved = make_petition(slug="unproved", confirms_by_email=False)
    make_signature(unproved, email="victim@example.org", updates=True)
    work()

    assert state(double) == {}


def test_a_mailbox_that_gets_no_mailings_is_put_on_no_list(double):
    make_list(double)
    river = make_petition()
    for reason in suppression.Reason:
        email = f"{reason}@example.org"
        suppression.suppress(suppression.keys_of(email), signature=None, reason=reason)
        make_signature(river, email=email, updates=True, channel="import")
    make_signature(make_petition(slug="lake"), email="grace@example.org", updates=True)
    work()

    assert state(double) == {"grace@example.org": "subscribed"}


def test_who_was_made_before_a_step_failed_is_remembered_and_deleted(settings):
    settings.RECEIVERS_ON_LOOPBACK = True
    mautic = doubles.Mautic()
    mautic.segment = lambda *_path, **_rest: (422, {"errors": []})
    with doubles.running(mautic):
        make_list(mautic)
        ada = make_signature(make_petition(), updates=True)
        work()
        made = len(mautic.people)
        withdrawing.withdraw(ada.token("withdraw"))
        Delivery.objects.update(due_at=timezone.now())
        work()

    assert made == 1
    assert mautic.people == {}
    assert not Known.objects.exists()


def test_who_is_released_from_quarantine_did_not_ask_anew(settings):
    settings.RECEIVERS_ON_LOOPBACK = True
    with doubles.running(doubles.Mautic()) as mautic:
        mautic.new(body={"email": "ada@example.org"})
        mautic.people[1]["dnc"] = True
        make_list(mautic)
        make_signature(make_petition(), updates=True, moderation="quarantined")
        moderating.moderate(Signature.objects.all(), moderation="", reason="checked", by=None)
        work()

    assert (mautic.people[1]["segments"], mautic.people[1]["dnc"]) == ([7], True)


def test_who_ticks_again_while_the_list_is_off_is_subscribed_when_all_are_sent(double):
    receiver = make_list(double)
    ada = make_signature(make_petition(), updates=True)
    work()
    signing.correct(ada.token("manage"), name="Ada", updates=False)
    work()
    left = state(double)
    switch(receiver, on=False)
    signing.correct(ada.token("manage"), name="Ada", updates=True)
    switch(receiver, on=True)
    upkeep.send_all(receiver)
    work()

    assert left == {"ada@example.org": "unsubscribed"}
    assert state(double) == {"ada@example.org": "subscribed"}


def test_who_is_imported_did_not_ask_anew(double):
    receiver = make_list(double)
    make_signature(make_petition(), updates=True)
    work()
    leave(double)
    for number, channel in enumerate(["import", "paper"], start=2):
        Known.objects.all().delete()
        make_signature(make_petition(slug=channel), updates=True, channel=channel)
        work()

        assert state(double) == {"ada@example.org": "unsubscribed"}, channel
        assert receiver.deliveries.filter(outcome="sent").count() == number


def test_however_slow_a_list_is_no_other_worker_takes_it_meanwhile(double, later, monkeypatch):
    """Each request takes the maximum time, and two email addresses must be removed."""
    make_list(double)
    river = make_petition()
    signed = [
        make_signature(river, email=f"{name}@example.{domain}", updates=True, country="IM")
        for domain in ("org", "net", "com")
        for name in ("ada", "grace")
    ]
    work()
    really, taken = posting.send, []

    def slowly(*args, **values):
        later(timedelta(seconds=posting.DEADLINE))
        taken.append(sending.claim(timezone.now()))
        return really(*args, **values)

    monkeypatch.setattr(posting, "send", slowly)
    for first, second, third in zip(signed[:2], signed[2:4], signed[4:], strict=True):
        Known.objects.filter(signature=second.pk).update(signature=first.pk)
        second.delete()
        Signature.objects.filter(pk=first.pk).update(email=third.email)
    Known.objects.update(is_out=True)
    Delivery.objects.filter(kind="changed").update(kind="added")
    work()

    requests = {doubles.Listmonk: 7, doubles.Mailchimp: 6, doubles.Mautic: MOST_REQUESTS}
    assert taken == [None, None] * requests[type(double)]
