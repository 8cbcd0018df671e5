"""Alarms are opened once, grow, end by themselves, and equal the rows."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from campaigns.counting.keys import first_key
from campaigns.models import Alarm, Petition, Signature, TrendHour
from campaigns.petitions import immediate_actions
from campaigns.trends import alarms
from campaigns.trends.baseline import Finding
from campaigns.trends.hours import HOUR, begin_of
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

NOW = timezone.now().replace(minute=30, second=0, microsecond=0)
DOMAIN = "fake.example"


def flood(petition, number: int = 40, *, at=NOW, **fields) -> None:
    for place in range(number):
        make_signature(
            petition,
            id=UUID(int=first_key(at + timedelta(minutes=6)).int + place),
            email=f"{place}@{fields.get('domain', DOMAIN)}",
            signed_at=at,
            confirmed_at=None,
            network_key=fields.get("network_key"),
            moderation=fields.get("moderation", ""),
        )


def usual(petition, *, days: int = 2, signed: int = 6) -> None:
    """Make some days on which a few people signed each hour."""
    this_hour = begin_of(NOW)
    TrendHour.objects.bulk_create(
        TrendHour(
            tally=petition.tally, hour=this_hour - passed * HOUR, signed=signed, confirmed=signed
        )
        for passed in range(5, 24 * days)
    )


def test_a_flood_is_one_alarm_that_grows_and_ends_by_itself():
    petition = make_petition()
    usual(petition)
    flood(petition)

    alarms.look_at(NOW)
    flood(petition, 5, at=NOW + timedelta(minutes=1), domain="x." + DOMAIN)
    alarms.look_at(NOW + timedelta(minutes=1))

    (alarm,) = Alarm.objects.all()
    facts = (alarm.kind, alarm.value, alarm.number, alarm.of, alarm.usual, alarm.ended_at)
    assert facts == ("domain", DOMAIN, 40, 45, 0.0, None)
    assert (alarm.since, alarm.until) == (begin_of(NOW), begin_of(NOW) + HOUR)

    later = NOW + timedelta(hours=5)
    alarms.look_at(later)

    ended = Alarm.objects.get(kind="domain")
    assert ended.ended_at == later
    alarms.delete_old_at(later + timedelta(days=31))
    assert not Alarm.objects.filter(pk=ended.pk).exists()


@pytest.mark.parametrize(("passed", "found"), [(None, 1), (3 * HOUR, 1), (HOUR, 0)])
def test_after_a_pause_nobody_misses_the_signatures_of_the_pause(passed, found):
    petition = make_petition()
    usual(petition, days=6, signed=40)
    if passed:
        immediate_actions.pause(petition, by=None)
        immediate_actions.resume(petition, by=None)
        ModelLogEntry.objects.update(timestamp=NOW - passed)

    alarms.look_at(NOW)

    assert Alarm.objects.filter(kind="few").count() == found


@pytest.mark.parametrize(
    ("how", "passed", "found"),
    [("closed", HOUR, 0), ("closed", 3 * HOUR, 1), ("unpublished", HOUR, 0), ("open", HOUR, 1)],
)
def test_once_it_is_opened_again_nobody_misses_the_signatures_of_before(how, passed, found):
    petition = make_petition(closes_at=NOW - 5 * HOUR if how == "closed" else None)
    petition.save_revision().publish()
    usual(petition, days=6, signed=40)
    if how == "unpublished":
        petition.unpublish()
    ModelLogEntry.objects.update(timestamp=NOW - 9 * HOUR)
    petition.closes_at = None
    petition.save_revision().publish()
    published = ModelLogEntry.objects.filter(timestamp__gt=NOW - 9 * HOUR)
    published.update(timestamp=NOW - passed)

    alarms.look_at(NOW)

    assert Alarm.objects.filter(kind="few").count() == found


def test_an_outage_is_not_over_as_long_as_nobody_signs():
    ours, closed = make_petition(), make_petition(slug="closed")
    for petition in (ours, closed):
        usual(petition, days=6, signed=40)
    alarms.look_at(NOW)
    few, later = Alarm.objects.filter(kind="few"), NOW + 30 * HOUR

    alarms.look_at(later)
    open_still = few.filter(ended_at=None).count()
    flood(ours, 12, at=later - HOUR)
    Petition.objects.filter(pk=closed.pk).update(closes_at=NOW)
    alarms.look_at(later)

    assert open_still == 2
    assert set(few.values_list("tally", "ended_at")) == {
        (ours.tally.pk, later),
        (closed.tally.pk, later),
    }


def test_of_hours_with_few_signatures_the_one_with_the_fewest_is_told():
    tally, first = make_petition().tally, begin_of(NOW)
    for passed, number in enumerate((20, 0, 24)):
        finding = Finding("few", first + passed * HOUR, number, number, 100)
        alarms.note(tally, finding, NOW + passed * HOUR)

    alarm = Alarm.objects.get()
    assert (alarm.hour, alarm.number) == (first + HOUR, 0)
    assert (alarm.since, alarm.until) == (first, first + 3 * HOUR)


def test_it_leads_to_the_very_signatures():
    petition = make_petition()
    usual(petition)
    flood(petition, network_key=b"n" * 32)
    make_signature(petition, email="ada@example.org", signed_at=NOW)
    make_signature(petition, email="old@fake.example", signed_at=NOW - timedelta(hours=3))
    make_signature(make_petition(slug="other"), email="b@fake.example", signed_at=NOW)
    alarms.look_at(NOW)

    found = {
        alarm.kind: alarms.selection(Signature.objects.all(), str(alarm.pk))
        for alarm in Alarm.objects.all()
    }

    assert {kind: len(rows) for kind, rows in found.items()} == {"domain": 40, "network": 40}
    assert all(row.email.endswith(DOMAIN) for row in found["domain"])
    keys = ("", "x", "²", "99999", "9" * 5000)
    nothing = [alarms.selection(Signature.objects.all(), key) for key in keys]
    assert [len(rows) for rows in nothing] == [0] * len(keys)


def test_an_alarm_stays_with_its_network_when_another_grows_larger():
    """Somebody may be reading the signatures that it leads to."""
    petition = make_petition()
    one, other, next_hour = b"a" * 32, b"b" * 32, NOW + HOUR
    flood(petition, 40, domain="a.example", network_key=one)
    flood(petition, 35, at=NOW + timedelta(minutes=1), domain="b.example", network_key=other)
    alarms.look_at(NOW + timedelta(minutes=1))
    flood(petition, 8, at=NOW + timedelta(minutes=2), domain="c.example", network_key=other)
    alarms.look_at(NOW + timedelta(minutes=2))
    flood(petition, 50, at=next_hour, domain="d.example", network_key=one)
    alarms.look_at(next_hour)

    first, second = Alarm.objects.filter(kind="network").order_by("pk")
    keys = [
        alarms.selection(Signature.objects.all(), str(alarm.pk)).values_list("network_key")
        for alarm in (first, second)
    ]
    assert [[bytes(key) for (key,) in found] for found in keys] == [[one] * 90, [other] * 43]
    assert (first.number, second.number) == (50, 43)


def test_hours_hold_no_network_and_no_rare_domain_and_end_after_eight_days():
    petition = make_petition()
    key = b"n" * 32
    flood(petition, 6, network_key=key)
    flood(petition, 4, at=NOW + timedelta(minutes=1), domain="rare.example")
    alarms.look_at(NOW + timedelta(minutes=2))

    (hour,) = TrendHour.objects.all()
    assert (hour.signed, hour.confirmed) == (10, 0)
    assert hour.shared["domain"] == {DOMAIN: 6}
    ((example, number),) = hour.shared["network"].items()
    assert number == 6
    assert bytes(Signature.objects.get(pk=example).network_key) == key
    assert key.hex() not in str(hour.shared)

    alarms.delete_old_at(NOW + timedelta(days=8, hours=1))
    assert not TrendHour.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value", "number"),
    [
        ("many", "", 4),
        ("unconfirmed", "", 1),
        ("country", "KE", 1),
        ("source", "mail", 1),
        ("site", "site.example", 1),
    ],
)
def test_each_kind_has_its_own_signatures(kind, value, number):
    petition = make_petition()
    make_signature(petition, email="a@x.org", country="KE")
    make_signature(petition, email="b@x.org", source="mail")
    make_signature(petition, email="c@x.org", framed_by="site.example", channel="embed")
    make_signature(petition, email="d@x.org", confirmed_at=None)
    for channel in ("paper", "import"):
        make_signature(petition, email=f"{channel}@x.org", country="KE", channel=channel)
    since = begin_of(timezone.now()) - HOUR
    alarm = make_alarm(petition, kind=kind, value=value, since=since, until=since + 3 * HOUR)

    assert alarms.selection(Signature.objects.all(), str(alarm.pk)).count() == number


def make_alarm(petition, **fields) -> Alarm:
    """Make an alarm of the current hour, which may have begun after this module was imported."""
    now = timezone.now()
    hour = begin_of(now)
    values = {
        "kind": "many",
        "hour": hour,
        "number": 500,
        "of": 500,
        "usual": 20,
        "since": hour,
        "until": hour + HOUR,
        "seen_at": now,
    }
    return Alarm.objects.create(tally=petition.tally, **(values | fields))


def test_no_row_is_read_but_those_of_the_last_hours():
    """The statement finds its rows by an index on time, however many older rows there are."""
    petition = make_petition()
    before = make_signature(petition, signed_at=NOW - timedelta(days=3))
    names = [field.name for field in Signature._meta.concrete_fields]
    row = {name: getattr(before, name) for name in names}
    Signature.objects.bulk_create(
        Signature(**row | {"id": UUID(int=before.pk.int + place), "email_key": b"%d" % place})
        for place in range(1, 3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_signature")
    with CaptureQueriesContext(connection) as queries:
        alarms.look_at(NOW)
    read = [each["sql"] for each in queries if "campaigns_signature" in each["sql"]]

    assert len(read) == 1
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {read[0]}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert re.search(r"campaigns_signature_pkey|signatures_by_time", plan)
    assert "Seq Scan on campaigns_signature" not in plan


def test_its_queries_do_not_grow_with_the_petitions(django_assert_max_num_queries):
    for number in range(3):
        usual(make_petition(slug=f"p{number}"))
    alarms.look_at(NOW)

    with django_assert_max_num_queries(7):
        alarms.look_at(NOW)
