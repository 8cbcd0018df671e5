"""What the doctor says about replicas. tests/cluster runs it with real ones."""

import pytest
from django.db import connection

from operations.doctor import replicas
from operations.doctor.findings import Asked
from operations.doctor.replicas import FAR, Replica

SYNC = Replica("db2", "streaming", "sync", 0, None)
ASYNC = Replica("db3", "streaming", "async", FAR, 1.5)


def said(rows: list[Replica], *, must_confirm: bool = True) -> list[str]:
    return [each.what for each in replicas.of(rows, must_confirm=must_confirm)]


@pytest.mark.django_db
def test_a_server_of_its_own_needs_none():
    assert list(replicas.check(Asked())) == []


@pytest.mark.django_db
def test_a_replica_that_has_stopped_has_a_slot_that_nobody_reads():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_create_physical_replication_slot('test_db3', true)")
    try:
        found = list(replicas.check(Asked()))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_drop_replication_slot('test_db3')")

    assert [(each.what, each.is_fault) for each in found] == [
        ("Nothing reads the log for test_db3 any more.", True)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([SYNC, ASYNC], []),
        ([ASYNC], ["No replica confirms what is written."]),
        ([], ["No replica confirms what is written."]),
        (
            [SYNC, ASYNC._replace(behind=FAR + 1)],
            ["db3 is 64 MB and 2 s behind (streaming)."],
        ),
        ([SYNC, ASYNC._replace(state="catchup")], ["db3 is 64 MB and 2 s behind (catchup)."]),
        (
            [Replica("db2", None, None, None, None)],
            ["There are 1, and the site may not see how far they are."],
        ),
    ],
)
def test_each_fault_is_said(rows, what):
    assert said(rows) == what


def test_nobody_needs_to_confirm_where_nothing_says_so():
    assert said([ASYNC], must_confirm=False) == []
