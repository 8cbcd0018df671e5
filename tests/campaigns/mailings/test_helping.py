"""While mailings are behind their rate, the additional connections of a worker help."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.mail import pace
from campaigns.mailings import due_mailings, mailing_actions, sending
from campaigns.mailings.mailing import MOST_REFUSED, REFUSED, Mailing, State
from campaigns.models import MailingNotice, OutgoingMail, Signature
from tests.campaigns.mailings.test_refused import FEW, provider  # noqa: F401  # a fixture
from tests.campaigns.mailings.test_sending import (
    approved,
    counted,
    let_time_pass,
    make_signers,
    recipients,
    state,
    work,
)
from tests.factories import make_mail, make_petition

pytestmark = pytest.mark.django_db


def help_out() -> float | None:
    return sending.help_out(sleep=lambda seconds: None)


def in_a_thread(_number: int) -> None:
    try:
        work()
    finally:
        connection.close()


def make_late_mail(signer: Signature) -> None:
    make_mail(signer, outcome="")
    OutgoingMail.objects.update(due_at=timezone.now() - timedelta(seconds=5))


def test_they_help_only_while_it_is_behind_its_rate(smtp_server, settings):
    settings.MAILING_RATE = 12  # one within five seconds
    river = make_petition()
    make_signers(river, 3)
    mailing = approved(river)
    before = help_out()
    work()
    pace.reserve(timedelta(seconds=5))

    waits = [help_out()]
    let_time_pass()
    waits += [help_out(), help_out()]
    found = len(recipients(smtp_server))
    mailing_actions.pause(mailing)
    let_time_pass()
    waits.append(help_out())

    assert (before, waits) == (None, [None, 0, None, None])
    assert (found, len(recipients(smtp_server))) == (2, 2)


def test_who_leaves_before_the_slot_begins_is_not_started(smtp_server):
    river = make_petition()
    make_signers(river, 2)
    mailing = approved(river)
    due_mailings.begin()

    sending.send_due(sleep=lambda seconds: mailing_actions.pause(mailing))

    assert not recipients(smtp_server)
    assert not mailing.recipients.exclude(started_at=None).exists()


def test_a_slot_that_another_has_reserved_meanwhile_is_not_waited_for():
    """Whoever sleeps until then sends nothing to signers either."""
    pace.reserve(timedelta(seconds=5))

    with pytest.raises(pace.Unreachable):
        pace.reserve(timedelta(seconds=1), within=timedelta())


def test_emails_to_signers_come_first(smtp_server, settings):
    settings.MAILING_RATE = 60  # one a second
    river = make_petition()
    signers = make_signers(river, 4)
    mailing = approved(river)
    due_mailings.begin()
    pace.reserve(timedelta())  # is over at once
    make_late_mail(signers[0])

    waiting = (help_out(), counted(mailing))
    OutgoingMail.objects.all().delete()
    send, done = sending.send_all, []

    def arrives(*arguments):
        make_late_mail(signers[0])
        done.append(send(*arguments))
        return done[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "send_all", arrives)
        sending.help_out(sleep=let_time_pass)

    assert waiting == (None, {})
    assert (done, counted(mailing)) == ([True], {"sent": 1})


def test_after_a_stall_no_connection_catches_up_with_more_than_a_second(settings):
    """Each second's emails have a slot of their own, which another connection may have taken."""
    settings.MAILING_RATE = 120
    river = make_petition()
    make_signers(river, 20)
    approved(river)
    due_mailings.begin()
    spans: list[float] = []
    reserve = pace.reserve

    def noted(span, within=pace.LONGEST_WAIT):
        spans.append(span.total_seconds())
        return reserve(span, within)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "reserve", noted)
        work()

    assert spans == [1.0] * 5


def test_who_is_refused_while_another_connection_pauses_it_has_made_no_attempt(provider):  # noqa: F811
    provider.left = 0
    river = make_petition()
    make_signers(river, 5)
    mailing = approved(river)
    due_mailings.begin()
    started, turns = sending.start(3), pace.Turns(10.0, sleep=lambda seconds: None)
    turns.begin(0.0)

    mailing_actions.pause(mailing)
    is_more = sending.send_all(started, turns, pace.patient(), {})

    assert not is_more
    assert [*mailing.recipients.values_list("attempts", "started_at")] == [(0, None)] * 5


def test_of_all_pauses_one_attempt_is_counted_for_twenty():
    """Over several connections, each pause may have counted it for others."""
    river = make_petition()
    make_signers(river, MOST_REFUSED + 5)
    mailing = approved(river)
    due_mailings.begin()
    mailing_actions.pause(mailing)
    mailing.recipients.update(attempts=1)
    marked = list(mailing.recipients.order_by("pk").values_list("pk", flat=True)[:MOST_REFUSED])
    mailing.recipients.filter(pk__in=marked).update(attempts=REFUSED)
    last = mailing.recipients.order_by("pk").last()
    mailing.recipients.filter(pk=last.pk).update(started_at=timezone.now())  # on its way

    mailing_actions.resume(mailing)

    attempts = mailing.recipients.order_by("pk").values_list("attempts", flat=True)
    assert [*attempts] == [*[1] * MOST_REFUSED, *[0] * 4, 1]


def test_a_mailing_pauses_at_the_twentieth_refusal_in_a_row(smtp_server):
    async def refuse(server, session, envelope):
        return "550 5.4.5 Daily user sending limit exceeded"

    smtp_server.handle_DATA = refuse
    river = make_petition()
    make_signers(river, 22)
    mailing = approved(river)

    work(3)

    assert state(mailing) == State.PAUSED
    assert mailing.recipients.exclude(attempts=0).count() == MOST_REFUSED == 20


@pytest.mark.django_db(transaction=True)
def test_refusals_on_all_connections_are_counted_together(provider, settings):  # noqa: F811
    """The mailing is paused once, and whoever was refused has not lost it."""
    settings.MAILING_RATE = 60 * FEW // pace.BATCH // 2  # half of them in one batch
    provider.left = 0
    river = make_petition()
    make_signers(river, 4 * FEW)
    mailing = approved(river)
    due_mailings.begin()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(in_a_thread, range(2)))

    paused = Mailing.objects.get(pk=mailing.pk)
    assert (paused.state, paused.why_paused, counted(mailing)) == (State.PAUSED, "refused", {})
    assert MailingNotice.objects.filter(kind="paused").count() == 1
    provider.left = 1_000
    mailing_actions.resume(mailing)
    mailing.recipients.update(due_at=timezone.now())
    settings.MAILING_RATE = 6_000
    work(2)
    assert (state(mailing), counted(mailing)) == (State.SENT, {"sent": 4 * FEW})
    assert len(set(recipients(provider))) == 4 * FEW


@pytest.mark.django_db(transaction=True)
def test_however_often_it_is_resumed_nobody_is_lost_over_several_connections(provider, settings):  # noqa: F811
    """Whoever is refused on one connection while another pauses the mailing has made no attempt."""
    settings.MAILING_RATE = 1_200
    provider.left = 0
    river = make_petition()
    make_signers(river, 2 * FEW)
    mailing = approved(river)
    due_mailings.begin()
    found = set()

    with ThreadPoolExecutor(4) as pool:
        for _day in range(9):
            list(pool.map(in_a_thread, range(4)))
            found.add(state(mailing))
            mailing.recipients.update(due_at=timezone.now())
            mailing_actions.resume(mailing)

    assert found == {State.PAUSED}
    attempts = sorted(mailing.recipients.values_list("attempts", flat=True))
    assert attempts == [*[0] * FEW, *[1] * FEW]
