"""The totals follow the rows."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from campaigns import health_readings
from campaigns.counting import counting
from campaigns.models import Signature, Tally
from tests import database
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db


def test_only_confirmed_signatures_that_are_not_moderated_count():
    petition = make_petition()
    make_signature(petition, email="a@example.org")
    make_signature(petition, email="b@example.org", confirmed_at=None)
    make_signature(petition, email="c@example.org", moderation="quarantined")
    make_signature(petition, email="d@example.org", moderation="invalidated")

    counting.recount()

    tally = Tally.objects.get()
    assert (tally.total, tally.pending) == (1, 1)


def test_an_emptied_signature_still_counts():
    petition = make_petition()
    signature = make_signature(petition)
    Signature.objects.filter(pk=signature.pk).update(
        name=None, email=None, email_key=None, anonymised_at=timezone.now()
    )

    counting.recount()

    assert Tally.objects.get().total == 1


def test_recounting_what_is_right_changes_nothing():
    make_signature(make_petition())

    assert len(counting.recount()) == 1
    assert counting.recount() == []


def test_the_site_total_is_of_all_petitions():
    for title in ("River", "Library"):
        make_signature(make_petition(title=title))
    counting.recount()

    assert counting.site_total() == 2


def test_recount_checks_and_says_that_all_is_right(capsys):
    make_signature(make_petition())
    counting.recount()

    call_command("recount")

    assert capsys.readouterr().out == "1 petitions checked, 0 corrected.\n"


def test_recount_heals_what_is_pending_too(capsys):
    make_signature(make_petition(), confirmed_at=None)

    call_command("recount")

    assert Tally.objects.get().pending == 1
    assert capsys.readouterr().out == (
        "keep-the-river-free: pending: 0 was corrected to 1\n1 petitions checked, 1 corrected.\n"
    )


def test_recount_heals_and_says_what_it_changed(capsys):
    make_signature(make_petition())
    Tally.objects.update(total=5133)

    call_command("recount")

    assert capsys.readouterr().out == (
        "keep-the-river-free: 5133 was corrected to 1\n1 petitions checked, 1 corrected.\n"
    )


def test_totals_are_current_while_a_long_transaction_keeps_moments_from_being_settled(monkeypatch):
    monkeypatch.setattr(counting, "SETTLING", 3600)  # as if it had begun an hour ago
    petition = make_petition()
    for minutes in (30, 20, 10):
        moment = timezone.now() - timedelta(minutes=minutes)
        make_signature(petition, email=f"{minutes}@example.org", confirmed_at=moment)
    counting.fold()
    tally = Tally.objects.get()

    current = health_readings.totals()
    make_signature(petition, confirmed_at=timezone.now() - timedelta(minutes=5, seconds=1))
    behind = health_readings.totals()

    assert (tally.total, tally.settled) == (3, 0)
    assert current == (True, "They follow the signatures.")
    assert behind == (False, "They are 5 minutes behind the signatures.")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_totals_and_the_pending_never_wait_for_each_others_tallies():
    petitions = [make_petition(title=title) for title in ("River", "Library")]
    for petition in petitions:
        make_signature(petition, confirmed_at=None)

    def count() -> list[int]:
        try:
            return counting.count_pending()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        counting.fold()  # still holds its lock
        counted = threads.submit(count)
        while not database.waiting():
            time.sleep(0.01)
        Tally.objects.update(total=0)  # waits for nobody
    assert sorted(counted.result()) == sorted(petition.tally.pk for petition in petitions)
