"""The bench empties its tables while the last requests of a run are still at work."""

import threading

import psycopg
import pytest

from bench import database
from campaigns.models import OutgoingMail
from tests.deploy.conftest import database_url
from tests.factories import make_mail, make_petition, make_signature


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_emptying_waits_for_whoever_holds_what_hangs_on_the_table():
    make_mail(make_signature(make_petition()))
    failed = []

    def empty() -> None:
        try:
            database.empty(database_url(), "campaigns_signature")
        except psycopg.Error as error:
            failed.append(error)

    emptying = threading.Thread(target=empty)
    with psycopg.connect(database_url()) as request:
        request.execute("UPDATE campaigns_outgoingmail SET attempts = 1")
        emptying.start()
        emptying.join(1)  # it has begun, and waits
        request.execute("UPDATE campaigns_signature SET times_signed = 2")
    emptying.join()

    assert failed == []
    assert not OutgoingMail.objects.exists()
