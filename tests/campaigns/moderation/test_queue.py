"""The queue of quarantined signatures: its groups, their evidence, and what is in each."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Import, Signature, Tally
from campaigns.moderation import queue
from tests.factories import make_petition, make_signature
from tests.plans import OTHER_SIGNATURES, copy, explained

pytestmark = pytest.mark.django_db

BEGIN = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)


def quarantine(petition, number: int, *, reason: str = "burst", **fields) -> list[Signature]:
    """Quarantined signatures, a second apart."""
    domain = fields.pop("domain", "fake.example")
    begin = fields.pop("begin", BEGIN)
    return [
        make_signature(
            petition,
            **{
                "email": f"{reason}{place}.{begin:%d%H%M}@{domain}",
                "name": f"{reason} {place}",
                "moderation": "quarantined",
                "moderation_reason": reason,
                "signed_at": begin + timedelta(seconds=place),
                "confirmed_at": None,
                **fields,
            },
        )
        for place in range(number)
    ]


def parts(group: queue.Group) -> list[tuple[str, str, int]]:
    return [(part.shared, part.value, part.number) for part in group.parts]


def test_a_flood_is_one_group_with_what_it_shares():
    petition = make_petition()
    quarantine(petition, 3, network_key=b"n" * 32, framed_by="site.example")
    quarantine(petition, 2, domain="other.example", begin=BEGIN + timedelta(hours=2))

    (group,) = queue.groups(Tally.objects.all())

    assert (group.why, group.number, group.first, group.last) == (
        "burst",
        5,
        BEGIN,
        BEGIN + timedelta(hours=2, seconds=1),
    )
    assert parts(group) == [
        ("network", (b"n" * 32).hex(), 3),
        ("domain", "fake.example", 3),
        ("site", "site.example", 3),
        ("hour", "", 3),
        ("domain", "other.example", 2),
        ("hour", "", 2),
    ]


def test_neighbouring_networks_are_one_part():
    petition = make_petition()
    for end in (b"1", b"2"):
        quarantine(
            petition,
            1,
            reason="wide",
            network_key=b"provider" + end * 24,
            domain=f"{end[0]}.example",
        )

    (group,) = queue.groups(Tally.objects.all())

    assert ("network", b"provider".hex(), 2) in parts(group)


def test_the_numbers_are_those_of_the_rows():
    """Each group and each part holds exactly the signatures that it counts."""
    petitions = [make_petition(title=title) for title in ("River", "Forest")]
    for petition in petitions:
        quarantine(petition, 4, network_key=b"n" * 32)
        quarantine(petition, 3, reason="listed", framed_by="site.example", confirmed_at=BEGIN)
        quarantine(petition, 2, reason="wide", network_key=b"w" * 32)
        quarantine(petition, 2, reason="Looked odd to Ada", begin=BEGIN + timedelta(days=1))
        quarantine(petition, 2, reason="honeypot", moderation="invalidated")
        make_signature(petition, email="z@fake.example", network_key=b"n" * 32, signed_at=BEGIN)

    groups = queue.groups(Tally.objects.all())

    every = Signature.objects.all()
    for group in (row for whole in groups for row in (whole, *whole.parts)):
        found = queue.in_group(every, group.key)
        moments = sorted(found.values_list("signed_at", flat=True))
        confirmed = found.exclude(confirmed_at=None).count()
        assert (len(moments), moments[0], moments[-1], confirmed) == (
            group.number,
            group.first,
            group.last,
            group.confirmed,
        )
        assert set(found.values_list("tally", flat=True)) == {group.tally}
        assert set(group.names) <= set(found.values_list("name", flat=True))
        assert group.names
    quarantined = Signature.objects.filter(moderation="quarantined").count()
    assert sum(group.number for group in groups) == quarantined == 22
    assert queue.summary(Tally.objects.all()) == (22, 8)
    assert queue.size(Tally.objects.all(), most=1000) == 22
    assert queue.size(Tally.objects.all(), most=10) == 10


def test_the_share_is_that_among_what_was_confirmed_in_the_same_hours():
    petition = make_petition()
    quarantine(petition, 3)
    for place, minutes in enumerate((-6, -1, 50, 56)):  # from 13:59 to 15:01
        moment = BEGIN + timedelta(minutes=minutes)
        make_signature(petition, email=f"{place}@example.org", confirmed_at=moment)
    make_signature(make_petition(), email="other@example.org", confirmed_at=BEGIN)
    lists = {"tally": petition.tally, "reason": "A list", "consent": "To all", "signed_on": BEGIN}
    for channel in ("paper", "import"):  # from imported lists, all at one moment
        Import.objects.create(channel=channel, **lists)
        make_signature(petition, email=channel, channel=channel, confirmed_at=BEGIN)

    (group,) = queue.with_evidence(queue.groups(Tally.objects.all()))

    assert (group.others, group.share, group.is_most) == (2, 60, False)
    assert {part.others for part in group.parts} == {2}


def test_others_are_counted_only_as_far_as_they_matter():
    petition = make_petition()
    make_signature(petition, confirmed_at=BEGIN)
    copy(Signature, 500, OTHER_SIGNATURES)
    quarantine(petition, 2)
    groups = queue.groups(Tally.objects.all())
    with connection.cursor() as cursor:  # PostgreSQL does not know yet that all rows are visible.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")

    with explained() as plans:
        (group,) = queue.with_evidence(groups)

    assert (group.others, group.share, group.is_most) == (400, 1, False)
    # Nobody was imported, so no signature is read to ask for its channel.
    assert "Index Only Scan using counted_by_confirmation" in plans[0]


def test_a_signature_that_one_may_not_see_is_the_key_to_nothing():
    ours, theirs = make_petition(title="River"), make_petition(title="Forest")
    (own,) = quarantine(ours, 1, network_key=b"n" * 32)
    (foreign,) = quarantine(theirs, 1, network_key=b"n" * 32)
    allowed = Signature.objects.filter(tally=ours.tally)

    assert list(queue.in_group(allowed, f"network.{own.pk}")) == [own]
    keys = [f"network.{foreign.pk}", "network.no-key", "network", "", f"email.{own.pk}"]
    assert [list(queue.in_group(allowed, key)) for key in keys] == [[]] * 5
    assert queue.groups(Tally.objects.none()) == []
    assert queue.summary(Tally.objects.none()) == (0, 0)


def test_the_share_is_rounded_but_never_to_all_or_to_none():
    nobody = queue.Group(1, "burst", queue.REASON, "", 0, BEGIN, BEGIN, 0, "", [])
    numbers = [(500, 0), (500, 3), (1, 500), (454, 546), (201, queue.MOST_OTHERS)]

    shares = [replace(nobody, number=number, others=others).share for number, others in numbers]

    # With as many others as are counted at most, it is an upper bound.
    assert shares == [100, 99, 1, 45, 1]


def test_what_is_not_shared_is_no_group():
    petition = make_petition()
    (one,) = quarantine(petition, 1)

    assert list(queue.in_group(Signature.objects.all(), f"network.{one.pk}")) == []
    assert list(queue.in_group(Signature.objects.all(), f"site.{one.pk}")) == []


def test_only_the_quarantined_rows_are_read():
    """An index finds them among many other signatures, also to count each group."""
    petition = make_petition()
    quarantine(petition, 1)
    for number in range(100):
        make_signature(petition, email=f"signer{number}@example.org")
    tallies = Tally.objects.all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_signature")
        cursor.execute("SET LOCAL enable_seqscan = off")

    plans = [queue.of(tallies).explain(), queue.of(tallies).values("tally", "why").explain()]

    # Both indexes over moderated signatures contain only these rows.
    assert ["moderated_" in plan for plan in plans] == [True, True]


def test_the_numbers_need_no_column_besides_those_of_the_index():
    [index] = [each for each in Signature._meta.indexes if each.name == "moderated_signatures"]
    known = {*index.fields, "tally_id", "anonymised_at"}
    tally = make_petition().tally

    with CaptureQueriesContext(connection) as captured:
        queue.numbers([tally])
        queue.summary(Tally.objects.all())

    for query in captured:
        assert set(re.findall(r'"campaigns_signature"\."(\w+)"', query["sql"])) <= known
