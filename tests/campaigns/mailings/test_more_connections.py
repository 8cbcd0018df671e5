"""Further connections to the mail server send what one connection would send late."""

import pytest
from django.db import connection

from campaigns.mail import pace
from campaigns.rounds import helping
from operations import rounds
from tests.campaigns.mailings.test_sending import approved, make_signers, recipients
from tests.factories import make_mail, make_petition, make_signature

pytestmark = pytest.mark.django_db


def test_a_worker_has_as_many_connections_for_emails_as_the_settings_say(settings):
    threads = {each.thread for each in rounds.discover() if each.name in {"mail", "more email"}}

    assert len(threads) == settings.EMAIL_CONNECTIONS == 4


def test_signers_come_first_and_a_mailing_is_helped_only_where_it_is_late(smtp_server, settings):
    settings.MAILING_RATE = 6  # one within ten seconds
    river = make_petition()
    make_signers(river, 1)
    approved(river)
    make_mail(make_signature(river, email="new@example.org", confirmed_at=None), outcome="")
    work = helping()

    work()
    first = recipients(smtp_server)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO campaigns_pace VALUES (1, now() - interval '1 second')")
    work()

    assert not pace.is_late()
    assert first == ["new@example.org"]
    assert recipients(smtp_server) == ["new@example.org", "signer0@example.org"]
