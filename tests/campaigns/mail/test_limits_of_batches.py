"""A batch takes no more emails than its limit, whichever plan PostgreSQL chooses.

A plan may read a subquery with LIMIT and SKIP LOCKED again for each row of the table, and so take
all of them.
"""

import pytest
from django.db import connection

from campaigns.mail.leases import Held
from tests.campaigns.mailings.test_sending import approved, make_signers, recipients, work
from tests.factories import make_mail, make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bad_plan() -> None:
    with connection.cursor() as cursor:
        for each in ("hashagg", "hashjoin", "mergejoin", "sort", "material"):
            cursor.execute("SELECT set_config(%s, 'off', true)", [f"enable_{each}"])


def test_a_mailing_keeps_its_pace(smtp_server, settings):
    settings.MAILING_RATE = 12  # one within five seconds
    river = make_petition()
    make_signers(river, 6)
    approved(river)

    work()

    assert len(recipients(smtp_server)) == 1


def test_a_worker_claims_no_more_emails_than_it_can_send():
    signature = make_signature(make_petition(), confirmed_at=None)
    for _email in range(6):
        make_mail(signature, outcome="")

    assert len(Held().claim(2)) == 2
