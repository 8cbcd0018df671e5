"""Somebody may have thousands of IPv6 networks: limits hold for the ranges around them, too."""

from datetime import timedelta
from itertools import islice

import pytest
from django.db.models import F

from campaigns.mail import sending
from campaigns.models import ListEntry, OutgoingMail, Petition, Signature
from campaigns.signing import signing
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


def sign(petition: Petition, number: int, network: str) -> None:
    email = f"signer{number}@example.org"
    signing.sign(petition, name="Ada", email=email, version=petition.version.pk, network=network)


def flood(petition: Petition, *networks: str) -> list[str]:
    """Sign once from each network; return the reasons for which the signatures are quarantined."""
    first = Signature.objects.count()
    for number, network in enumerate(networks, first):
        sign(petition, number, network)
    rows = Signature.objects.order_by("pk").values_list("moderation_reason", flat=True)
    return list(islice(rows, first, None))


@pytest.mark.parametrize(
    ("network", "limit"),
    [("2001:db8:1:{:x}::/64", 2 * 4), ("2001:db8:1:{:x}00::/64", 2 * 16)],
    ids=["/56", "/48"],
)
def test_the_networks_of_one_range_share_a_limit(settings, network, limit):
    settings.SIGNING_BURST = 2

    reasons = flood(make_petition(), *(network.format(n) for n in range(limit + 2)))

    assert reasons == [""] * limit + ["wide"] * 2


def test_the_limit_of_a_day_holds_for_a_range(settings):
    settings.SIGNING_SUSTAINED = 1
    petition = make_petition()
    flood(petition, *(f"2001:db8:1:{n:x}::/64" for n in range(4)))
    Signature.objects.update(signed_at=F("signed_at") - timedelta(hours=5))

    assert flood(petition, "2001:db8:1:9::/64") == ["wide"]


def test_each_network_keeps_its_own_limit(settings):
    settings.SIGNING_BURST = 2

    assert flood(make_petition(), *["2001:db8:1:1::/64"] * 3) == ["", "", "burst"]


def test_neighbouring_ranges_petitions_and_ipv4_have_nothing_to_do_with_it(settings):
    settings.SIGNING_BURST = 1
    petition, other = make_petition(), make_petition(title="Library")
    flood(petition, *(f"2001:db8:1:{n:x}::/64" for n in range(4)))

    assert flood(petition, "2001:db8:2:1::/64", "203.0.113.1/32", "203.0.113.2/32") == [""] * 3
    assert flood(other, "2001:db8:1:1::/64") == [""]
    assert flood(petition, "2001:db8:1:200::/64") == [""]
    assert flood(petition, "2001:db8:1:20::/64") == ["wide"]


def test_beyond_the_limit_of_a_range_nobody_is_mailed_before_a_release(settings, mailoutbox):
    settings.SIGNING_BURST = 0

    flood(make_petition(), "2001:db8:1:1::/64")
    sending.deliver()

    assert (mailoutbox, OutgoingMail.objects.get().outcome) == ([], "waiting")


@pytest.mark.parametrize("typed", ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3::/80"])
def test_an_entry_for_an_ipv6_address_is_about_its_network(typed):
    entry = ListEntry(kind="network", pattern=typed)
    entry.full_clean()
    entry.save()

    assert flood(make_petition(), "2001:db8:1:2::/64", "2001:db8:1:3::/64") == ["listed", ""]
    assert entry.pattern == "2001:db8:1:2::/64"
