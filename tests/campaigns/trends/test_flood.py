"""What screening and the alarms catch of a flood of 5,000 among 20,000 honest signatures.

The flood, and the pupils of a school who share a network, sign by the statement of the site. Only
few of the other signers share a network, and screening lets them through; so their rows are
inserted at once, over a day and a half. docs/quality.md has these figures; without -m storm, all
numbers are a twentieth, except those of the school (a half) and of the networks (a tenth): more of
the flood would share each of fewer networks.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import Alarm, Petition, Signature
from campaigns.signing import signing
from campaigns.trends import alarms
from campaigns.trends.hours import begin_of
from tests.factories import make_petition

pytestmark = [pytest.mark.django_db, pytest.mark.storm]

FLOOD, HONEST, SCHOOL = 5_000, 20_000, 60
PART, PART_OF_SCHOOL, PART_OF_NETWORKS = 20, 2, 10  # of these, without -m storm
PASSED = 20  # of each network, before screening quarantines the rest
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
PROVIDERS = ["gmail.com", "hotmail.com", "yahoo.fr", "gmx.de", "outlook.com", "mail.ru"]

# Honest people: most sign by day, three of four confirm, few share a network or a domain.
INSERT_HONEST = """
    INSERT INTO campaigns_signature (id, tally_id, email_key, household_slot, name, email, country,
        language, signed_at, confirmed_at, moderation, moderation_reason, channel, source,
        version_id, network_key, updates)
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '70008'
            || lpad(to_hex(number), 15, '0'))::uuid,
        %(tally)s, sha256(('honest' || number)::bytea), 1, 'Honest ' || number,
        'honest' || number || '@' || (%(domains)s::text[])[1 + number %% 120],
        (ARRAY['KE', 'FR', 'DE', 'BR'])[1 + number %% 4], 'en', moment,
        CASE WHEN number %% 4 > 0 THEN moment + interval '9 minutes' END, '', '', 'form',
        (ARRAY['', '', 'newsletter', 'whatsapp'])[1 + number %% 4], %(version)s,
        sha256(('network' || number / 3)::bytea), number %% 3 = 0
    FROM unnest(%(moments)s::timestamptz[]) WITH ORDINALITY AS each (moment, number)
"""


class Flood(NamedTuple):
    """How a program signs: how often, from how many networks, and with which email domains."""

    number: int
    networks: int
    domains: list[str]


class Caught(NamedTuple):
    """The numbers of signatures of the flood, and of honest people, that are taken for fakes."""

    flood: int
    honest: int


def floods(size: Callable[[int, int], int]) -> dict[str, Flood]:
    number = size(FLOOD, PART)
    return {
        "one network": Flood(number, 1, PROVIDERS),
        "a hundred networks": Flood(number, size(100, PART_OF_NETWORKS), PROVIDERS),
        "a domain of its own": Flood(number, number, ["fake.example"]),
        "nothing in common": Flood(
            number, number, [f"fake{each}.example" for each in range(size(500, PART))]
        ),
    }


def moments(now: datetime, clock: int, many: int) -> list[datetime]:
    """`many` times within the last 36 hours, six times as many by day as at night.

    `clock` is the current hour in the time zone of these people.
    """
    chance, ahead = random.Random(12), timedelta(hours=clock) - (begin_of(now) - MIDNIGHT)
    found: list[datetime] = []
    while len(found) < many:
        moment = now - timedelta(minutes=chance.uniform(1, 36 * 60))
        if chance.random() < (1 if 8 <= (moment + ahead).hour < 20 else 1 / 6):
            found.append(moment)
    return sorted(found)


def sign_honestly(petition: Petition, now: datetime, clock: int, many: int, pupils: int) -> None:
    domains = PROVIDERS * 15 + [f"honest{number}.example" for number in range(30)]
    values = {
        "tally": petition.tally.pk,
        "version": petition.version.pk,
        "domains": domains,
        "moments": moments(now, clock, many),
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT_HONEST, values)
        # Autovacuum analyses tables within a minute, but sees no row of this transaction.
        cursor.execute("ANALYZE campaigns_signature")
    for number in range(pupils):
        sign(petition, f"Pupil {number}", f"pupil{number}@school.example", "198.51.100.7/32")


def sign(petition: Petition, name: str, email: str, network: str) -> None:
    signing.sign(
        petition, name=name, email=email, version=petition.version.pk, network=network, country="KE"
    )


def flood(petition: Petition, how: Flood) -> None:
    for number in range(how.number):
        place = number % how.networks
        sign(
            petition,
            f"Fake {number}",
            f"fake{number}@{how.domains[number % len(how.domains)]}",
            f"10.{place // 65536}.{place // 256 % 256}.{place % 256}/32",
        )
    # Put the flood and the school into one hour, even if the next one has just begun.
    signed, hour = Signature.objects.exclude(name__startswith="Honest"), begin_of(timezone.now())
    signed.filter(signed_at__lt=hour).update(signed_at=hour)


def caught(signatures) -> Caught:
    names = list(signatures.values_list("name", flat=True))
    fakes = sum(name.startswith("Fake") for name in names)
    return Caught(fakes, len(names) - fakes)


# The alarms that see the whole flood: of its hour, of unconfirmed signatures, of the country.
EACH = {("many", ""), ("unconfirmed", ""), ("country", "KE")}


@pytest.mark.parametrize(
    ("name", "alarmed", "clock"),
    [
        ("one network", EACH | {("network", "")}, 7),
        ("a hundred networks", EACH, 12),
        ("a domain of its own", EACH | {("domain", "fake.example")}, 18),
        ("nothing in common", EACH, 1),
    ],
)
def test_what_is_caught_of_a_flood_and_what_wrongly(size, name, alarmed, clock):
    petition = make_petition()
    how, honest, pupils = floods(size)[name], size(HONEST, PART), size(SCHOOL, PART_OF_SCHOOL)
    passed = min(how.number, PASSED * how.networks)
    now = timezone.now()
    sign_honestly(petition, now, clock, honest, pupils)
    for hours in range(36, 0, -2):
        alarms.look_at(now - timedelta(hours=hours))
    wrong_alarms = Alarm.objects.count()

    flood(petition, how)
    alarms.look_at(timezone.now())
    alarms.look_at(begin_of(timezone.now()) + timedelta(hours=2, minutes=5))

    everybody = Signature.objects.all()
    # The value of an alarm about a network is the key of a signature.
    found = {
        (alarm.kind, alarm.value.removeprefix(str(alarm.example))): caught(
            alarms.selection(everybody, str(alarm.pk))
        )
        for alarm in Alarm.objects.all()
    }
    assert wrong_alarms == 0
    assert caught(everybody.filter(moderation="quarantined")) == Caught(
        how.number - passed, pupils - PASSED
    )
    assert {which: each.flood for which, each in found.items()} == dict.fromkeys(
        alarmed, how.number
    )
    # Alarms without a common trait also select the honest people of the same hour.
    wrongly = {kind: each.honest for (kind, _value), each in found.items()}
    assert {wrongly.get("network", 0), wrongly.get("domain", 0)} == {0}
    assert wrongly["country"] == wrongly["unconfirmed"] <= wrongly["many"] < honest / 10
