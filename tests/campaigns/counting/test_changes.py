"""The totals follow the changes, without counting again what was counted before."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from campaigns.counting import counting
from campaigns.models import CountChange, Signature, Tally
from campaigns.signing import signing, withdrawing
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

HOUR_AGO = timezone.now() - timedelta(hours=1)


@pytest.fixture
def settled():
    """A petition with three signatures, which were counted long ago."""
    petition = make_petition()
    for number in range(3):
        make_signature(petition, email=f"{number}@example.org", confirmed_at=HOUR_AGO)
    counting.recount()
    assert totals() == (3, 3)
    return petition


def totals() -> tuple[int, int]:
    tally = Tally.objects.get()
    return tally.total, tally.settled


def one() -> "Signature":
    return Signature.objects.order_by("pk").first()


def test_what_is_settled_is_not_counted_again(settled):
    Tally.objects.update(settled=1_000_003)
    make_signature(settled, email="new@example.org")

    counting.fold()

    assert totals() == (1_000_004, 1_000_003)


def test_a_full_count_heals_what_has_drifted_and_says_so(settled, caplog):
    Tally.objects.update(settled=1_000_003)

    assert counting.recount() == [settled.tally.pk]
    assert totals() == (3, 3)
    assert f"[{settled.tally.pk}] did not equal" in caplog.text


@pytest.mark.parametrize(
    "change",
    [
        lambda: Signature.objects.filter(pk=one().pk).update(moderation="quarantined"),
        lambda: one().delete(),
        lambda: withdrawing.withdraw(one().token("withdraw")),
    ],
    ids=["moderated", "deleted", "withdrawn"],
)
def test_one_less(settled, change):
    change()
    counting.fold()

    assert totals() == (2, 2)
    assert not CountChange.objects.exists()


def test_one_that_was_released_counts_again(settled):
    Signature.objects.update(moderation="invalidated")
    counting.fold()
    Signature.objects.filter(pk=one().pk).update(moderation="")
    counting.fold()

    assert totals() == (1, 1)


def test_one_that_is_brought_in_with_an_earlier_day_counts(settled):
    make_signature(settled, email="paper@example.org", confirmed_at=HOUR_AGO)
    counting.fold()

    assert totals() == (4, 4)


def test_who_has_just_signed_leaves_no_note(settled):
    signature = make_signature(settled, email="new@example.org", confirmed_at=None)
    signing.confirm(signature.token("confirm"))

    assert not CountChange.objects.exists()
    counting.fold()
    assert totals() == (4, 3)


def test_what_happens_to_one_that_is_not_settled_is_counted_once(settled):
    make_signature(settled, email="new@example.org")
    counting.fold()
    Signature.objects.filter(email="new@example.org").update(moderation="quarantined")
    counting.fold()

    assert totals() == (3, 3)


@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.2, 4])
def test_what_is_brought_in_with_a_time_that_may_be_settled_is_counted(settled, seconds):
    now = timezone.now()
    Tally.objects.update(settled_at=now - timedelta(seconds=counting.SETTLING))

    late = now - timedelta(seconds=seconds)
    make_signature(settled, email="late@example.org", confirmed_at=late)
    counting.fold()

    assert totals()[0] == 4


def test_anonymising_old_signatures_leaves_no_notes(settled):
    Signature.objects.update(confirmed_at=timezone.now() - timedelta(days=90))
    counting.fold()
    earlier = timezone.now() - timedelta(days=90, hours=3)

    Signature.objects.update(confirmed_at=earlier)

    assert not CountChange.objects.exists()


def test_many_changes_of_many_petitions_are_read_once(settled):
    """A bulk decision leaves thousands of changes."""
    for number in range(4):
        make_petition(slug=f"p{number}")
    CountChange.objects.bulk_create(
        CountChange(tally=tally, confirmed_at=HOUR_AGO, number=1)
        for tally in Tally.objects.all()
        for _ in range(3)
    )

    with connection.cursor() as cursor:
        explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {counting.FOLD}"
        cursor.execute(explain, {"bound": timezone.now()})
        [(plan,)] = cursor.fetchall()

    reads = [node for node in nodes(plan[0]["Plan"]) if node.get("CTE Name") == "noted"]
    assert [node["Actual Loops"] for node in reads] == [1]


def nodes(plan):
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_late_is_waited_for(monkeypatch):
    """Its signature was confirmed before others that have been counted already."""
    petition = make_petition()
    for number in range(2):
        make_signature(petition, email=f"{number}@example.org", confirmed_at=None)
    first, second = Signature.objects.order_by("pk").values_list("pk", flat=True)
    confirm = "UPDATE campaigns_signature SET confirmed_at = clock_timestamp() WHERE id = %s"
    monkeypatch.setattr(counting, "SETTLING", 0)
    parameters = connection.get_connection_params()
    own = {name: parameters[name] for name in ("host", "port", "user", "dbname")}
    with psycopg.connect(**own) as late:
        late.execute(confirm, [first])
        Signature.objects.filter(pk=second).update(confirmed_at=timezone.now())
        counting.fold()
        assert totals()[0] == 1
        late.commit()
        counting.fold()
        counting.fold()

    assert totals() == (2, 2)
