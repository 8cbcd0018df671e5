"""Odd responses are limited, and events that staff repeat are sent."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from campaigns.models import Delivery, Receiver
from campaigns.signing import withdrawing
from campaigns.sync import notices, posting, sending, upkeep
from campaigns.sync import receiver as receivers
from campaigns.workflow import notices as staff_notices
from tests.campaigns.sync.conftest import make_receiver, work
from tests.campaigns.sync.server import drip, flood
from tests.campaigns.sync.test_sending import HOUR, outcomes
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("answer", "problem", "is_on"),
    [
        ({"status": 302, "headers": {"Location": "http://169.254.169.254/"}}, "redirect", True),
        ({"status": 410}, "", False),
        ({"act": drip}, "slow", True),
    ],
)
def test_odd_answers(server, monkeypatch, answer, problem, is_on):
    monkeypatch.setattr(posting, "DEADLINE", 0.3)
    receiver = make_receiver(server)
    for name, value in answer.items():
        setattr(server, name, value)
    make_signature(make_petition())

    work()

    delivery = Delivery.objects.get()
    receiver.refresh_from_db()
    assert (delivery.outcome, delivery.problem, receiver.is_on) == ("", problem, is_on)
    assert len(server.got) == 1, "Nothing is followed."


@pytest.mark.parametrize(
    "ends",
    [lambda receiver: receivers.switch(receiver, on=False), lambda receiver: receiver.delete()],
    ids=["switched off", "deleted"],
)
def test_one_that_is_ended_while_an_event_is_on_its_way_gets_no_other(server, ends, monkeypatch):
    receiver, petition = make_receiver(server), make_petition()
    for name in ("ada", "bob"):
        make_signature(petition, email=f"{name}@example.org")
    send = posting.send

    def send_and_end(*args, **kwargs):
        answer = send(*args, **kwargs)
        ends(receiver)
        return answer

    monkeypatch.setattr(posting, "send", send_and_end)
    work()

    assert len(server.got) == 1
    assert not Receiver.objects.exclude(is_on=False, busy_until=None).exists()


def test_what_staff_change_while_an_event_is_on_its_way_holds_for_the_next(server, monkeypatch):
    receiver, petition = make_receiver(server), make_petition()
    for name in ("ada", "bob"):
        make_signature(petition, email=f"{name}@example.org")
    send, asked = posting.send, []

    def send_and_change(url, **kwargs):
        asked.append(url)
        answer = send(server.url, **kwargs)
        receiver.fields_sent.filter(field="email").delete()
        Receiver.objects.update(url="https://new.example.org/hook")
        return answer

    monkeypatch.setattr(posting, "send", send_and_change)
    work()

    fields = [set(each.event["data"]["fields"]) for each in server.got]
    assert fields == [{"name", "email"}, {"name"}]
    assert asked == [server.url, "https://new.example.org/hook"]


def test_of_a_huge_answer_nothing_is_read(server):
    receiver = make_receiver(server)
    server.act = flood
    make_signature(make_petition())

    work()

    assert outcomes(receiver) == ["sent"]
    with pytest.raises(posting.NotSent):
        posting.send(server.url, body="{}", largest=1000)


def test_it_waits_as_long_as_the_receiver_asks(server, later):
    receiver = make_receiver(server)
    server.status, server.headers = 429, {"Retry-After": "3600"}
    make_signature(make_petition())

    work()
    receiver.refresh_from_db()

    assert timedelta(minutes=59) < receiver.due_at - timezone.now() <= HOUR


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        ("99999999999999", 12 * HOUR),
        ("9" * 400, 12 * HOUR),
        ("-3600", timedelta(seconds=5)),
        ("0.5", timedelta(seconds=5)),
        ("Wed, 21 Oct 2195 07:28:00 GMT", timedelta(seconds=5)),
    ],
)
def test_no_wait_that_a_receiver_asks_for_is_longer_than_our_longest(server, asked, waits):
    receiver = make_receiver(server)
    server.status, server.headers = 503, {"Retry-After": asked}
    make_signature(make_petition())

    work()
    receiver.refresh_from_db()

    assert receiver.failing_since
    assert receiver.due_at - receiver.failing_since == waits


def test_everybody_can_be_sent_anew_and_the_old_log_is_deleted(server, later, monkeypatch):
    monkeypatch.setattr(upkeep, "BATCH", 1)
    river = make_petition()
    for each in range(3):
        make_signature(river, email=f"{each}@example.org", updates=each > 0)
    receiver = make_receiver(server, river.tally, only_opted_in=True)

    number = upkeep.send_all(receiver)
    work()
    later(31 * 24 * HOUR)
    Delivery.objects.create(receiver_id=0, kind="added")  # the receiver was deleted meanwhile
    left = [(upkeep.delete_old(), Delivery.objects.count()) for _time in range(3)]

    assert number == 2
    assert [kind for kind, _pk in server.told] == ["added", "added"]
    # What has no receiver is looked for once, after the last batch.
    assert left == [(0, 2), (0, 1), (None, 0)]


def test_a_test_event_is_about_nobody(server):
    receiver = make_receiver(server)

    upkeep.send_test(receiver)
    work()

    assert [got.event["data"] for got in server.got] == [{}]
    assert server.told == [("test", "")]


def test_an_outage_uses_up_none_of_the_attempts_of_an_event(server, later):
    receiver = make_receiver(server)
    server.status = 503
    make_signature(make_petition())
    for _time in range(10):
        work()
        later(HOUR)
    receivers.try_now(receiver)
    server.status = 422

    work()
    refused_once = outcomes(receiver)
    for _time in range(8):
        later(6 * HOUR)
        work()
    refused_nine_times = outcomes(receiver)
    later(6 * HOUR)
    work()

    assert (refused_once, refused_nine_times, outcomes(receiver)) == ([""], [""], ["failed"])


def test_a_refused_event_waits_no_longer_once_the_receiver_is_tried_again(server, later):
    receiver = make_receiver(server)
    acts = [
        lambda: receivers.try_now(receiver),
        lambda: upkeep.send_test(receiver),
        lambda: [receivers.switch(receiver, on=on) for on in (False, True)],
    ]
    for act in acts:
        server.status = 400
        make_signature(make_petition())
        for _time in range(4):
            work()
            later(timedelta(minutes=6))
        server.status = 200
        act()
        work()

    assert set(outcomes(receiver)) == {"sent"}


def test_one_that_refuses_everything_is_switched_off_and_keeps_the_removals(
    server, later, django_user_model
):
    django_user_model.objects.create_superuser("admin", "admin@example.org", "password")
    river = make_petition()
    receiver = make_receiver(server)
    ada = make_signature(river)
    work()
    server.status = 400
    make_signature(river, email="grace@example.org")
    withdrawing.withdraw(ada.token("withdraw"))

    told = []
    for _time in range(20):
        work()
        while notices.tell_due() is not None:
            staff_notices.send_due()
            told.append(mail.outbox[-1].subject)
        later(12 * HOUR)
    receiver.refresh_from_db()
    state = receiver.is_on, outcomes(receiver)
    later(31 * 24 * HOUR)
    upkeep.delete_old()
    server.status, server.got = 200, []
    receivers.switch(receiver, on=True)
    work()

    assert told == [
        "Refused: events for the receiver “The mailing list”",
        "Switched off: the receiver “The mailing list”",
    ]
    assert state == (False, ["sent", "failed", ""])
    assert server.told == [("removed", str(ada.pk))]


def test_administrators_hear_weekly_of_a_removal_that_alone_is_refused(
    server, later, django_user_model
):
    django_user_model.objects.create_superuser("admin", "admin@example.org", "password")
    receiver = make_receiver(server)
    make_signature(make_petition()).delete()

    def refuse_removals(handler) -> None:
        handler.send_response(422 if server.told[-1][0] == "removed" else 200)
        handler.end_headers()

    server.act = refuse_removals
    for _time in range(40):
        upkeep.send_test(receiver)
        work()
        notices.tell_due()
        staff_notices.send_due()
        later(12 * HOUR)

    receiver.refresh_from_db()
    assert receiver.is_on
    assert [each.to for each in mail.outbox] == [["admin@example.org"]] * 3
    assert f"/admin/receivers/{receiver.pk}/" in mail.outbox[0].body


def test_one_refused_event_switches_nothing_off_after_a_quiet_time(server, later):
    """It is given up after a day, and nothing is sent to the receiver for a week."""
    river, receiver = make_petition(), make_receiver(server)
    server.status = 422
    make_signature(river)
    for _time in range(sending.MOST_REFUSALS):
        work()
        later(12 * HOUR)
    receiver.refresh_from_db()
    quiet = outcomes(receiver), receiver.failing_since
    later(7 * 24 * HOUR)
    server.status = 503
    make_signature(river, email="grace@example.org")
    work()

    receiver.refresh_from_db()
    assert quiet == (["failed"], None)
    assert (receiver.is_on, outcomes(receiver)) == (True, ["failed", ""])
