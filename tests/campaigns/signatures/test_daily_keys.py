"""A daily key is random, the same in all processes, and destroyed when the day is over."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from campaigns.models import DailyKey
from campaigns.signatures import daily_keys
from tests import database
from tests.factories import day

HOME = "203.0.113.7/32"


@pytest.mark.django_db
def test_nobody_can_make_the_hash_again_without_the_key_of_the_day():
    before = daily_keys.daily_hash("network", HOME, day())
    again = daily_keys.daily_hash("network", HOME, day())

    DailyKey.objects.all().delete()

    assert (len(before), before == again) == (32, True)
    assert daily_keys.daily_hash("network", HOME, day()) != before


@pytest.mark.django_db
def test_a_copy_of_the_database_is_not_enough(settings):
    before = daily_keys.daily_hash("network", HOME, day())

    settings.SIGNATURE_KEY = "s" * 50

    assert daily_keys.daily_hash("network", HOME, day()) != before


@pytest.mark.django_db
def test_two_days_two_purposes_and_two_networks_have_nothing_in_common():
    hashes = {
        daily_keys.daily_hash(purpose, network, day(number))
        for purpose in ("network", "login")
        for network in (HOME, "203.0.113.8/32")
        for number in (0, -1)
    }

    assert len(hashes) == 8


@pytest.mark.django_db(transaction=True)
def test_all_who_need_it_at_once_get_the_same_key():
    def ask(_: int) -> bytes:
        try:
            return daily_keys.key_of(day())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(ask, range(16)))

    assert keys == {bytes(DailyKey.objects.get().key)}


@pytest.mark.django_db(transaction=True)
def test_the_keys_of_past_days_are_destroyed_also_in_the_file_of_the_table():
    old = [daily_keys.key_of(day(number)) for number in (-2, -30)]
    current = daily_keys.key_of(day())
    assert all(key in table_file() for key in (*old, current))

    with unfinished_transaction():
        daily_keys.destroy_old()

    assert list(DailyKey.objects.values_list("day", flat=True)) == [day()]
    assert current in table_file()
    assert [key for key in old if key in table_file()] == []


@contextlib.contextmanager
def unfinished_transaction() -> Iterator[None]:
    """Another connection has an open transaction, which writes to another table."""
    with database.transaction_elsewhere() as cursor:
        cursor.execute("CREATE TABLE meanwhile ()")
        yield


def table_file() -> bytes:
    """The pages of the table on disk."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath('campaigns_dailykey'))")
        return bytes(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_while_a_backup_reads_the_table_the_round_waits_for_nobody():
    daily_keys.key_of(day(-2))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN; LOCK TABLE campaigns_dailykey IN ACCESS SHARE MODE")
            daily_keys.destroy_old()
            cursor.execute("ROLLBACK")
    finally:
        other.close()

    assert not DailyKey.objects.exists()
