"""While mailings are behind their rate, the additional connections of a worker help."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.mail import pace
from campaigns.mail.sending import BATCH, Delivered, Helper
from campaigns.mailings import due_mailings, mailing_actions, sending
from campaigns.mailings.mailing import MOST_REFUSED, Mailing, State
from campaigns.models import MailingNotice
from campaigns.rounds import idle
from tests.campaigns.mailings.test_refused import provider  # noqa: F401  # a fixture
from tests.campaigns.mailings.test_sending import (
    approved,
    counted,
    make_signers,
    recipients,
    state,
    work,
)
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


def help_out() -> float | None:
    return sending.help_out(sleep=lambda seconds: None)


def fall_behind() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_pace SET next_at = clock_timestamp()")


def test_they_help_only_while_it_is_behind_its_rate(smtp_server, settings):
    settings.MAILING_RATE = 12  # one within five seconds
    river = make_petition()
    make_signers(river, 3)
    mailing = approved(river)
    before = help_out()
    work()

    waits = [help_out()]
    fall_behind()
    waits += [help_out(), help_out()]
    found = len(recipients(smtp_server))
    mailing_actions.pause(mailing)
    fall_behind()
    waits.append(help_out())

    assert (before, waits) == (None, [None, 0, None, None])
    assert (found, len(recipients(smtp_server))) == (2, 2)


def test_a_slot_that_another_has_reserved_meanwhile_is_not_waited_for():
    """Whoever sleeps until then sends nothing to signers either."""
    pace.reserve(timedelta(seconds=5))

    with pytest.raises(pace.Unreachable):
        pace.reserve(timedelta(seconds=1), within=timedelta())


def test_emails_to_signers_come_first(monkeypatch):
    helper, claimed = Helper(), [BATCH, BATCH - 1]
    monkeypatch.setattr(
        "campaigns.mail.sending.deliver", lambda held: Delivered(claimed=claimed.pop(0))
    )
    work = idle(helper, lambda: 5.0)

    found = [(helper.send_due(), work()) for _time in range(3)]

    assert found == [(None, None), (0, None), (None, 5.0)]


@pytest.mark.django_db(transaction=True)
def test_refusals_on_all_connections_are_counted_together(provider, settings):  # noqa: F811
    """The mailing is paused once, and whoever was refused has not lost it."""
    settings.MAILING_RATE = 60 * MOST_REFUSED // pace.BATCH // 2  # half of them in one batch
    provider.left = 0
    river = make_petition()
    make_signers(river, 4 * MOST_REFUSED)
    mailing = approved(river)
    due_mailings.begin()

    def thread(_number: int) -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(thread, range(2)))

    paused = Mailing.objects.get(pk=mailing.pk)
    assert (paused.state, paused.why_paused, counted(mailing)) == (State.PAUSED, "refused", {})
    assert MailingNotice.objects.filter(kind="paused").count() == 1
    provider.left = 1_000
    mailing_actions.resume(mailing)
    mailing.recipients.update(due_at=timezone.now())
    settings.MAILING_RATE = 6_000
    work(2)
    assert (state(mailing), counted(mailing)) == (State.SENT, {"sent": 4 * MOST_REFUSED})
    assert len(set(recipients(provider))) == 4 * MOST_REFUSED
