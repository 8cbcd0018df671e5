"""Events reach a real server, signed and in order, and none is lost, whatever happens."""

import sys
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from campaigns.models import Delivery, Receiver
from campaigns.privacy import erasing
from campaigns.signing import signing, withdrawing
from campaigns.sync import keys, notices, sending, upkeep
from campaigns.sync import receiver as receivers
from campaigns.workflow import notices as staff_notices
from tests.campaigns.sync.conftest import make_receiver, work
from tests.factories import make_petition, make_signature
from tests.plans import explained, reading_all

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def outcomes(receiver: Receiver) -> list[str]:
    found = Delivery.objects.filter(receiver=receiver).order_by("pk")
    return list(found.values_list("outcome", flat=True))


def test_an_event_is_signed_and_has_the_chosen_fields_under_their_names(server):
    river = make_petition(slug="river")
    receiver = make_receiver(server, fields=("email", "country", "updates"))
    receiver.fields_sent.filter(field="email").update(called="mail")
    ada = make_signature(river, country="KE", updates=True)

    work()

    [got] = server.got
    secret = keys.read(receiver.secret)
    verified = Webhook(secret).verify(got.body, got.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(keys.read(keys.make())).verify(got.body, got.headers)
    assert verified["data"] == {
        "id": str(ada.pk),
        "petition": {"id": str(river.translation_key), "slug": "river"},
        "fields": {"mail": "ada@example.org", "country": "KE", "updates": True},
    }
    assert got.event["type"] == "signature.added"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["host"] == server.url.split("/")[2]
    assert outcomes(receiver) == ["sent"]
    stored = bytes(Receiver.objects.get().secret)
    assert secret.encode() not in stored


def test_for_a_day_the_old_secret_signs_too(server, later):
    river = make_petition()
    receiver = make_receiver(server)
    old = keys.read(receiver.secret)
    keys.rotate(receiver)

    make_signature(river)
    work()
    later(25 * HOUR)
    make_signature(river, email="grace@example.org")
    work()

    first, second = server.got
    new = keys.read(Receiver.objects.get().secret)
    for secret in (old, new):
        assert Webhook(secret).verify(first.body, first.headers)
    signatures = [len(got.headers["webhook-signature"].split()) for got in (first, second)]
    assert signatures == [2, 1]


def test_a_new_secret_takes_the_place_of_one_that_cannot_be_read(server):
    receiver = make_receiver(server, secret=b"damaged" * 9)
    keys.rotate(receiver)
    make_signature(make_petition())

    work()

    [got] = server.got
    assert Webhook(keys.read(receiver.secret)).verify(got.body, got.headers)


def test_a_receiver_that_is_down_for_an_hour_gets_all_in_order_and_once(server, later):
    river = make_petition()
    receiver = make_receiver(server)
    server.status = 503
    ada = make_signature(river)
    work()
    grace = make_signature(river, email="grace@example.org")
    signing.correct(ada.token("manage"), name="Ada King")
    for _minute in range(12):
        later(timedelta(minutes=5))
        work()
    tries = len(server.got)
    server.status, server.got = 200, []
    mary = make_signature(river, email="mary@example.org")
    later(HOUR)
    work()

    assert 3 < tries < 8, "It is not asked at each turn, and not forgotten."
    assert server.told == [
        ("added", str(ada.pk)),
        ("added", str(grace.pk)),
        ("changed", str(ada.pk)),
        ("added", str(mary.pk)),
    ]
    assert len(set(server.ids)) == 4
    assert outcomes(receiver) == ["sent"] * 4
    receiver.refresh_from_db()
    assert (receiver.attempts, receiver.failing_since) == (0, None)


def test_a_worker_that_is_killed_after_sending_sends_the_same_again(server, later, monkeypatch):
    river = make_petition()
    make_receiver(server)
    make_signature(river)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "act_on", lambda *args: sys.exit())
        with pytest.raises(SystemExit):
            sending.send_due()

    work()  # another worker, at once: the receiver is still leased
    before = len(server.got)
    later(sending.LEASE)
    work()

    assert before == 1
    assert len(server.got) == 2
    assert len(set(server.ids)) == 1
    assert server.got[0].body == server.got[1].body


def test_who_was_erased_meanwhile_is_only_told_as_removed(server):
    river = make_petition()
    receiver = make_receiver(server)
    ada, grace = make_signature(river), make_signature(river, email="grace@example.org")
    signing.correct(ada.token("manage"), name="Ada King")
    erasing.erase("ada@example.org")
    type(grace).objects.filter(pk=grace.pk).update(moderation="invalidated")

    work()

    assert server.told == [("removed", str(ada.pk)), ("removed", str(grace.pk))]
    assert "fields" not in server.got[0].event["data"]
    assert outcomes(receiver) == ["needless"] * 3 + ["sent"] * 2


def test_an_event_that_is_refused_holds_up_only_its_own_signature(server, later):
    river = make_petition()
    receiver = make_receiver(server)
    ada, grace = make_signature(river), make_signature(river, email="grace@example.org")
    signing.correct(ada.token("manage"), name="Ada King")

    def refuse_ada(handler) -> None:
        handler.send_response(422 if server.told[-1][1] == str(ada.pk) else 200)
        handler.end_headers()

    server.act = refuse_ada
    work()
    first = list(server.told)
    for _time in range(20):
        later(6 * HOUR)
        work()
    server.act, server.got = None, []
    number = upkeep.repeat(upkeep.repeatable(receiver, sending.Outcome.FAILED))
    work()

    assert first == [("added", str(ada.pk)), ("added", str(grace.pk))]
    assert number == 2
    assert server.told == [("added", str(ada.pk)), ("changed", str(ada.pk))]
    assert outcomes(receiver) == ["sent"] * 3
    assert Receiver.objects.get().is_on


def test_what_is_older_than_what_the_receiver_knows_is_not_repeated(server):
    river = make_petition()
    receiver = make_receiver(server)
    ada = make_signature(river)
    work()
    withdrawing.withdraw(ada.token("withdraw"))
    work()
    both = Delivery.objects.order_by("pk")

    found = upkeep.repeatable(receiver, sending.Outcome.SENT)

    assert list(found) == [both[1]]


def test_after_days_of_failing_it_is_switched_off_and_the_administrators_hear_of_it(
    server, later, django_user_model
):
    django_user_model.objects.create_superuser("admin", "admin@example.org", "password")
    django_user_model.objects.create_user("editor", "editor@example.org", "password")
    river = make_petition()
    receiver = make_receiver(server)
    server.status = 500
    make_signature(river)
    for _time in range(20):
        work()
        later(12 * HOUR)
    assert notices.tell_due() == 0
    assert notices.tell_due() is None
    staff_notices.send_due()
    receiver.refresh_from_db()
    state = receiver.is_on, receiver.gave_up_at is None, outcomes(receiver)
    server.status, server.got = 200, []
    receivers.switch(receiver, on=True)
    work()

    assert state == (False, False, [""])
    assert [each.to for each in mail.outbox] == [["admin@example.org"]]
    assert "The mailing list" in mail.outbox[0].subject
    assert f"/admin/receivers/{receiver.pk}/" in mail.outbox[0].body
    assert [kind for kind, _pk in server.told] == ["added"]


def test_one_worker_at_a_time_sends_to_a_receiver(server):
    make_receiver(server)
    make_signature(make_petition())
    taken = sending.claim(timezone.now())

    again = sending.claim(timezone.now())

    assert taken
    assert again is None


def test_a_receiver_that_is_deleted_while_it_is_taken_holds_up_no_other(server):
    first, second = make_receiver(server), make_receiver(server)
    make_signature(make_petition())

    def delete(execute, sql, *rest):
        result = execute(sql, *rest)
        if sql.startswith('UPDATE "campaigns_receiver"'):
            Receiver.objects.filter(pk=first.pk).delete()
        return result

    with connection.execute_wrapper(delete):
        taken = sending.claim(timezone.now())

    assert taken == second


def test_a_worker_that_was_away_for_long_leaves_a_receiver_to_the_other(server, later):
    make_receiver(server)
    make_signature(make_petition())
    first = sending.claim(timezone.now())
    later(sending.LEASE)
    second = sending.claim(timezone.now())

    assert first == second
    assert not sending.hold(first)
    assert sending.hold(second)


def test_receivers_take_turns(server, monkeypatch):
    river = make_petition()
    for name in ("First", "Second"):
        make_receiver(server, name=name)
    for each in range(2):
        make_signature(river, email=f"{each}@example.org")
    beats = iter(range(100))
    monkeypatch.setattr(sending.time, "monotonic", lambda: next(beats) * 15.0)  # slow requests

    for _turn in range(2):
        sending.send_due()

    sent = Delivery.objects.filter(outcome="sent").values_list("receiver__name", flat=True)
    assert sorted(sent) == ["First", "Second"]


def test_sending_reads_few_events_however_many_are_in_the_log(server):
    receiver, other = make_receiver(server), make_receiver(server, is_on=False)
    make_signature(make_petition())
    with connection.cursor() as cursor:
        for of, outcome, ended_at in ((receiver, "sent", "now()"), (other, "", "NULL")):
            cursor.execute(
                "INSERT INTO campaigns_delivery (receiver_id, signature, kind, outcome, ended_at)"
                f" SELECT %s, gen_random_uuid(), 'added', %s, {ended_at}"
                " FROM generate_series(1, 2000)",
                [of.pk, outcome],
            )
        cursor.execute("ANALYZE campaigns_delivery")

    with explained() as plans:
        work()

    assert len(server.got) == 1
    assert reading_all(Delivery, plans) == []
